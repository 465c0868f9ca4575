//! Pure: tones in the audio: in-band DTMF digits (ITU-T Q.23, Q.24), fax tones, call-progress tones.
//!
//! All detectors of ours hear 8 kHz through one front end, which says every 5 ms how much of
//! eight frequencies there was; a detector judges runs of those looks.

mod bank;
mod dtmf;
mod generator;
mod narrow;
mod periodicity;
pub(crate) mod plan;
mod progress;
mod queue;
mod recent;
mod single;
mod suppressor;

pub use dtmf::{DtmfDetector, DtmfParams};
pub use generator::DtmfGenerator;
pub(in crate::processing::audio) use narrow::{BLOCK, Narrow};
pub use periodicity::Periodicity;
pub use plan::{CallTone, TonePlan};
pub use progress::{CallProgressDetector, CallProgressParams};
pub use single::{SingleTone, SingleToneDetector, SingleToneParams};
pub use suppressor::ToneSuppressor;

use crate::processing::stage::StageFault;

/// A detector of tones in one channel at one sample rate.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{DtmfDetector, DtmfGenerator, DtmfParams, Tone, ToneDetector, ToneEvent};
///
/// let rate = SampleRate::Hz8000;
/// let (mut sounds, mut hears) = (DtmfGenerator::new(rate), DtmfDetector::new(rate, DtmfParams::default())?);
/// let mut heard = Vec::new();
/// for n in 0..20 {
///     let mut block = [0.0; 80];
///     sounds.add(&mut block, (n < 10).then_some(b'#'), 0.0); // 100 ms, then silence
///     heard.extend(hears.process(&block).unwrap());
/// }
/// assert!(matches!(heard[0], ToneEvent::Begin { tone: Tone::Dtmf(b'#'), .. }), "{heard:?}");
/// assert!(matches!(heard[1], ToneEvent::End { duration_ms: 80..=120, .. }), "{heard:?}");
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
pub trait ToneDetector: Send {
    /// Looks at a block of 10 ms and says what began or ended in it. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the state is left as it was.
    fn process(&mut self, block: &[f32]) -> Result<Option<ToneEvent>, StageFault>;

    /// Forgets what it heard. Real-time safe.
    fn reset(&mut self);

    /// Whether the audio is to be muted where events replace digits: one sounds, or one has probably begun. One's own
    /// detector need not know. Real-time safe.
    fn suppresses(&self) -> bool {
        false
    }
}

/// What began or ended.
///
/// Example: [`ToneDetector`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToneEvent {
    /// A tone is recognized; it began `ago_ms` before the end of this block.
    Begin {
        /// Which.
        tone: Tone,
        /// Milliseconds since it began.
        ago_ms: u16,
    },
    /// It ended.
    End {
        /// Which.
        tone: Tone,
        /// How long it was in ms.
        duration_ms: u32,
    },
}

/// A tone that is recognized.
///
/// Example: [`ToneDetector`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Tone {
    /// A DTMF digit: `0`–`9`, `*`, `#`, `A`–`D`, as ASCII.
    Dtmf(u8),
    /// Fax calling tone, 1,100 Hz (ITU-T T.30).
    FaxCng,
    /// Fax or modem answer tone, 2,100 Hz (ITU-T T.30, V.25).
    FaxCed,
    /// The answer tone with phase reversals (ITU-T V.25): echo control is to go off.
    AnswerReversing,
    /// A single call-progress frequency in Hz.
    Single(u16),
    /// A call-progress tone, by its frequencies and cadence.
    #[serde(skip)]
    Progress(TonePlan, CallTone),
    /// Three tones one behind another: what follows is an announcement (ITU-T E.180).
    SpecialInformation,
}
