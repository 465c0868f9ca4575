//! Real-time: what is known of a stream: its spectra, the noise in them, and how far speech stands above it.

use super::clarity::Clarity;
use super::framing::Framing;
use super::noise::NoiseTracker;
use crate::types::SampleRate;

/// Quantization noise of 16 bits: a step squared, divided by 12.
const QUANTIZATION: f32 = 1.0 / (32_768.0 * 32_768.0 * 12.0);

/// The ear of one stream.
#[derive(Debug)]
pub(super) struct Ear {
    pub(super) framing: Framing,
    /// Of the newest spectrum.
    pub(super) power: Vec<f32>,
    pub(super) noise: NoiseTracker,
    clarity: Clarity,
}

impl Ear {
    /// For one channel at `rate`. Allocates.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(rate: SampleRate) -> Self {
        let (block, size) = (rate.block_samples(), rate.block_samples() * 16 / 5);
        let framing = Framing::new(block, size);
        let (bins, energy) = (framing.spectrum.len(), framing.energy());
        Self {
            framing,
            power: vec![0.0; bins],
            noise: NoiseTracker::new(bins, QUANTIZATION * energy),
            clarity: Clarity::new(bins, rate.hz() as f32 / size as f32, size, energy),
        }
    }

    /// Takes in a block; returns what share of the suppression is left out.
    pub(super) fn hear(&mut self, block: &[f32]) -> f32 {
        self.framing.analyse(block);
        for (power, bin) in self.power.iter_mut().zip(&self.framing.spectrum) {
            *power = bin.re * bin.re + bin.im * bin.im;
        }
        self.noise.update(&self.power);
        self.clarity.share(&self.power, &self.noise.noise, &self.noise.lowest)
    }

    /// One that never hears clear speech.
    #[cfg(test)]
    pub(super) fn deaf(rate: SampleRate) -> Self {
        let mut made = Self::new(rate);
        made.clarity.deaf();
        made
    }

    /// Forgets the stream.
    pub(super) fn reset(&mut self) {
        self.framing.reset();
        self.noise.reset();
        self.clarity.reset();
    }
}
