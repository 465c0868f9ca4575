//! Real-time: how far speech stands above the noise, and what share of the suppression is left out therefore.
//!
//! Where noise is so far below speech that speech hides it, gains can only harm: in clean speech what is weak between harmonics
//! counts as noise. The ratio of a call is known best in its pauses; it is held for some seconds. In pauses all is suppressed.

use crate::processing::audio::fast_math::log2;

/// The ratio, in decibels, from which suppression is left out, and from which all of it.
const CLEAR: f32 = 26.0;
const CLEAREST: f32 = 32.0;
/// What is lost of the held ratio a block.
const FORGOTTEN: f32 = 0.03;
const GREATEST: f32 = 45.0;
/// A block this far above the noise, in decibels, is wholly speech. What follows counts as much, less [`FALL`] a block; no
/// block counts as more than [`LASTING`].
const SPEECH: f32 = 3.0;
const LASTING: f32 = 20.0;
const FALL: f32 = 0.2;
/// A block is speech whose power counts: 10 dB over the noise, and over -60 dB of full scale.
const OVER: f32 = 10.0;
const LEAST: f32 = 1e-6;
/// Speech nobody heard yet is taken for this: -32 dB.
const AT_FIRST: f32 = 6e-4;
/// Shares of a block in the level of speech, of a louder and a softer one.
const RISE: f32 = 0.03;
const SINK: f32 = 0.01;
/// Sums of minima make up for so much less than their mean.
const MINIMUM_BIAS: f32 = 2.0;

/// What is known of one stream.
#[derive(Debug)]
pub(super) struct Clarity {
    /// What a bin counts.
    weights: Vec<f32>,
    speech: f32,
    ratio: f32,
    standing: f32,
}

impl Clarity {
    /// For bins so far apart, of a transform of `size` with a window of that energy. Allocates.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(super) fn new(bins: usize, hz: f32, size: usize, energy: f32) -> Self {
        // To a mean square: hum does not count, little of what lies below 1 kHz, none above 8 kHz.
        let weight = |f: f32| if (150.0..=8_000.0).contains(&f) { (f / 1_000.0).min(1.0) } else { 0.0 };
        let scale = 2.0 / (size as f32 * energy);
        let mut made = Self {
            weights: (0..bins).map(|n| weight(n as f32 * hz) * scale).collect(),
            speech: 0.0,
            ratio: 0.0,
            standing: 0.0,
        };
        made.reset();
        made
    }

    /// Takes in the powers of a block, the noise's, and their minima; returns the share.
    pub(super) fn share(&mut self, power: &[f32], noise: &[f32], minima: &[f32]) -> f32 {
        let sum = |of: &[f32]| of.iter().zip(&self.weights).map(|(x, w)| x * w).sum::<f32>();
        let (now, noise, least) = (sum(power), sum(noise), MINIMUM_BIAS * sum(minima));
        if now > OVER * least && now > LEAST {
            self.speech += (now - self.speech) * if now > self.speech { RISE } else { SINK };
        }
        self.ratio = decibels(self.speech, least).min(GREATEST).max(self.ratio - FORGOTTEN);
        self.standing = decibels(now, noise).min(LASTING).max(self.standing - FALL);
        let part = |x: f32| x.clamp(0.0, 1.0);
        part((self.ratio - CLEAR) / (CLEAREST - CLEAR)) * part(self.standing / SPEECH)
    }

    /// Never hears clear speech from now on.
    #[cfg(test)]
    pub(super) fn deaf(&mut self) {
        self.weights.fill(0.0);
    }

    /// Forgets the stream.
    pub(super) fn reset(&mut self) {
        (self.speech, self.ratio, self.standing) = (AT_FIRST, 0.0, 0.0);
    }
}

fn decibels(over: f32, under: f32) -> f32 {
    3.010_3 * (log2(over) - log2(under))
}
