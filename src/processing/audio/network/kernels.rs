//! Real-time: the inner loops of the layers, each compiled for several instruction sets and picked at run time.

use crate::processing::audio::fast_math::{logistic, tanh};
use multiversion::multiversion;

/// Outputs that lie together.
pub(super) const TILE: usize = 64;
/// What is remembered of less is 0: nothing gets so small that a processor is slow with it.
const LEAST: f32 = 1e-12;

/// Adds the weighted inputs to the sums, without their scale. The weights lie in tiles of [`TILE`] sums, within a tile by input; the
/// last tile may hold more sums than there are.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "x86_64+avx2"))]
pub(in crate::processing::audio) fn multiply(weights: &[i16], inputs: &[f32], sums: &mut [f32]) {
    for (sums, tile) in sums.chunks_mut(TILE).zip(weights.chunks_exact((TILE * inputs.len()).max(1))) {
        let mut tile_sums = [0.0f32; TILE];
        for (x, row) in inputs.iter().zip(tile.chunks_exact(TILE)) {
            for (sum, weight) in tile_sums.iter_mut().zip(row) {
                if multiversion::target::target_cfg_f!(target_feature = "fma") {
                    *sum = x.mul_add(f32::from(*weight), *sum);
                } else {
                    *sum += x * f32::from(*weight);
                }
            }
        }
        for (sum, add) in sums.iter_mut().zip(&tile_sums) {
            *sum += add;
        }
    }
}

/// One step of gated recurrent units: gates (reset, update, new) by what is heard, and by what is known, become the next state.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma", "x86_64+avx2"))]
pub(super) fn remember(heard: [&[f32]; 3], known: [&[f32]; 3], state: &mut [f32]) {
    let [heard_reset, heard_update, heard_new] = heard;
    let [known_reset, known_update, known_new] = known;
    let reset = heard_reset.iter().zip(known_reset);
    let update = heard_update.iter().zip(known_update);
    let new = heard_new.iter().zip(known_new);
    for (((state, reset), update), new) in state.iter_mut().zip(reset).zip(update).zip(new) {
        let keep = logistic(update.0 + update.1);
        let new = tanh(new.0 + logistic(reset.0 + reset.1) * new.1);
        let next = new + keep * (*state - new);
        *state = if next.abs() > LEAST { next } else { 0.0 };
    }
}
