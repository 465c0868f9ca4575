//! Real-time: the gain of each bin.
//!
//! A-priori signal-to-noise ratio by decision-directed smoothing and the log-spectral amplitude gain (Ephraim and Malah,
//! IEEE Trans. ASSP, 1984 and 1985), weighted with the probability that speech is present (Cohen, "Optimally modified
//! LSA", 2002): where speech is unlikely the gain goes to the floor, evenly, which is what keeps musical noise low.

use crate::processing::audio::fast_math::{exp2, log2};
use multiversion::multiversion;
use std::f32::consts::LOG2_E;

/// How much of the a-priori ratio comes from the last block's clean estimate, per block of 10 ms: where there is speech, so that it is
/// followed, and where there is none, so that single bins of noise do not light up (musical noise).
const DIRECTED: f32 = 0.94;
const DIRECTED_IN_NOISE: f32 = 0.98;
/// Mean a-posteriori ratio of the bins around one: below the first there is no speech, above the second there is.
const NO_SPEECH: f32 = 2.0;
const SPEECH: f32 = 4.0;
/// Bins to each side that count: 190 Hz.
const AROUND: usize = 6;
/// The least a-priori ratio: -20 dB.
const LEAST_PRIORI: f32 = 0.01;
/// The a-posteriori ratio beyond which more makes no difference.
const GREATEST_POSTERIORI: f32 = 1e4;
/// Odds against speech in a bin, before anything is known.
const ODDS_AGAINST: f32 = 0.3;
/// The share of the tracked noise that counts: a little less keeps weak speech, and costs less than a decibel in pauses.
const NOISE_SHARE: f32 = 0.7;

/// The gains of one stream.
#[derive(Debug)]
pub(super) struct Gains {
    /// Of the block seen last, from the floor to 1.
    pub(super) gains: Vec<f32>,
    /// The last block's clean power.
    clean: Vec<f32>,
    /// A-posteriori ratio of each bin, and its mean around each.
    ratios: Vec<f32>,
    around: Vec<f32>,
}

impl Gains {
    /// For so many bins. Allocates.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(bins: usize) -> Self {
        let nothing = || vec![0.0; bins];
        Self { gains: vec![1.0; bins], clean: nothing(), ratios: nothing(), around: nothing() }
    }

    /// Takes in a block's powers and the noise's; no gain is less than `floor`. Of the suppression, in decibels, `share` is left out.
    pub(super) fn update(&mut self, power: &[f32], noise: &[f32], floor: f32, share: f32) {
        compare(&mut self.ratios, power, noise);
        spread(&mut self.around, &self.ratios);
        let ratios = (&*self.ratios, &*self.around);
        decide(&mut self.gains, &mut self.clean, (power, noise), ratios, (log2(floor), 1.0 - share));
    }

    /// Forgets the last block.
    pub(super) fn reset(&mut self) {
        self.clean.fill(0.0);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "x86_64+avx2"))]
fn compare(ratios: &mut [f32], power: &[f32], noise: &[f32]) {
    for ((ratio, &p), &noise) in ratios.iter_mut().zip(power).zip(noise) {
        let posteriori = p / (NOISE_SHARE * noise);
        *ratio = if posteriori < GREATEST_POSTERIORI { posteriori } else { GREATEST_POSTERIORI };
    }
}

/// The mean around each bin; beyond the ends it is as at the ends.
fn spread(around: &mut [f32], ratios: &[f32]) {
    let [first, last] = [ratios.first(), ratios.last()].map(|ratio| ratio.copied().unwrap_or(0.0));
    let ahead = || ratios.iter().copied().chain(std::iter::repeat(last));
    let behind = std::iter::repeat_n(first, AROUND).chain(ratios.iter().copied());
    let mut sum = AROUND as f32 * first + ahead().take(AROUND).sum::<f32>();
    for ((around, ahead), behind) in around.iter_mut().zip(ahead().skip(AROUND)).zip(behind) {
        sum += ahead;
        *around = sum / (2 * AROUND + 1) as f32;
        sum -= behind;
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "x86_64+avx2"))]
fn decide(
    gains: &mut [f32],
    clean: &mut [f32],
    (power, noise): (&[f32], &[f32]),
    (ratios, around): (&[f32], &[f32]),
    (floor_log2, share): (f32, f32),
) {
    let ratios = ratios.iter().zip(around);
    for ((((gain, clean), &p), &noise), (&posteriori, &around)) in
        gains.iter_mut().zip(clean).zip(power).zip(noise).zip(ratios)
    {
        let per_noise = 1.0 / (NOISE_SHARE * noise);
        let excess = if posteriori > 1.0 { posteriori - 1.0 } else { 0.0 };
        let speaks = (around - NO_SPEECH) * (1.0 / (SPEECH - NO_SPEECH));
        let speaks = if speaks > 0.0 { speaks } else { 0.0 };
        let speaks = if speaks < 1.0 { speaks } else { 1.0 };
        let directed = DIRECTED_IN_NOISE + speaks * (DIRECTED - DIRECTED_IN_NOISE);
        let priori = directed * *clean * per_noise + (1.0 - directed) * excess;
        let priori = if priori > LEAST_PRIORI { priori } else { LEAST_PRIORI };
        let wiener = priori / (1.0 + priori);
        let v = wiener * posteriori;
        let v = if v > 1e-6 { v } else { 1e-6 };
        // exp(E1(v) / 2), within 0.1 dB.
        let lift = (1.0 + 0.561_459_5 * exp2(-v * (0.787 + 0.035 * v) * LOG2_E) / v).sqrt();
        let speech = wiener * lift;
        let speech = if speech < 1.0 { speech } else { 1.0 };
        *clean = speech * speech * p;
        let present = 1.0 / (1.0 + ODDS_AGAINST * (1.0 + priori) * exp2(-v * LOG2_E));
        let weighted = present * log2(speech) + (1.0 - present) * floor_log2;
        *gain = exp2(share * if weighted > floor_log2 { weighted } else { floor_log2 });
    }
}
