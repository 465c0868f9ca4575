//! Real-time: telephone events (RFC 4733) of a leg: what its peer presses becomes facts and passes on to who hears it,
//! what it is told to send goes out in place of audio.
//!
//! Digits go past the jitter buffer, so they reach the far side a little before the audio around them. While an event is
//! sent, audio goes on being encoded but is not sent, so that the codec goes on where it was.

use super::event::{WorkerEvent, WorkerEventKind};
use super::handover::Former;
use super::leg::{Input, Output};
use super::order::{Cargo, Outcome};
use super::out_clock::{PacketKind, Stamp};
use super::route::Hearing;
use super::tick::Worker;
use crate::codec::audio::dtmf::{EventClock, EventNotice};
use crate::rt::{PacketHeader, pop_lowest};
use crate::types::{Digit, DigitString, LegKey, MediaTime, TickNumber};

impl Worker {
    /// A packet that is not of the leg's audio format: an event, or unknown.
    pub(super) fn take_other(&mut self, key: LegKey, header: &PacketHeader, payload: &[u8]) {
        let Some((_, body)) = self.legs.keyed(key) else { return };
        let ours = |former: &&mut Former| former.payload_type == header.payload_type && !former.settled;
        if let Some(former) = body.former.as_mut().filter(ours) {
            former.path.insert(header, payload, &mut self.payloads, &mut body.counters);
            return self.live.insert(key.index);
        }
        let receiver = body.events.as_mut().and_then(|events| {
            let fresh = events.ssrc.replace(header.ssrc) != Some(header.ssrc);
            events.receive.as_mut().filter(|(own, _)| *own == header.payload_type).map(|(_, r)| (fresh, r))
        });
        let Some((fresh, receiver)) = receiver else {
            body.counters.unknown_payload_type += 1;
            return;
        };
        let clock = receiver.clock();
        let before = if fresh { receiver.reset() } else { None };
        let notices = receiver.receive(header.timestamp, header.marker, payload, header.time);
        match notices {
            Ok(_) => body.counters.event_packets += 1,
            Err(_) => body.counters.bad_payload += 1,
        }
        if let Input::Rtp(receive) = &mut body.input {
            receive.note_other(header);
        }
        self.eventful.insert(key.index);
        for notice in before.iter().chain(notices.unwrap_or_default().iter()) {
            self.tell_event(key, *notice, clock);
        }
    }

    /// Queues digits to send.
    pub(super) fn dial(&mut self, key: LegKey, digits: &DigitString) -> (Outcome, Cargo) {
        let Some((head, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::None) };
        if !body.events.as_mut().is_some_and(|events| events.dial(digits)) {
            return (Outcome::NoRoom, Cargo::None);
        }
        head.sending = true;
        self.eventful.insert(key.index);
        (Outcome::Done, Cargo::None)
    }

    /// Keeps a notice for the supervisor and has those who hear the leg do the same event.
    fn tell_event(&mut self, key: LegKey, notice: EventNotice, clock: EventClock) {
        let Some((head, body)) = self.legs.keyed(key) else { return };
        if let Some(events) = &mut body.events {
            body.counters.digits_missed += u64::from(!events.note(notice));
        }
        let (muted, listener) = (head.switches.mute, head.listener);
        if muted {
            return;
        }
        self.follow(listener, key, &notice, clock);
        for batch in 0..self.polled.batches() {
            let mut bits = self.polled.batch(batch);
            while let Some(bit) = pop_lowest(&mut bits) {
                let index = batch as u32 * 64 + bit;
                if index != listener {
                    self.follow(index, key, &notice, clock);
                }
            }
        }
    }

    fn follow(&mut self, index: u32, source: LegKey, notice: &EventNotice, clock: EventClock) {
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.hearing != Hearing::Leg(source) || head.switches.hold_outward {
            return;
        }
        let Some((_, sender)) = body.events.as_mut().and_then(|events| events.send.as_mut()) else { return };
        if sender.follow(notice, clock).is_ok() {
            head.sending = true;
            self.eventful.insert(index);
        }
    }

