//! Pure: automatic gain control: every voice at the same loudness.
//!
//! [`Agc`] is one of any kind. All measure how loud the talker is (BS.1770 loudness of speech alone) and bring it to a
//! target; in pauses, and in what is no speech, the gain stands still.

mod bands;
mod conviction;
mod crossover;
mod dispatch;
mod leveler;
mod multiband;
mod noise_floor;
mod params;
mod speech_level;
mod wideband;

#[cfg(test)]
mod tests;

pub use dispatch::Agc;
pub use leveler::Leveler;
pub use multiband::MultibandAgc;
pub use params::{AgcAlgorithm, AgcParams};
pub use wideband::WidebandAgc;

use crate::processing::stage::StageFault;

/// A gain control for one channel at one sample rate.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{Agc, AgcAlgorithm, AgcParams, GainControl};
///
/// let mut agc = Agc::new(SampleRate::Hz8000, AgcAlgorithm::Wideband, AgcParams::default())?;
/// let mut n = 0.0_f32;
/// for _ in 0..500 {
///     // 5 s of a talker at -40 dBFS; the probability of voice is that of a detector.
///     let mut block = [0.0; 80].map(|_: f32| {
///         n += 1.0;
///         0.01 * (n * 0.3).sin()
///     });
///     agc.process(&mut block, 1.0).unwrap();
/// }
/// assert!(agc.gain_db() > 6.0, "{}", agc.gain_db());
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
pub trait GainControl: Send {
    /// Levels a block of 10 ms in place; `voice` is the probability (0 to 1) that the block holds speech, as the voice
    /// detector says. From 0.8 on it is likely and from 0.9 on sure to ours, which raise nothing that was not sure for a while.
    /// Real-time safe. The output lags by [`Self::delay_samples`].
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the block is left as it was.
    fn process(&mut self, block: &mut [f32], voice: f32) -> Result<(), StageFault>;

    /// Takes other settings, from the next block on, without a jump in gain; ones out of range, and an embedder's own, are left
    /// as they are. Real-time safe.
    fn adjust(&mut self, _params: &AgcParams) {}

    /// What it has learnt of the talker, for the one that takes its place; an embedder's own need not tell. Real-time safe.
    fn leveler(&self) -> Option<&Leveler> {
        None
    }

    /// Goes on with what the one before has learnt, at its gain. Real-time safe.
    fn continue_from(&mut self, _former: &Leveler) {}

    /// The gain applied at the end of the last block in dB. Real-time safe.
    fn gain_db(&self) -> f32;

    /// Algorithmic delay in samples (look-ahead).
    fn delay_samples(&self) -> usize;

    /// Forgets what it learnt. Real-time safe.
    fn reset(&mut self);
}
