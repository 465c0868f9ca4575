//! Pure: voice activity detection: [`Vad`] holds any of the detectors, or an embedder's own; [`Hysteresis`] makes a
//! decision of what they say.

mod dispatch;
mod energy;
mod hysteresis;
#[cfg(feature = "neural")]
mod neural;
pub(in crate::processing::audio) mod noise_floor;
#[cfg(feature = "neural")]
mod silero;
mod spectral;
#[cfg(test)]
mod tests;

pub use dispatch::{Vad, VadAlgorithm, VadParams};
pub use energy::EnergyDetector;
pub use hysteresis::{Hysteresis, HysteresisParams};
#[cfg(feature = "neural")]
pub use neural::NeuralDetector;
pub use spectral::SpectralDetector;

use crate::processing::stage::StageFault;

/// A voice detector for one channel at one sample rate.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{Vad, VadAlgorithm, VadParams, VoiceDetector};
///
/// for algorithm in [VadAlgorithm::Energy, VadAlgorithm::Spectral] {
///     let mut params = VadParams::default();
///     params.algorithm = algorithm;
///     let mut vad = Vad::new(SampleRate::Hz16000, params)?;
///     let mut probability = 1.0;
///     for _ in 0..100 {
///         probability = vad.process(&[0.0; 160]).unwrap();
///     }
///     assert!(probability < 0.1, "silence is no voice: {probability}");
/// }
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
pub trait VoiceDetector: Send {
    /// The probability (0 to 1) that a block of 10 ms holds speech. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the state is left as it was.
    fn process(&mut self, block: &[f32]) -> Result<f32, StageFault>;

    /// Forgets what it learnt. Real-time safe.
    fn reset(&mut self);
}
