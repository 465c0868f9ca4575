//! Real-time: a press on its way: told to the supervisor, and done again for whoever hears the leg: by a telephone event
//! (RFC 4733) where that was negotiated, else by the tones of the digit.
//!
//! In a room each member gets the tones beside what else it hears: an event would take the place of the others.

use crate::codec::audio::dtmf::{EventClock, EventNotice, TelephoneEvent};
use crate::processing::audio::tone::{Tone, ToneEvent};
use crate::rt::SlotWalk;
use crate::types::{LegKey, TickNumber};
use crate::worker::leg::digits::Way;
use crate::worker::leg::{Hearing, NOBODY, WorkerEvent, WorkerEventKind};
use crate::worker::state::Worker;

/// The clock of presses that are heard in the audio, Hz, and their level in dBm0 without the sign.
const CLOCK_HZ: u32 = 8_000;
const VOLUME: u8 = 10;

impl Worker {
    /// A notice of a leg's event receiver.
    pub(in crate::worker) fn tell_event(&mut self, key: LegKey, notice: EventNotice, clock: EventClock) {
        let at = self.last_tick.unwrap_or_default();
        let Some((_, body)) = self.legs.keyed(key) else { return };
        let turns = body.processor.as_ref().is_some_and(|processor| processor.removes_digits());
        let Some(events) = &mut body.events else { return };
        let fresh = match notice {
            EventNotice::Started { event, .. } => events.presses.begin(event, Way::Event, at),
            EventNotice::Ended { .. } => events.presses.end(Way::Event),
        };
        let begins = match notice {
            EventNotice::Started { event, .. } if fresh => Some(event.as_char()),
            _ => None,
        };
        if fresh {
            body.counters.digits_missed += u64::from(!events.note(WorkerEventKind::of(&notice, clock)));
        }
        if let Some(digit) = begins {
            self.tell_agents(key, |agent| agent.hear_digit(digit));
        }
        // What its tone said already was passed on only if tones are.
        if fresh || !turns {
            self.pass_press(key, &notice, clock);
        }
    }

    /// A tone was heard in a leg's audio.
    pub(in crate::worker) fn tell_tone(&mut self, key: LegKey, tone: ToneEvent, tick: TickNumber) {
        let Some((_, body)) = self.legs.keyed(key) else { return };
        let notice = notice_of(tone, tick);
        if let (Some(notice), Some(events)) = (&notice, &mut body.events) {
            let fresh = match *notice {
                EventNotice::Started { event, .. } => events.presses.begin(event, Way::Tone, tick),
                EventNotice::Ended { .. } => events.presses.end(Way::Tone),
            };
            if !fresh {
                return;
            }
        }
        let turns = body.processor.as_ref().is_some_and(|processor| processor.removes_digits());
        self.tell_heard(key, WorkerEventKind::Tone(tone), tick);
        if let ToneEvent::Begin { tone: Tone::Dtmf(digit), .. } = tone {
            self.tell_agents(key, |agent| agent.hear_digit(char::from(digit)));
        }
        if let Some(notice) = notice.filter(|_| turns) {
            self.pass_press(key, &notice, EventClock::new(CLOCK_HZ));
        }
    }

    /// A fact that was heard in a leg's audio: what finds the lane full waits at the leg.
    pub(in crate::worker) fn tell_heard(&mut self, key: LegKey, what: WorkerEventKind, tick: TickNumber) {
        let Some((_, body)) = self.legs.keyed(key) else { return };
        let told = match &mut body.events {
            Some(events) => {
                self.sets.eventful.insert(key.index);
                events.note(what)
            }
            None => self.events.post(WorkerEvent { leg: key, tick, what }),
        };
        body.counters.digits_missed += u64::from(!told);
    }

    /// Has those who hear the leg do the same.
    fn pass_press(&mut self, key: LegKey, notice: &EventNotice, clock: EventClock) {
        let Some((head, _)) = self.legs.keyed(key) else { return };
        let (unheard, listener, seat) =
            (head.switches.mute || head.switches.hold_inward, head.source.listener, head.seat());
        let (bus, mute) = (seat.0, self.buses.gain(seat) == Some(0.0));
        // What began before ends.
        if (unheard || mute) && matches!(notice, EventNotice::Started { .. }) {
            return;
        }
        self.follow(listener, Hearing::Leg(key), key, notice, clock);
        let mut walk = SlotWalk::default();
        while let Some(index) = walk.next(&self.sets.polled) {
            if index != listener {
                self.follow(index, Hearing::Leg(key), key, notice, clock);
            }
        }
        if bus == NOBODY {
            return;
        }
        let mut walk = SlotWalk::default();
        while let Some(index) = walk.next(&self.sets.connected) {
            if index != key.index {
                self.follow(index, Hearing::Bus(bus), key, notice, clock);
            }
        }
    }

    fn follow(&mut self, index: u32, by: Hearing, source: LegKey, notice: &EventNotice, clock: EventClock) {
        let Some((head, body)) = self.legs.get(index) else { return };
        let among = || body.route.as_ref().and_then(|route| route.bus()).map(Hearing::Bus) == Some(by);
        let beside =
            || by == Hearing::Leg(source) && body.route.as_ref().and_then(|route| route.digits) == Some(source);
        let hears = head.output.hearing == by || (head.output.hearing == Hearing::List && (among() || beside()));
        if !hears || head.switches.hold_outward {
            return;
        }
        if body
            .events
            .as_mut()
            .is_some_and(|events| events.follow(source, notice, clock, matches!(by, Hearing::Bus(_))))
        {
            head.output.sending = true;
            self.sets.eventful.insert(index);
        }
    }
}

/// What a telephone event would have said.
fn notice_of(tone: ToneEvent, tick: TickNumber) -> Option<EventNotice> {
    let event = |digit: u8| TelephoneEvent::from_char(char::from(digit));
    let timestamp = (tick.0 as u32).wrapping_mul(CLOCK_HZ / 100);
    match tone {
        ToneEvent::Begin { tone: Tone::Dtmf(digit), .. } => {
            Some(EventNotice::Started { event: event(digit)?, volume: VOLUME, timestamp })
        }
        ToneEvent::End { tone: Tone::Dtmf(digit), duration_ms } => {
            let duration = EventClock::new(CLOCK_HZ).duration_of_ms(duration_ms);
            Some(EventNotice::Ended { event: event(digit)?, timestamp, duration, held_ms: duration_ms, lost: false })
        }
        _ => None,
    }
}
