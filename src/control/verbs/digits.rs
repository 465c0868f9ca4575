//! Control: digits of a session's peer, kept until they are read, and digits sent to it.

use crate::codec::audio::dtmf::{Digit, DigitString, TelephoneEvent};
use crate::control::records::session::{DIGITS_KEPT, Session};
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::SessionError;
use crate::processing::audio::tone::{Tone, ToneEvent};
use crate::session::EventKind;
use crate::types::SessionId;
use crate::worker::{Outcome, Receipt, Verb};

impl Supervisor {
    pub(in crate::control) fn take_digit(&mut self, id: SessionId, digit: Digit) {
        let collected = self.is_collected(id, digit);
        if let Some(session) = self.sessions.get_mut(id) {
            session.pressed = None;
        }
        if !collected && self.sessions.get_mut(id).is_some_and(|session| session.keep_digit(digit)) {
            self.warn_of(id, format_args!("nobody takes its digits, the oldest of {DIGITS_KEPT} is dropped"));
        }
        self.tell(id, EventKind::Digit(digit));
        self.end_on_digit(id, digit.event);
        if collected {
            self.collect_digit(id, digit);
        }
    }

    /// A tone in a session's audio: a digit counts as one that its peer pressed.
    pub(in crate::control) fn take_tone(&mut self, id: SessionId, event: ToneEvent) {
        match event {
            ToneEvent::Begin { tone: Tone::Dtmf(digit), .. } => {
                if let Some(event) = TelephoneEvent::from_char(char::from(digit)) {
                    self.begin_digit(id, event);
                }
            }
            ToneEvent::End { tone: Tone::Dtmf(digit), duration_ms } => {
                if let Some(event) = TelephoneEvent::from_char(char::from(digit)) {
                    self.take_digit(id, Digit { event, duration_ms, end_lost: false });
                }
            }
            ToneEvent::Begin { tone, .. } => self.tell(id, EventKind::ToneStarted(tone)),
            ToneEvent::End { tone, duration_ms } => self.tell(id, EventKind::ToneEnded { tone, duration_ms }),
        }
    }

    /// What a session's peer pressed since this was last asked.
    pub(crate) fn take_digits(&mut self, id: SessionId, promise: &mut Option<Promise<Vec<Digit>>>) -> Step {
        let digits = self.session_mut(id).map(|session| session.digits.drain(..).collect());
        Self::settle(promise, digits)
    }

    pub(crate) fn send_digits(
        &mut self,
        id: SessionId,
        digits: DigitString,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let (worker, key) = match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(place)) => place,
        };
        let by_tones = |s: &Session| s.sending().telephone_events.is_none() || s.port.is_none();
        if let Some(session) = self.sessions.get(id).filter(|session| by_tones(session)) {
            let flash = digits.events().any(|event| event == TelephoneEvent::FLASH);
            if flash || digits.volume() != DigitString::USUAL_VOLUME {
                return Self::refuse(promise, SessionError::NoTelephoneEvents(id));
            }
            if session.state.held_outward {
                return Self::refuse(promise, SessionError::DigitsOnHold(id));
            }
        }
        let Some(promise) = promise.take() else { return Step::Done };
        let after = move |s: &mut Self, receipt: Receipt| match receipt.outcome {
            Outcome::Lost => promise.answer(Err(s.lost_answer())),
            Outcome::Done => promise.answer(Ok(())),
            Outcome::NoRoom => promise.answer(Err(SessionError::DigitsWaiting(id).into())),
            Outcome::Stale => promise.answer(Err(SessionError::Unknown(id).into())),
        };
        self.order(worker, Verb::Dial(key, digits), Some(Box::new(after)));
        Step::Done
    }
}
