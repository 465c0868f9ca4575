//! Pure: echo cancellation: what is sent to a party comes back through its loudspeaker and microphone, or through a
//! hybrid; the canceller learns that path and takes it out.

mod analysis;
mod comfort;
mod delay;
mod dispatch;
mod double_talk;
mod drift;
mod echo_detector;
mod echo_estimator;
mod echo_subtraction;
mod erle_meter;
mod filter_selector;
pub(in crate::processing::audio) mod frequency_domain;
mod kernels;
mod late_echo;
mod leakage;
mod nlms;
mod params;
mod partition_share;
mod partitions;
mod path_jump;
mod residual;
mod residual_gain;
#[cfg_attr(not(feature = "neural"), allow(dead_code, reason = "it has no weights"))]
mod residual_network;
mod residual_tracker;
mod shadow;
mod short_filter;
pub(in crate::processing::audio) mod spectrum;
mod spectrum_bins;
mod step_size;
mod suppressor;
pub mod training;
mod weight_average;

pub use dispatch::Aec;
pub use frequency_domain::FrequencyDomain;
pub use nlms::Nlms;
pub use params::{AecAlgorithm, AecParams, EchoSuppression, LOW_COMPLEXITY_TAIL_MS};

use crate::processing::stage::StageFault;

/// An echo canceller for one leg: one channel, one sample rate.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{Aec, AecParams, EchoCanceller};
///
/// let mut aec = Aec::new(SampleRate::Hz8000, AecParams::light())?;
/// let mut noise = 1_u32;
/// for _ in 0..200 {
///     // 2 s: what was sent comes back at half its level.
///     let far: [f32; 80] = std::array::from_fn(|_| {
///         noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
///         (noise >> 8) as f32 / 16_777_216.0 * 0.4 - 0.2
///     });
///     let mut near = far.map(|sample| 0.5 * sample);
///     aec.process(&far, &mut near).unwrap();
/// }
/// assert!(aec.metrics().erle_db > 20.0, "{:?}", aec.metrics());
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
pub trait EchoCanceller: Send {
    /// Takes the echo of `far` out of `near`, in place, without delay. Real-time safe.
    ///
    /// `far` is the block that was sent to the party (the reference), `near` the block that came from it: 10 ms of mono
    /// each. The echo of `far` may appear in this or in later blocks (up to the canceller's range of bulk delay).
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the lengths are wrong; `near` is left as it was.
    fn process(&mut self, far: &[f32], near: &mut [f32]) -> Result<(), StageFault>;

    /// Takes settings that may change while it runs, from the next block on; an embedder's own need not have any. What a canceller
    /// was not made with (the network of `neural`, a longer tail) it goes on without: make a new one, as
    /// [`set_processing`](crate::MediaSessionHandle::set_processing) does. Real-time safe.
    fn set_params(&mut self, _params: &AecParams) {}

    /// What it knows about its work. Real-time safe.
    fn metrics(&self) -> EchoMetrics;

    /// Forgets the echo path. Real-time safe.
    fn reset(&mut self);
}

/// What a canceller knows about its work.
///
/// Example: [`EchoCanceller`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct EchoMetrics {
    /// Echo return loss in dB (ITU-T G.168): how far below what it was sent the far end's echo comes in, before anything is taken out,
    /// averaged over 2 s or so of far-end speech; double talk does not lower it. What the filter leaves of the echo is not
    /// in it: in three rooms of 8 to 22 dB it is told 0.4 to 2.1 dB too great. None until 6 dB are taken out.
    pub erl_db: Option<f32>,
    /// Echo return loss enhancement of the linear part in dB, smoothed over far-end speech.
    pub erle_linear_db: f32,
    /// Echo return loss enhancement after residual suppression in dB, smoothed over far-end speech.
    pub erle_db: f32,
    /// The bulk delay between reference and echo in ms; none until it is found.
    pub delay_ms: Option<u16>,
    /// The delay in ms of an echo that comes later than the canceller looks for it ([`AecParams::max_delay_ms`]), up to 2550: that echo
    /// stays. A greater `max_delay_ms` reaches to 1000; what is later has to come sooner (shorter buffers on its way). None without
    /// such an echo, before it is sure of one (3 to 5 s as a rule), 10 s after it was gone, and with a `max_delay_ms` of 0.
    pub late_echo_ms: Option<u16>,
    /// How many times the filter diverged and was set back.
    pub divergences: u32,
    /// Whether near and far end are taken to speak at once.
    pub double_talk: bool,
}

#[cfg(test)]
mod tests;
