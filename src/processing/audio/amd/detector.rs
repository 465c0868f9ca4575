//! Real-time: the detector of one answered call.

use super::beep::{Beep, Heard};
use super::event::{AmdCause, AmdEvent, AnsweredBy};
use super::greeting::Greeting;
use super::params::AmdParams;
use crate::processing::audio::fast_math::log2;
use crate::processing::audio::tone::{BLOCK, Narrow};
use crate::processing::audio::vad::{SpectralDetector, VoiceDetector};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;
use std::fmt;

/// Decibels per doubling of power.
const DECIBELS: f32 = 3.010_3;

/// Tells a human who answers a call from an answering machine, and when that has beeped. It works at 8 kHz whatever the rate.
///
/// In calls a session has one by
/// [`set_answering_machine_detection`](crate::MediaSessionHandle::set_answering_machine_detection); by itself:
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{AmdCause, AmdDetector, AmdEvent, AmdParams, AnsweredBy};
///
/// let mut detector = AmdDetector::new(SampleRate::Hz8000, AmdParams::default().initial_silence_ms(1_000))?;
/// let told: Vec<_> = (0..200).filter_map(|_| detector.process(&[0.0; 80]).unwrap()).collect();
/// let verdict = AmdEvent::Answered {
///     by: AnsweredBy::Machine,
///     cause: AmdCause::InitialSilence,
///     after_ms: 1_000,
///     greeting_ms: 0,
/// };
/// assert_eq!(told, [verdict]);
/// # Ok::<(), media_core::processing::ProcessingError>(())
/// ```
pub struct AmdDetector {
    narrow: Narrow,
    vad: SpectralDetector,
    beep: Beep,
    /// Until there is a verdict.
    greeting: Option<Greeting>,
    /// Blocks for which a beep is waited for.
    patience: u32,
}

impl AmdDetector {
    /// For one channel at `rate`, from pick-up on. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`] for a parameter out of its range.
    pub fn new(rate: SampleRate, params: AmdParams) -> Result<Self, ProcessingError> {
        params.check()?;
        Ok(Self {
            narrow: Narrow::new(rate),
            vad: SpectralDetector::new(SampleRate::Hz8000),
            beep: Beep::default(),
            greeting: Some(Greeting::new(params)),
            patience: params.beep_within_ms.div_ceil(10),
        })
    }

    /// Takes a block of 10 ms that came from the party; returns what it finds. What is not finite counts as silence. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; nothing is changed.
    pub fn process(&mut self, block: &[f32]) -> Result<Option<AmdEvent>, StageFault> {
        let narrow = self.narrow.block(block)?;
        Ok(self.look(&narrow))
    }

    /// Nothing comes from the party in this block: silence. Real-time safe.
    pub(crate) fn hear_nothing(&mut self) -> Option<AmdEvent> {
        self.look(&[0.0; BLOCK])
    }

    /// Whether there is a verdict, and no beep is waited for any more: the rest is not looked at. Real-time safe.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.greeting.is_none() && self.patience == 0
    }

    /// Whether silence counts: there is no verdict yet, or a beep is under way.
    pub(crate) fn awaits_an_end(&self) -> bool {
        self.greeting.is_some() || (self.beep.sounds() && !self.is_done())
    }

    fn look(&mut self, block: &[f32; BLOCK]) -> Option<AmdEvent> {
        if self.is_done() {
            return None;
        }
        let heard = self.beep.update(block);
        if let Some(Heard::Ended { hz, length_ms }) = heard {
            self.patience = 0;
            return Some(AmdEvent::BeepEnded { hz, length_ms });
        }
        let Some(greeting) = &mut self.greeting else {
            self.patience -= 1;
            return None;
        };
        let power = block.iter().map(|x| x * x).sum::<f32>() / BLOCK as f32;
        let voice = self.vad.process(block).unwrap_or(0.0);
        let found = greeting.update(voice, DECIBELS * log2(power + 1e-10));
        let beeps = (heard == Some(Heard::Began)).then_some((AnsweredBy::Machine, AmdCause::Beep));
        let (by, cause) = beeps.or(found)?;
        let (after_ms, greeting_ms) = greeting.times_ms();
        self.greeting = None;
        Some(AmdEvent::Answered { by, cause, after_ms, greeting_ms })
    }
}

impl fmt::Debug for AmdDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmdDetector")
            .field("greeting", &self.greeting)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
