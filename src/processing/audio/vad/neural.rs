//! Real-time: voice detection by a recurrent network, crate earshot with its weights (features: 40 mel bands).
//!
//! The network takes 16 ms at 16 kHz: other rates are converted, blocks of 10 ms are gathered, and a block has the
//! probability of the last 16 ms that ended in or before it.

use super::VoiceDetector;
use crate::processing::format::Resampler;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use earshot::Detector;
use std::fmt;

/// Samples that the network takes.
const FRAME: usize = 256;
/// Samples of a block at 16 kHz.
const BLOCK: usize = 160;

/// Voice detection by earshot. Real-time safe except for its construction.
pub struct NeuralDetector {
    block: usize,
    network: Box<Detector>,
    resampler: Resampler,
    frame: [f32; FRAME],
    gathered: usize,
    probability: f32,
}

impl NeuralDetector {
    /// For one channel at `rate`. Allocates.
    ///
    /// # Panics
    /// Never: a resampler of one channel can always be made.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self {
            block: rate.block_samples(),
            network: Detector::default_boxed(),
            resampler: Resampler::new(rate, SampleRate::Hz16000, 1).expect("one channel is legal"),
            frame: [0.0; FRAME],
            gathered: 0,
            probability: 0.0,
        }
    }
}

impl VoiceDetector for NeuralDetector {
    fn process(&mut self, block: &[f32]) -> Result<f32, StageFault> {
        if block.len() != self.block {
            return Err(StageFault::BadBlock);
        }
        let mut samples = [0.0; BLOCK];
        // It does not fail: the block is of the length that was agreed.
        let _ = self.resampler.process_block(block, &mut samples);
        for x in samples {
            if let Some(place) = self.frame.get_mut(self.gathered) {
                *place = if x.is_finite() { x.clamp(-1.0, 1.0) } else { 0.0 };
                self.gathered += 1;
            }
            if self.gathered == FRAME {
                self.gathered = 0;
                let p = self.network.predict_f32(&self.frame);
                self.probability = if p.is_finite() { p.clamp(0.0, 1.0) } else { 0.0 };
                if !p.is_finite() {
                    self.network.reset();
                }
            }
        }
        Ok(self.probability)
    }

    fn reset(&mut self) {
        self.network.reset();
        self.resampler.reset();
        (self.gathered, self.probability) = (0, 0.0);
    }
}

impl fmt::Debug for NeuralDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NeuralDetector")
            .field("block", &self.block)
            .field("probability", &self.probability)
            .finish_non_exhaustive()
    }
}
