//! Real-time: the power of the noise in each bin, tracked while speech goes on.
//!
//! Each bin's power is shared out between speech and noise by the probability that speech is present, for a fixed prior
//! signal-to-noise ratio: Gerkmann and Hendriks, "Unbiased MMSE-based noise power estimation with low complexity and low
//! tracking delay" (IEEE Trans. ASLP, 2012). Beneath it lies the minimum of the smoothed power over the last one and a half
//! to three seconds (Martin, 2001), so that a step of the noise upwards cannot pass for speech for longer than that. No estimate is far above
//! that minimum: what is weak in speech would else count as noise.

use crate::processing::audio::fast_math::exp2;
use multiversion::multiversion;
use std::f32::consts::LOG2_E;

/// The prior signal-to-noise ratio where speech is present: 15 dB.
const PRIOR: f32 = 31.622_776;
/// Smoothing of the noise, per block of 10 ms.
const NOISE_KEPT: f32 = 0.9;
/// Smoothing of the presence: beyond [`STUCK`] for long, the estimate is taken to be stuck.
const PRESENCE_KEPT: f32 = 0.93;
const STUCK: f32 = 0.99;
/// Smoothing of the power of which the minimum is taken, and what makes up for its bias.
const POWER_KEPT: f32 = 0.9;
const MINIMUM_BIAS: f32 = 1.5;
/// How far above the minimum the noise may be.
const MOST_OVER_MINIMUM: f32 = 10.0;
/// Blocks after which a minimum is renewed: Martin's one and a half seconds, so that a long vowel is not taken for noise.
const RENEWAL_BLOCKS: u16 = 150;
/// Blocks whose mean is the first estimate.
const FIRST_BLOCKS: u16 = 8;

/// The tracker of one stream. All powers are per bin, as the analysis gives them.
#[derive(Debug)]
pub(super) struct NoiseTracker {
    /// The estimate.
    pub(super) noise: Vec<f32>,
    presence: Vec<f32>,
    smooth: Vec<f32>,
    minimum: Vec<f32>,
    candidate: Vec<f32>,
    /// The least that the smoothed power was, of what is known.
    pub(super) lowest: Vec<f32>,
    /// No estimate is less: quantization noise of 16 bits and below does not count.
    least: f32,
    seen: u16,
    since_renewal: u16,
}

impl NoiseTracker {
    /// For so many bins. Allocates.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(bins: usize, least: f32) -> Self {
        let mut made = Self {
            noise: vec![0.0; bins],
            presence: vec![0.0; bins],
            smooth: vec![0.0; bins],
            minimum: vec![0.0; bins],
            candidate: vec![0.0; bins],
            lowest: vec![0.0; bins],
            least,
            seen: 0,
            since_renewal: 0,
        };
        made.reset();
        made
    }

    /// Takes in the powers of a block.
    pub(super) fn update(&mut self, power: &[f32]) {
        if self.seen < FIRST_BLOCKS {
            self.seen += 1;
            let share = 1.0 / f32::from(self.seen);
            for (noise, &p) in self.noise.iter_mut().zip(power) {
                *noise = (*noise + (p - *noise) * share).max(self.least);
            }
            self.smooth.copy_from_slice(&self.noise);
            self.lowest.copy_from_slice(&self.noise);
            return;
        }
        track_minimum(&mut self.smooth, &mut self.minimum, &mut self.candidate, power);
        let known = self.minimum.iter().zip(&self.candidate).zip(&self.smooth);
        for (lowest, ((&minimum, &candidate), &smooth)) in self.lowest.iter_mut().zip(known) {
            let first = if minimum > 0.0 { minimum } else { smooth };
            *lowest = first.min(candidate).min(smooth).max(self.least);
        }
        self.since_renewal += 1;
        if self.since_renewal >= RENEWAL_BLOCKS {
            self.since_renewal = 0;
            self.minimum.copy_from_slice(&self.candidate);
            self.candidate.copy_from_slice(&self.smooth);
        }
        share_out(&mut self.noise, &mut self.presence, (&self.minimum, &self.lowest), power, self.least);
    }

    /// Forgets the noise.
    pub(super) fn reset(&mut self) {
        self.noise.fill(self.least);
        self.presence.fill(0.0);
        self.smooth.fill(self.least);
        self.lowest.fill(self.least);
        // Minima of nothing yet: the first renewals bring some.
        self.minimum.fill(0.0);
        self.candidate.fill(f32::MAX);
        (self.seen, self.since_renewal) = (0, 0);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "x86_64+avx2"))]
fn track_minimum(smooth: &mut [f32], minimum: &mut [f32], candidate: &mut [f32], power: &[f32]) {
    for (((smooth, minimum), candidate), &p) in smooth.iter_mut().zip(minimum).zip(candidate).zip(power) {
        *smooth = POWER_KEPT * *smooth + (1.0 - POWER_KEPT) * p;
        *minimum = if *smooth < *minimum { *smooth } else { *minimum };
        *candidate = if *smooth < *candidate { *smooth } else { *candidate };
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "x86_64+avx2"))]
fn share_out(noise: &mut [f32], presence: &mut [f32], (minimum, lowest): (&[f32], &[f32]), power: &[f32], least: f32) {
    let minima = minimum.iter().zip(lowest);
    for (((noise, presence), (&minimum, &lowest)), &p) in noise.iter_mut().zip(presence).zip(minima).zip(power) {
        let posterior = p / *noise;
        let absent = (1.0 + PRIOR) * exp2(-posterior * (PRIOR / (1.0 + PRIOR) * LOG2_E));
        let present = 1.0 / (1.0 + absent);
        *presence = PRESENCE_KEPT * *presence + (1.0 - PRESENCE_KEPT) * present;
        let present = if *presence > STUCK && present > STUCK { STUCK } else { present };
        let estimate = present * *noise + (1.0 - present) * p;
        let tracked = NOISE_KEPT * *noise + (1.0 - NOISE_KEPT) * estimate;
        let below = if minimum * MINIMUM_BIAS > least { minimum * MINIMUM_BIAS } else { least };
        let above = MOST_OVER_MINIMUM * lowest;
        let tracked = if tracked < above { tracked } else { above };
        *noise = if tracked > below { tracked } else { below };
    }
}
