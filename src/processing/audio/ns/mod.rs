//! Pure: noise suppression.

use crate::processing::stage::StageFault;

/// A noise suppressor for one channel at one sample rate.
pub trait NoiseSuppressor: Send {
    /// Suppresses the noise of a block of 10 ms in place. Real-time safe. The output lags by [`Self::delay_samples`].
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the block is left as it was.
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault>;

    /// How strongly noise is suppressed, from the next block on. Real-time safe.
    fn set_level(&mut self, level: NoiseSuppression);

    /// Algorithmic delay in samples.
    fn delay_samples(&self) -> usize;

    /// Forgets what it learnt. Real-time safe.
    fn reset(&mut self);
}

/// How strongly noise is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoiseSuppression {
    /// About 6 dB: hardly any artefact.
    Low,
    /// About 12 dB.
    #[default]
    Moderate,
    /// About 18 dB.
    High,
}
