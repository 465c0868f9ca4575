//! Real-time: noise suppression by a gain for each frequency, 8 to 48 kHz.
//!
//! `framing` makes spectra, `noise` tracks the noise in them, `gain` decides how much of each bin is kept. Delay: one
//! block of 10 ms.

mod framing;
mod gain;
mod noise;

#[cfg(test)]
mod tests;

use super::{NoiseSuppression, NoiseSuppressor};
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use framing::Framing;
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
        let least = QUANTIZATION * framing.energy();
        Self {
            block,
            framing,
            power: vec![0.0; bins],
            noise: NoiseTracker::new(bins, least),
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
        self.gains.update(&self.power, &self.noise.noise, self.floor);
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
        self.gains.reset();
    }
}
