//! Pure: voice activity detection: [`Vad`] holds any of the detectors, or an embedder's own; [`Hysteresis`] makes a
//! decision of what they say.

mod dispatch;
mod energy;
mod hysteresis;
#[cfg(feature = "neural")]
mod neural;
mod noise_floor;
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
pub trait VoiceDetector: Send {
    /// The probability (0 to 1) that a block of 10 ms holds speech. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the state is left as it was.
    fn process(&mut self, block: &[f32]) -> Result<f32, StageFault>;

    /// Forgets what it learnt. Real-time safe.
    fn reset(&mut self);
}
