//! Real-time: what legs send while they hear nothing: telephone events (RFC 4733), tones of digits, descriptions of silence.
//!
//! While an event is sent, audio goes on being encoded but is not sent, so that the codec goes on where it was.

use crate::types::{LegKey, MediaTime, TickNumber};
use crate::worker::state::Worker;

impl Worker {
    /// Once a block, after the outputs: ends events whose end was lost, and lets time go on for legs that send events or
    /// tones, or may pause, while they hear nothing.
    pub(in crate::worker) fn keep_event(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let (shed, gone) = (self.shed, self.is_abandoned(index));
        let Some((head, body)) = self.legs.get(index) else { return self.sets.eventful.remove(index) };
        let Some(events) = &mut body.events else { return self.sets.eventful.remove(index) };
        if gone {
            events.abandon();
        }
        let held = head.switches.hold_outward;
        if let Some(tone) = events.tone.as_mut().filter(|_| held) {
            tone.cancel();
        }
        head.output.sending = events.is_sending();
        let key = LegKey { index, generation: head.generation };
        let lost = events.receive.poll(now);
        if events.is_at_rest() && lost.is_none() && !body.output.may_pause() {
            return self.sets.eventful.remove(index);
        }
        let stamp = match held {
            true => None,
            false if events.sends_events() => head.take_silence(body, tick),
            false => head.take_nothing(body, tick, shed, false, None),
        };
        if let Some(stamp) = stamp {
            self.seal(index, stamp, None);
        }
        if let Some((notice, clock)) = lost {
            self.tell_event(key, notice, clock);
        }
    }

    /// Whether the press that a leg follows ended without its being told: its source is gone, or connected otherwise.
    fn is_abandoned(&mut self, index: u32) -> bool {
        let followed = self.legs.get(index).and_then(|(_, body)| body.events.as_ref()?.following());
        let Some(source) = followed else { return false };
        let pressed = self.legs.keyed(source).and_then(|(_, body)| Some(body.events.as_ref()?.is_pressed()));
        pressed != Some(true)
    }
}
