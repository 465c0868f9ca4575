//! Real-time: voice detection by two networks: the one of Silero VAD, and the [`SpectralDetector`]'s. Silero's hears more in quiet, in
//! rooms and far from the microphone, and takes voices in the background for speech; the other does not, and answers at once. The
//! answer is the mean of the logarithms of their odds.
//!
//! Silero's takes 16 kHz: other rates are converted. It answers each 16 ms: a block has what it said last.

#[cfg(test)]
mod tests;

use super::VoiceDetector;
use super::silero::Silero;
use super::spectral::SpectralDetector;
use crate::processing::audio::fast_math::logistic;
use crate::processing::finite::copy_bounded;
use crate::processing::format::Resampler;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use std::fmt;

/// Samples of a block at 16 kHz.
const BLOCK: usize = 160;

/// The weights of the odds' logarithms.
const SILERO: f32 = 0.5;
const SPECTRAL: f32 = 0.5;
/// No more than this speaks the spectral detector against speech: it is too sure of itself where speakers are far. What Silero's
/// says is not bounded: how little of a voice it finds in typing and papers is what sets meetings apart.
const LEAST: f32 = -3.0;
/// What is added: towards fewer false alarms where many speak behind.
const ADDED: f32 = -1.0;

/// Voice detection by Silero's network and the spectral detector. Real-time safe except for its construction.
///
/// Example: [`VoiceDetector`](crate::processing::VoiceDetector).
pub struct NeuralDetector {
    block: usize,
    spectral: SpectralDetector,
    network: Silero,
    resampler: Resampler,
}

impl NeuralDetector {
    /// For one channel at `rate`. Allocates; the first one reads the weights, which all share.
    ///
    /// # Panics
    /// Never: a resampler of one channel can always be made.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self {
            block: rate.block_samples(),
            spectral: SpectralDetector::new(rate),
            network: Silero::new(),
            resampler: Resampler::new(rate, SampleRate::Hz16000, 1).expect("one channel is legal"),
        }
    }
}

impl VoiceDetector for NeuralDetector {
    fn process(&mut self, block: &[f32]) -> Result<f32, StageFault> {
        let spectral = self.spectral.odds(block)?;
        let (mut samples, mut heard) = ([0.0; BLOCK], [0.0; BLOCK]);
        // It does not fail: the block is of the length that was agreed.
        let _ = self.resampler.process_block(block, &mut samples);
        copy_bounded(&samples, &mut heard, 1.0);
        Ok(logistic(SILERO * self.network.odds(&heard) + SPECTRAL * spectral.max(LEAST) + ADDED))
    }

    fn reset(&mut self) {
        self.spectral.reset();
        self.network.reset();
        self.resampler.reset();
    }
}

impl fmt::Debug for NeuralDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NeuralDetector").field("block", &self.block).finish_non_exhaustive()
    }
}
