//! Real-time: noise suppression by a gain for each frequency, 8 to 48 kHz.
//!
//! The [`Ear`] has spectra and tracks the noise in them; `gain` decides how much of each bin is kept. Delay: one block of 10 ms.

mod gain;

#[cfg(test)]
mod tests;

use super::ear::Ear;
use super::{NoiseSuppression, NoiseSuppressor};
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use gain::Gains;

/// Noise suppression by spectral gains. Real-time safe except for its construction.
///
/// Example: [`NoiseSuppressor`](crate::processing::NoiseSuppressor).
#[derive(Debug)]
pub struct SpectralSuppressor {
    block: usize,
    ear: Ear,
    gains: Gains,
    floor: f32,
}

impl SpectralSuppressor {
    /// For one channel at `rate`. Allocates.
    pub fn new(rate: SampleRate, level: NoiseSuppression) -> Self {
        let ear = Ear::new(rate);
        Self { block: rate.block_samples(), gains: Gains::new(ear.power.len()), ear, floor: level.floor() }
    }
}

impl NoiseSuppressor for SpectralSuppressor {
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        if block.len() != self.block {
            return Err(StageFault::BadBlock);
        }
        let share = self.ear.hear(block);
        self.gains.update(&self.ear.power, &self.ear.noise.noise, self.floor, share);
        for (bin, gain) in self.ear.framing.spectrum.iter_mut().zip(&self.gains.gains) {
            *bin *= gain;
        }
        self.ear.framing.synthesise(block);
        Ok(())
    }

    fn set_level(&mut self, level: NoiseSuppression) {
        self.floor = level.floor();
    }

    fn delay_samples(&self) -> usize {
        self.block
    }

    fn reset(&mut self) {
        self.ear.reset();
        self.gains.reset();
    }
}
