//! Pure: voice activity detection.

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
