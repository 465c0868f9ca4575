//! Real-time: what the caller does meanwhile: told to the agent, and ending what it says where it is to.

use super::super::event::{AgentEventKind, DryCause, InterruptCause, MemberAct};
use super::super::link::{AgentPosition, add};
use super::{AgentSource, State};
use crate::processing::audio::barge_in::BargeInEvent;
use crate::types::SessionId;
use std::sync::atomic::Ordering::Release;

impl AgentSource {
    /// One more hears it, or one less: no tap, which only notes what is heard.
    pub(crate) const fn count_listener(&mut self, comes: bool) {
        self.heard_by = if comes { self.heard_by.saturating_add(1) } else { self.heard_by.saturating_sub(1) };
    }

    /// It is elsewhere, where nobody hears it yet.
    pub(crate) const fn forget_listeners(&mut self) {
        self.heard_by = 0;
    }

    /// Whether anybody does.
    pub(crate) const fn is_heard(&self) -> bool {
        self.heard_by > 0
    }

    /// The caller began to press a key.
    pub(crate) fn hear_digit(&mut self, digit: char) {
        self.tell_of_caller(AgentEventKind::DigitBegan(digit));
        if self.by_digit {
            self.interrupt(InterruptCause::Digit);
        }
    }

    /// The caller began to speak, interrupts, or ceased to.
    pub(crate) fn hear_speech(&mut self, event: BargeInEvent) {
        self.tell_of_caller(AgentEventKind::Speech(event));
        if self.by_speech && matches!(event, BargeInEvent::Interruption { .. }) {
            self.interrupt(InterruptCause::Speech);
        }
    }

    /// A member of its room did that; so many acts before were not told.
    pub(crate) fn hear_member(&mut self, member: SessionId, act: MemberAct, untold: u16) {
        add(&self.link.events_lost, u64::from(untold));
        let (kind, cause) = match act {
            MemberAct::Digit(digit) => {
                (AgentEventKind::MemberDigitBegan { member, digit }, self.by_digit.then_some(InterruptCause::Digit))
            }
            MemberAct::Speech(event) => {
                let cuts_in = self.by_speech && matches!(event, BargeInEvent::Interruption { .. });
                (AgentEventKind::MemberSpeech { member, event }, cuts_in.then_some(InterruptCause::Speech))
            }
        };
        self.tell_of_caller(kind);
        if let Some(cause) = cause {
            self.interrupt(cause);
        }
    }

    fn tell_of_caller(&mut self, kind: AgentEventKind) {
        self.tell.tell(AgentPosition { sample: self.last.sample, at: self.at }, kind);
    }

    /// The caller cut in: what was being said is not sent from the next block on. False: nothing was.
    fn interrupt(&mut self, cause: InterruptCause) -> bool {
        let speaks = matches!(self.state, State::Speaking | State::Dry(DryCause::Late | DryCause::Held, _));
        if self.feed.is_awaited() || self.interrupted.is_some() || !(speaks || self.waiting() > 0) {
            return false;
        }
        self.interrupted = Some(cause);
        self.link.interrupted.store(self.feed.interrupt(), Release);
        true
    }
}
