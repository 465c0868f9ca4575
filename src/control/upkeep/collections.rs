//! Control: collections of digits on their way: keys go down and are pressed, prompts end, timers run out.

use crate::codec::audio::dtmf::{Digit, TelephoneEvent};
use crate::control::supervisor::Supervisor;
use crate::playback::PlaybackId;
use crate::session::EventKind;
use crate::types::SessionId;

impl Supervisor {
    /// A session's party holds a key down.
    pub(in crate::control) fn begin_digit(&mut self, id: SessionId, key: TelephoneEvent) {
        let now = self.now;
        self.tell(id, EventKind::DigitStarted(key));
        if key == TelephoneEvent::FLASH {
            return;
        }
        if let Some(session) = self.sessions.get_mut(id) {
            session.pressed = Some(key);
        }
        if let Some(collecting) = self.collections.under_way.get_mut(&id) {
            collecting.press(now);
        }
    }

    /// The same has let it go: whether that belongs to a collection, which may be over by it.
    pub(in crate::control) fn collect_digit(&mut self, id: SessionId, digit: Digit) {
        let now = self.now;
        let Some(collecting) = self.collections.under_way.get_mut(&id) else { return };
        if let Some(end) = collecting.take(digit.event, now) {
            self.end_collection(id, end);
        }
    }

    /// Whether a digit of a session is its collection's.
    pub(in crate::control) fn is_collected(&self, id: SessionId, digit: Digit) -> bool {
        digit.event != TelephoneEvent::FLASH && self.collections.under_way.contains_key(&id)
    }

    /// A prompt to a session is over.
    pub(in crate::control) fn hear_prompt_over(&mut self, id: SessionId, prompt: PlaybackId) {
        let now = self.now;
        if let Some(collecting) = self.collections.under_way.get_mut(&id) {
            collecting.prompt_over(prompt, now);
        }
    }

    pub(in crate::control) fn attend_collections(&mut self) {
        let now = self.now;
        let run_out = self.collections.under_way.iter().filter_map(|(id, own)| Some((*id, own.run_out(now)?)));
        for (id, end) in run_out.collect::<Vec<_>>() {
            self.end_collection(id, end);
        }
    }
}
