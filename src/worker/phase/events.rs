//! Real-time: telephone events (RFC 4733) of a leg: what its peer presses becomes facts, what it is told to send is queued.
//!
//! Digits go past the jitter buffer, so they reach the far side a little before the audio around them.

use crate::buffer::RedBlock;
use crate::codec::audio::dtmf::{DigitString, EventArrival};
use crate::rt::{PacketHeader, SlotWalk};
use crate::types::{LegKey, TickNumber};
use crate::worker::boundary::{Cargo, Outcome};
use crate::worker::leg::digits::Taken;
use crate::worker::leg::{Input, WorkerEvent};
use crate::worker::state::Worker;

impl Worker {
    /// A packet that is of no audio of the leg: an event, or unknown.
    pub(in crate::worker) fn take_event(&mut self, key: LegKey, header: &PacketHeader, payload: &[u8]) {
        let Some((_, body)) = self.legs.keyed(key) else { return };
        // It came, whatever it is: it is not lost.
        if let Input::Rtp(receive) = &mut body.input {
            receive.note_non_audio(header);
        }
        if !body.takes_events(header.payload_type) {
            if payload.len() <= 1 {
                // A keep-alive (RFC 6263 section 4.6), which some fill with an octet. More may be an event or a
                // description of noise that was not negotiated.
                body.counters.empty_packets += 1;
            } else {
                body.counters.unknown_payload_type += 1;
                body.counters.unplayable(header.payload_type, payload.len());
                body.publish_unplayable();
            }
            return;
        }
        let (sequence, timestamp, marker) = (Some(header.sequence), header.timestamp, header.marker);
        let arrival = EventArrival { sequence, timestamp, marker, at: header.time };
        self.take_reports(key, header.payload_type, header.ssrc, arrival, payload);
    }

    /// An event of before that came again with the packet of `header` (RFC 2198); other payloads are none of this.
    pub(in crate::worker) fn take_event_again(&mut self, key: LegKey, header: &PacketHeader, block: &RedBlock<'_>) {
        let Some((_, body)) = self.legs.keyed(key) else { return };
        if body.takes_events(block.payload_type) {
            let timestamp = header.timestamp.wrapping_sub(u32::from(block.offset));
            let arrival = EventArrival { sequence: None, timestamp, marker: false, at: header.time };
            self.take_reports(key, block.payload_type, header.ssrc, arrival, block.octets);
        }
    }

    fn take_reports(&mut self, key: LegKey, payload_type: u8, ssrc: u32, arrival: EventArrival, payload: &[u8]) {
        let Some((_, body)) = self.legs.keyed(key) else { return };
        let Some(events) = body.events.as_deref_mut() else { return };
        // Only events tell of their SSRC: audio, and what is unknown, may have another.
        let fresh = events.ssrc.replace(ssrc) != Some(ssrc);
        let Some(Taken { before, notices, clock }) = events.receive.take(payload_type, fresh, arrival, payload) else {
            return;
        };
        match notices {
            Ok(_) => body.counters.event_packets += 1,
            Err(_) => body.counters.bad_payload += 1,
        }
        self.sets.eventful.insert(key.index);
        if let Some((notice, clock)) = before {
            self.tell_event(key, notice, clock);
        }
        for notice in notices.unwrap_or_default().iter() {
            self.tell_event(key, *notice, clock);
        }
    }

    /// Queues digits to send.
    pub(in crate::worker) fn dial(&mut self, key: LegKey, digits: &DigitString) -> (Outcome, Cargo) {
        let Some((head, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::None) };
        if !body.events.as_mut().is_some_and(|events| events.dial(digits)) {
            return (Outcome::NoRoom, Cargo::None);
        }
        head.output.sending = true;
        self.sets.eventful.insert(key.index);
        (Outcome::Done, Cargo::None)
    }

    /// Posts what legs' peers pressed; what finds the lane full stays for the next tick.
    pub(in crate::worker) fn report_events(&mut self, tick: TickNumber) {
        let mut walk = SlotWalk::default();
        while let Some(index) = walk.next(&self.sets.eventful) {
            let Some((head, body)) = self.legs.get(index) else { continue };
            let Some(events) = &mut body.events else { continue };
            let leg = LegKey { index, generation: head.generation };
            let mut posted = 0;
            for &what in events.waiting.iter().flatten() {
                if !self.events.post(WorkerEvent { leg, tick, what }) {
                    break;
                }
                posted += 1;
            }
            events.waiting.rotate_left(posted);
            events.waiting.iter_mut().rev().take(posted).for_each(|place| *place = None);
            events.count -= posted;
        }
    }
}
