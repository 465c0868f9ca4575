//! Pure: noise suppression: [`Ns`] holds any of the suppressors, or an embedder's own.

mod clarity;
mod dispatch;
mod ear;
mod framing;
#[cfg(feature = "neural")]
mod neural;
mod noise;
mod spectral;
#[cfg(test)]
mod tests;

pub use dispatch::{Ns, NsAlgorithm, NsParams};
#[cfg(feature = "neural")]
pub use neural::NeuralSuppressor;
pub use spectral::SpectralSuppressor;

use crate::processing::stage::StageFault;

/// Readies the calling thread for suppressors of algorithm `neural`, whose crate keeps FFT plans by thread: where this
/// was not called, the first block allocates. Call it once on a media thread before its first tick. Allocates; without
/// feature `neural` it does nothing.
pub fn prepare_thread() {
    #[cfg(feature = "neural")]
    neural::prepare_thread();
}

/// A noise suppressor for one channel at one sample rate.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{NoiseSuppression, NoiseSuppressor, Ns, NsParams};
///
/// let mut ns = Ns::new(SampleRate::Hz8000, NsParams::default())?;
/// ns.set_level(NoiseSuppression::High);
/// let (mut seed, mut before, mut after) = (1_u32, 0.0, 0.0);
/// for _ in 0..300 {
///     let mut block = [0.0; 80].map(|_: f32| {
///         seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
///         (seed >> 8) as f32 / 16_777_216.0 * 0.02 - 0.01
///     });
///     before = block.iter().map(|sample| sample * sample).sum();
///     ns.process(&mut block).unwrap();
///     after = block.iter().map(|sample| sample * sample).sum::<f32>();
/// }
/// assert!(after < before / 4.0, "steady noise is lowered by 6 dB at least: {before} {after}");
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
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

/// How strongly noise is suppressed. Where speech stands 26 dB above it less is taken while there is speech, from 32 dB nothing.
///
/// Example: [`NoiseSuppressor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseSuppression {
    /// About 6 dB (`neural`: 12): hardly any artefact.
    Low,
    /// About 12 dB (`neural`: 24 where speech is well above the noise, where not as much as the network takes).
    #[default]
    Moderate,
    /// Up to 18 dB; about 13 dB in the pauses of speech (`neural`: as much as the network takes).
    High,
}

impl NoiseSuppression {
    /// The least gain that it puts on noise, as a factor.
    pub(crate) const fn floor(self) -> f32 {
        match self {
            Self::Low => 0.5,
            Self::Moderate => 0.25,
            Self::High => 0.125,
        }
    }
}
