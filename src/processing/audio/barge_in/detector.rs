//! Real-time: the detector of one party.

use super::ears::Ears;
use super::event::BargeInEvent;
use super::evidence::Evidence;
use super::params::BargeInParams;
use super::speech::Speech;
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;
use std::fmt;

/// Tells a party that speaks over what it is sent from the echo of that, and says when it began, interrupted, ended, and ended
/// its turn. It works at 8 kHz whatever the rate: the same decision for a narrowband and a wideband leg.
///
/// In calls a session has one by [`ProcessingParams::barge_in`](crate::ProcessingParams::barge_in); by itself:
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{BargeInDetector, BargeInParams};
///
/// let params = BargeInParams::default().minimum_ms(100).turn_pause_ms((400, 900));
/// let mut detector = BargeInDetector::new(SampleRate::Hz16000, params)?;
/// let (sent, came) = ([0.0; 160], [0.0; 160]);
/// assert_eq!(detector.process(&sent, &came), Ok([None, None]));
/// assert!(!detector.speaks());
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
pub struct BargeInDetector {
    ears: Ears,
    evidence: Evidence,
    speech: Speech,
}

impl BargeInDetector {
    /// For one channel at `rate`. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`] for a parameter out of its range.
    pub fn new(rate: SampleRate, params: BargeInParams) -> Result<Self, ProcessingError> {
        params.check()?;
        Ok(Self { ears: Ears::new(rate)?, evidence: Evidence::new(params.sensitivity), speech: Speech::new(&params) })
    }

    /// Takes a block of what was sent to the party and one of what came from it, 10 ms each, before anything is taken out of it;
    /// returns what it finds. The echo of `sent` may come in this block or in those of the next 600 ms. What is not
    /// finite counts as silence. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: a length is wrong; nothing is changed.
    pub fn process(&mut self, sent: &[f32], came: &[f32]) -> Result<[Option<BargeInEvent>; 2], StageFault> {
        let look = self.ears.look(sent, came, !self.evidence.any())?;
        let held = self.evidence.update(&look, self.speech.speaks());
        Ok(self.speech.update(held, look.sent))
    }

    /// Whether the party speaks, as decided last.
    #[must_use]
    pub fn speaks(&self) -> bool {
        self.speech.speaks()
    }

    /// Whether speech, or a turn, is under way.
    pub(crate) const fn awaits_an_end(&self) -> bool {
        self.speech.awaits_an_end()
    }

    /// Nothing comes from the party in this block: it says nothing, and of its room nothing is learnt. Real-time safe.
    pub(crate) fn hear_nothing(&mut self) -> [Option<BargeInEvent>; 2] {
        self.speech.update(None, false)
    }

    /// Takes other parameters, which have been checked as a chain was built, and keeps what it learnt. Real-time safe.
    pub(crate) fn set_params(&mut self, params: &BargeInParams) {
        self.evidence.set_sensitivity(params.sensitivity);
        self.speech.set_params(params);
    }
}

impl fmt::Debug for BargeInDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BargeInDetector").field("speech", &self.speech).finish_non_exhaustive()
    }
}