    /// Once a block, after the outputs: ends events whose end was lost, and lets time go on for legs that send events
    /// while they hear nothing.
    pub(super) fn keep_events(&mut self, now: MediaTime, tick: TickNumber) {
        for batch in 0..self.eventful.batches() {
            let mut bits = self.eventful.batch(batch);
            while let Some(bit) = pop_lowest(&mut bits) {
                self.keep_event(batch as u32 * 64 + bit, now, tick);
            }
        }
    }

    fn keep_event(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index) else { return self.eventful.remove(index) };
        let Some(events) = &mut body.events else { return self.eventful.remove(index) };
        head.sending = events.is_sending();
        let key = LegKey { index, generation: head.generation };
        let lost = events.receive.as_mut().and_then(|(_, r)| Some((r.poll(now)?, r.clock())));
        if events.is_at_rest() && lost.is_none() {
            return self.eventful.remove(index);
        }
        let stamp = match head.sending && !head.switches.hold_outward {
            true => head.take_silence(body, tick),
            false => None,
        };
        if let Some(stamp) = stamp {
            self.emit(index, stamp, None, now);
        }
        if let Some((notice, clock)) = lost {
            self.tell_event(key, notice, clock);
        }
    }

    /// Posts what legs' peers pressed; what finds the lane full stays for the next tick.
    pub(super) fn report_events(&mut self, tick: TickNumber) {
        for batch in 0..self.eventful.batches() {
            let mut bits = self.eventful.batch(batch);
            while let Some(bit) = pop_lowest(&mut bits) {
                let index = batch as u32 * 64 + bit;
                let Some((head, body)) = self.legs.get(index) else { continue };
                let Some(events) = &mut body.events else { continue };
                let Some((_, receiver)) = &events.receive else { continue };
                let leg = LegKey { index, generation: head.generation };
                let mut posted = 0;
                for notice in events.waiting.iter().flatten() {
                    let what = WorkerEventKind::of(notice, receiver.clock());
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
}

impl super::leg::LegHead {
    /// The stamp of the event packet that is due when a packet's time of `blocks` blocks is over; its payload lies in the
    /// output plan then.
    pub(super) fn stamp_event(&mut self, body: &mut super::leg::LegBody, blocks: u8) -> Option<Stamp> {
        let (Output::Rtp(plan), Some(events)) = (&mut body.output, &mut body.events) else { return None };
        let packet = events.poll(self.clock.timestamp())?;
        plan.payload.get_mut(..packet.payload.len())?.copy_from_slice(&packet.payload);
        plan.filled = packet.payload.len();
        self.carried = MediaTime::ZERO;
        let stamp = self.clock.stamp(blocks, plan.timestamp_step);
        Some(Stamp { timestamp: packet.timestamp, marker: packet.marker, kind: PacketKind::Event, ..stamp })
    }

    /// Lets a block pass in which the leg hears nothing while it sends events.
    fn take_silence(&mut self, body: &mut super::leg::LegBody, tick: TickNumber) -> Option<Stamp> {
        if self.clock.has_taken(tick) {
            return None;
        }
        if !self.clock.follows_on(tick) {
            self.interrupt(body);
            let Output::Rtp(plan) = &body.output else { return None };
            self.clock.resume(tick, plan.timestamp_step);
        }
        let Output::Rtp(plan) = &mut body.output else { return None };
        self.clock.take_block();
        plan.blocks += 1;
        if plan.blocks < plan.ptime.blocks() {
            return None;
        }
        let blocks = std::mem::take(&mut plan.blocks);
        let step = plan.timestamp_step;
        let stamp = self.stamp_event(body, blocks);
        if stamp.is_none() {
            // Between two digits, with less than a packet of audio: its time passes unsent.
            self.clock.pause(blocks, step);
        }
        stamp
    }
}

impl WorkerEventKind {
    fn of(notice: &EventNotice, clock: EventClock) -> Self {
        match *notice {
            EventNotice::Started { event, .. } => Self::DigitStarted(event),
            EventNotice::Ended { event, duration, lost, .. } => {
                Self::Digit(Digit { event, duration_ms: clock.ms(duration), end_lost: lost })
            }
        }
    }
}
