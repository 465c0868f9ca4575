//! Real-time: the verdict on the features: gated recurrent units (Cho et al., EMNLP 2014), which remember what was heard
//! before, and one sum over them, with weights of 8 bits.

use super::features::FEATURES;
use super::weights::{
    BIAS, GATES, INPUT_SCALE, INPUT_WEIGHTS, OUTPUT_BIAS, OUTPUT_WEIGHTS, STATE_SCALE, STATE_WEIGHTS, UNITS,
};
use crate::processing::audio::fast_math::logistic;
use multiversion::multiversion;

/// The network of one stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Network {
    state: [f32; UNITS],
}

impl Network {
    pub(super) const fn new() -> Self {
        Self { state: [0.0; UNITS] }
    }

    /// Takes in the features of a block; returns how much speaks for speech: the logarithm of the odds.
    pub(super) fn odds(&mut self, features: &[f32; FEATURES]) -> f32 {
        step(&mut self.state, features);
        let vote =
            OUTPUT_BIAS + self.state.iter().zip(&OUTPUT_WEIGHTS).map(|(state, weight)| state * weight).sum::<f32>();
        if vote.is_finite() {
            return vote;
        }
        self.reset();
        OUTPUT_BIAS
    }

    /// Forgets the stream.
    pub(super) const fn reset(&mut self) {
        self.state = [0.0; UNITS];
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "x86_64+avx2"))]
fn step(state: &mut [f32; UNITS], features: &[f32; FEATURES]) {
    let (mut heard, mut known) = ([0.0; GATES], [0.0; GATES]);
    add(&mut heard, features, &INPUT_WEIGHTS);
    add(&mut known, state, &STATE_WEIGHTS);
    for n in 0..GATES {
        heard[n] = heard[n] * INPUT_SCALE[n] + BIAS[n];
        known[n] *= STATE_SCALE[n];
    }
    for (n, state) in state.iter_mut().enumerate() {
        let keep = logistic(heard[n] + known[n]);
        let heed = logistic(heard[UNITS + n] + known[UNITS + n]);
        let new = 2.0 * logistic(2.0 * (heard[2 * UNITS + n] + heed * known[2 * UNITS + n])) - 1.0;
        let next = new + keep * (*state - new);
        *state = if next.abs() > 1e-12 { next } else { 0.0 };
    }
}

/// Adds the weighted inputs, without their scale.
#[inline(always)]
fn add<const N: usize>(sums: &mut [f32; GATES], inputs: &[f32; N], weights: &[[i8; GATES]; N]) {
    for (x, weights) in inputs.iter().zip(weights) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += x * f32::from(*weight);
        }
    }
}
