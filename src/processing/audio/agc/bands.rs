//! Real-time: the gains of three bands: a compressor each, whose level and gain are found once in 2 ms, all side by side,
//! and which moves in a straight line from one to the next (Giannoulis, Massberg, Reiss: "Digital Dynamic Range Compressor
//! Design", JAES 2012, feed-forward).

use super::crossover::{BANDS, LANES, Parts};
use crate::processing::audio::fast_math::{exp2, log2};
use crate::processing::effects::CompressorParams;
use crate::types::SampleRate;
use multiversion::multiversion;

/// Pieces of 2 ms in a block.
pub const PIECES: usize = 5;
const PIECE_MS: f32 = 2.0;
const MOST: usize = SampleRate::Hz48000.block_samples();
/// Decibels per doubling of power.
const DECIBELS: f32 = 3.010_3;
/// Power of silence.
const SILENCE: f32 = 1e-12;

/// Three compressors.
#[derive(Debug, Clone)]
pub struct Bands {
    params: [CompressorParams; BANDS],
    /// Parts of the way per piece: attack and release.
    pace: [[f32; 2]; BANDS],
    gain_db: [f32; BANDS],
    /// The gain of all and the make-up that were reached, and each band's gain with both.
    gain: f32,
    make_up: f32,
    reached: Parts,
}

/// What a block was: mean powers of the input with the gain of all and make-up, and of the output.
pub struct Powers {
    pub before: f32,
    pub behind: f32,
}

impl Bands {
    /// With these settings, make-up apart.
    pub fn new(params: [CompressorParams; BANDS]) -> Self {
        let pace = [[1.0; 2]; BANDS];
        let mut made = Self { params, pace, gain_db: [0.0; BANDS], gain: 1.0, make_up: 1.0, reached: [1.0; LANES] };
        made.set_params(params);
        made
    }

    /// Other settings, without a jump in gain.
    pub fn set_params(&mut self, params: [CompressorParams; BANDS]) {
        let pace = |ms: f32| 1.0 - (-PIECE_MS / ms.max(1.0)).exp();
        (self.params, self.pace) = (params, params.map(|p| [pace(p.attack_ms), pace(p.release_ms)]));
    }

    /// Makes `block` of its `parts` (both of one length, at most that of 10 ms at 48 kHz). Over the block the gain of all,
    /// which the compressors' levels are taken with, moves to `gain`, and what stands behind them to `make_up`.
    pub fn join(&mut self, parts: &[Parts], gain: f32, make_up: f32, block: &mut [f32]) -> Powers {
        let piece = block.len() / PIECES;
        let (mut ends, mut before) = ([[0.0; LANES]; PIECES], 0.0);
        let pieces = parts.chunks_exact(piece.max(1)).zip(block.chunks_exact(piece.max(1)));
        for ((n, end), (parts, block)) in (1_i16..).zip(&mut ends).zip(pieces) {
            let way = f32::from(n) / PIECES as f32;
            let (all, behind) = (mix_of(self.gain, gain, way), mix_of(self.make_up, make_up, way));
            let (bands, whole) = powers(parts, block);
            let scale = all * all / piece as f32;
            before += whole * scale * behind * behind;
            for (k, gain_db) in self.gain_db.iter_mut().enumerate() {
                let wanted = self.params[k].curve(DECIBELS * log2(bands[k] * scale + SILENCE));
                let [attack, release] = self.pace[k];
                *gain_db += if wanted < *gain_db { attack } else { release } * (wanted - *gain_db);
                end[k] = all * behind * exp2(*gain_db * (0.5 / DECIBELS));
            }
        }
        let behind = mix(parts, block, self.reached, &ends);
        (self.gain, self.make_up, self.reached) = (gain, make_up, ends[PIECES - 1]);
        Powers { before: before / PIECES as f32, behind: behind / block.len().max(1) as f32 }
    }

    /// At rest.
    pub fn reset(&mut self) {
        (self.gain_db, self.gain, self.make_up, self.reached) = ([0.0; BANDS], 1.0, 1.0, [1.0; LANES]);
    }
}

fn mix_of(from: f32, to: f32, way: f32) -> f32 {
    from + (to - from) * way
}

/// The sums of squares of each part, and of the samples.
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx2"))]
fn powers(parts: &[Parts], block: &[f32]) -> (Parts, f32) {
    let (mut sums, mut whole) = ([0.0; LANES], 0.0);
    for (part, x) in parts.iter().zip(block) {
        for (sum, x) in sums.iter_mut().zip(part) {
            *sum += x * x;
        }
        whole += x * x;
    }
    (sums, whole)
}

/// Adds the bands, each with a gain that moves from `reached` to the pieces' ends; returns the sum of squares.
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx2"))]
fn mix(parts: &[Parts], block: &mut [f32], reached: Parts, ends: &[Parts; PIECES]) -> f32 {
    let piece = (block.len() / PIECES).clamp(1, MOST);
    let (mut from, mut squares) = (reached, [0.0; 8]);
    for ((to, parts), block) in ends.iter().zip(parts.chunks_exact(piece)).zip(block.chunks_exact_mut(piece)) {
        let [s0, s1, s2, _] = std::array::from_fn(|k| (to[k] - from[k]) / piece as f32);
        for (i, (x, part)) in (1_i32..).zip(block.iter_mut().zip(parts)) {
            let i = i as f32;
            *x = part[0] * (from[0] + s0 * i) + part[1] * (from[1] + s1 * i) + part[2] * (from[2] + s2 * i);
        }
        for x in block.chunks_exact(8) {
            for (square, x) in squares.iter_mut().zip(x) {
                *square += x * x;
            }
        }
        from = *to;
    }
    squares.iter().sum()
}
