//! Real-time: noise suppression by a gain for each frequency, 8 to 48 kHz.
//!
//! `noise` tracks the noise in spectra, `gain` decides how much of each bin is kept, `clarity` how
//! much of that is needed. Delay: one
//! block of 10 ms.

mod clarity;
mod gain;
mod noise;

#[cfg(test)]
mod tests;

use super::framing::Framing;
use super::{NoiseSuppression, NoiseSuppressor};
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use clarity::Clarity;
use gain::Gains;
use noise::NoiseTracker;

/// Quantization noise of 16 bits: a step squared, divided by 12.
const QUANTIZATION: f32 = 1.0 / (32_768.0 * 32_768.0 * 12.0);

/// Noise suppression by spectral gains. Real-time safe except for its construction.
///
/// Example: [`NoiseSuppressor`](crate::processing::NoiseSuppressor).
#[derive(Debug)]
pub struct SpectralSuppressor {
    block: usize,
    framing: Framing,
    power: Vec<f32>,
    noise: NoiseTracker,
    clarity: Clarity,
    gains: Gains,
    floor: f32,
}

impl SpectralSuppressor {
    /// For one channel at `rate`. Allocates.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(rate: SampleRate, level: NoiseSuppression) -> Self {
        let block = rate.block_samples();
        let framing = Framing::new(block, block * 16 / 5);
        let bins = framing.spectrum.len();
        let (size, energy) = (block * 16 / 5, framing.energy());
        let least = QUANTIZATION * energy;
        let apart = rate.hz() as f32 / size as f32;
        Self {
            block,
            framing,
            power: vec![0.0; bins],
            noise: NoiseTracker::new(bins, least),
            clarity: Clarity::new(bins, apart, size, energy),
            gains: Gains::new(bins),
            floor: level.floor(),
        }
    }
}

impl NoiseSuppressor for SpectralSuppressor {
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        if block.len() != self.block {
            return Err(StageFault::BadBlock);
        }
        self.framing.analyse(block);
        for (power, bin) in self.power.iter_mut().zip(&self.framing.spectrum) {
            *power = bin.re * bin.re + bin.im * bin.im;
        }
        self.noise.update(&self.power);
        let share = self.clarity.share(&self.power, &self.noise.noise, &self.noise.lowest);
        self.gains.update(&self.power, &self.noise.noise, self.floor, share);
        for (bin, gain) in self.framing.spectrum.iter_mut().zip(&self.gains.gains) {
            *bin *= gain;
        }
        self.framing.synthesise(block);
        Ok(())
    }

    fn set_level(&mut self, level: NoiseSuppression) {
        self.floor = level.floor();
    }

    fn delay_samples(&self) -> usize {
        self.block
    }

    fn reset(&mut self) {
        self.framing.reset();
        self.noise.reset();
        self.clarity.reset();
        self.gains.reset();
    }
}
