//! Pure: automatic gain control: every voice at the same loudness.

use crate::processing::stage::StageFault;

/// A gain control for one channel at one sample rate.
pub trait GainControl: Send {
    /// Levels a block of 10 ms in place; `voice` is the probability (0 to 1) that the block holds speech, as the voice
    /// detector says. Real-time safe. The output lags by [`Self::delay_samples`].
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the block is left as it was.
    fn process(&mut self, block: &mut [f32], voice: f32) -> Result<(), StageFault>;

    /// The gain applied at the end of the last block in dB. Real-time safe.
    fn gain_db(&self) -> f32;

    /// Algorithmic delay in samples (look-ahead).
    fn delay_samples(&self) -> usize;

    /// Forgets what it learnt. Real-time safe.
    fn reset(&mut self);
}
