//! Real-time: voice detection by two networks: crate earshot's with its weights (features: 40 mel bands), and the
//! [`SpectralDetector`]'s. earshot hears more in quiet and takes voices in the background for speech; the other does not:
//! their odds are weighed together (by logistic regression on noisy speech of other readers, rounded, and
//! moved towards fewer false alarms).
//!
//! earshot takes 16 ms at 16 kHz: other rates are converted, blocks of 10 ms are gathered, and a block has the
//! probability of the last 16 ms that ended in or before it.

use super::VoiceDetector;
use super::spectral::{SpectralDetector, logistic};
use crate::processing::audio::fast_math::log2;
use crate::processing::finite::bounded;
use crate::processing::format::Resampler;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use earshot::Detector;
use std::f32::consts::LN_2;
use std::fmt;

/// Samples that the network takes.
const FRAME: usize = 256;
/// Samples of a block at 16 kHz.
const BLOCK: usize = 160;

/// The weights of the odds' logarithms, and what is added.
const EARSHOT: f32 = 0.7;
const SPECTRAL: f32 = 1.0;
const ADDED: f32 = -0.6;
/// No probability of earshot's is nearer to 0 or 1.
const SUREST: f32 = 1e-3;

/// Voice detection by earshot and the spectral detector. Real-time safe except for its construction.
///
/// Example: [`VoiceDetector`](crate::processing::VoiceDetector).
pub struct NeuralDetector {
    block: usize,
    spectral: SpectralDetector,
    network: Box<Detector>,
    resampler: Resampler,
    frame: [f32; FRAME],
    gathered: usize,
    /// earshot's.
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
            spectral: SpectralDetector::new(rate),
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
        let spectral = self.spectral.odds(block)?;
        let mut samples = [0.0; BLOCK];
        // It does not fail: the block is of the length that was agreed.
        let _ = self.resampler.process_block(block, &mut samples);
        for x in samples {
            if let Some(place) = self.frame.get_mut(self.gathered) {
                *place = bounded(x, 1.0);
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
        let p = self.probability.clamp(SUREST, 1.0 - SUREST);
        let earshot = log2(p / (1.0 - p)) * LN_2;
        Ok(logistic(EARSHOT * earshot + SPECTRAL * spectral + ADDED))
    }

    fn reset(&mut self) {
        self.spectral.reset();
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
