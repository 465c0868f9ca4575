//! Real-time: voice detection by what the spectrum looks like: bands over their noise floors, shape, voicing, flux,
//! weighed against each other and against what came before by a small fitted recurrent network.
//!
//! It works at 8 kHz whatever the stream's rate: the same decision for a narrowband and a wideband leg.

mod analysis;
mod features;
mod network;
#[cfg(test)]
mod tests;
mod weights;

use super::VoiceDetector;
use crate::processing::audio::fast_math::logistic;
use crate::processing::format::Resampler;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use analysis::{Analysis, BLOCK};
use features::Features;
use network::Network;
use std::fmt;

/// Voice detection by spectral features. Real-time safe except for its construction.
///
/// Example: [`VoiceDetector`](crate::processing::VoiceDetector).
pub struct SpectralDetector {
    block: usize,
    resampler: Resampler,
    analysis: Analysis,
    features: Features,
    network: Network,
}

impl SpectralDetector {
    /// For one channel at `rate`. Allocates.
    ///
    /// # Panics
    /// Never: a resampler of one channel can always be made.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self {
            block: rate.block_samples(),
            resampler: Resampler::new(rate, SampleRate::Hz8000, 1).expect("one channel is legal"),
            analysis: Analysis::new(),
            features: Features::default(),
            network: Network::new(),
        }
    }
}

impl SpectralDetector {
    /// Goes on with what another has learnt of the same stream, which had another rate. Real-time safe.
    pub(crate) fn continue_from(&mut self, before: &Self) {
        self.analysis.continue_from(&before.analysis);
        (self.features, self.network) = (before.features, before.network);
    }

    /// The logarithm of the odds that a block of 10 ms holds speech.
    pub(in crate::processing::audio) fn odds(&mut self, block: &[f32]) -> Result<f32, StageFault> {
        if block.len() != self.block {
            return Err(StageFault::BadBlock);
        }
        let mut samples = [0.0; BLOCK];
        // It does not fail: the block is of the length that was agreed.
        let _ = self.resampler.process_block(block, &mut samples);
        Ok(self.network.odds(&self.features.update(&self.analysis.look(&samples))))
    }
}

impl VoiceDetector for SpectralDetector {
    fn process(&mut self, block: &[f32]) -> Result<f32, StageFault> {
        self.odds(block).map(logistic)
    }

    fn reset(&mut self) {
        self.resampler.reset();
        self.analysis.reset();
        self.features.reset();
        self.network.reset();
    }
}

impl fmt::Debug for SpectralDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpectralDetector").field("block", &self.block).finish_non_exhaustive()
    }
}
