//! Real-time: what legs send while they hear nothing: telephone events (RFC 4733), tones of digits, descriptions of silence.
//!
//! While an event is sent, audio goes on being encoded but is not sent, so that the codec goes on where it was.

use super::leg::{LegBody, LegHead, Output};
use super::out_clock::{PacketKind, Stamp};
use super::pauses::Known;
use super::receive::Passing;
use super::route::Hearing;
use super::tick::Worker;
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::rt::shed::ShedLevel;
use crate::types::{LegKey, MediaTime, TickNumber};

static NOTHING: [f32; MAX_BLOCK_SAMPLES] = [0.0; MAX_BLOCK_SAMPLES];

impl Worker {
    /// Once a block, after the outputs: ends events whose end was lost, and lets time go on for legs that send events or
    /// tones, or may pause, while they hear nothing.
    pub(super) fn keep_event(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let (shed, gone) = (self.shed, self.is_abandoned(index));
        let Some((head, body)) = self.legs.get(index) else { return self.eventful.remove(index) };
        let Some(events) = &mut body.events else { return self.eventful.remove(index) };
        if gone {
            events.abandon();
        }
        let held = head.switches.hold_outward;
        if let Some(tone) = events.tone.as_mut().filter(|_| held) {
            tone.cancel();
        }
        head.sending = events.is_sending();
        let key = LegKey { index, generation: head.generation };
        let lost = events.receive.poll(now);
        if events.is_at_rest() && lost.is_none() && !body.output.may_pause() {
            return self.eventful.remove(index);
        }
        let stamp = match held {
            true => None,
            false if events.sends_events() => head.take_silence(body, tick),
            false => head.take_nothing(body, tick, shed, false),
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

impl Worker {
    /// Who is connected gets a stream, whatever there is to hear: a block of silence for an output whose source gave none,
    /// to be sent as audio or by the rules of discontinuous transmission. A source that passes its own packets on is let be:
    /// its gaps are told by ours.
    pub(super) fn keep_stream(&mut self, index: u32, now: MediaTime, tick: TickNumber) {
        let Some((head, _)) = self.legs.get(index) else { return };
        let hearing = head.hearing;
        if let Hearing::Leg(source) = hearing
            && let Some(from) = self.legs.source_mut(source)
            && !(from.switches.hold_inward && matches!(from.passing, Passing::Inside))
        {
            return;
        }
        // What the leg completed in this block goes before what it may complete now.
        self.emit_sealed(index, now);
        let shed = self.shed;
        let Some((head, body)) = self.legs.get(index) else { return };
        if hearing == Hearing::Nothing || head.switches.hold_outward || !matches!(body.output, Output::Rtp(_)) {
            return;
        }
        if !head.clock.may_begin(tick) {
            return;
        }
        head.pass_seen = None;
        if let Some(stamp) = head.take_nothing(body, tick, shed, true) {
            self.seal(index, stamp, None);
        }
    }
}

impl Output {
    /// Whether it sends descriptions of noise in pauses.
    pub(super) fn may_pause(&self) -> bool {
        matches!(self, Self::Rtp(plan) if plan.pauses.is_some())
    }
}

impl LegHead {
    /// The stamp of the event packet that is due when a packet's time of `blocks` blocks is over; its payload lies in the
    /// output plan then.
    pub(super) fn stamp_event(&mut self, body: &mut LegBody, blocks: u8) -> Option<Stamp> {
        let (Output::Rtp(plan), Some(events)) = (&mut body.output, &mut body.events) else { return None };
        let packet = events.poll(self.clock.timestamp())?;
        plan.payload.get_mut(..packet.payload.len())?.copy_from_slice(&packet.payload);
        plan.filled = packet.payload.len();
        plan.put_noise_off();
        self.carried = MediaTime::ZERO;
        let stamp = self.clock.stamp(blocks, plan.timestamp_step);
        Some(Stamp { timestamp: packet.timestamp, marker: packet.marker, kind: PacketKind::Event, ..stamp })
    }

    /// Lets a block pass in which the leg hears nothing while it sends events.
    fn take_silence(&mut self, body: &mut LegBody, tick: TickNumber) -> Option<Stamp> {
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
        // What the encoder says of it matters no more than the silence does.
        let silence = NOTHING.get(..plan.rate.block_samples())?;
        let _ = plan.add(silence, Known { silent: true, ..Known::default() });
        if plan.blocks < plan.ptime.blocks() {
            return None;
        }
        let blocks = std::mem::take(&mut plan.blocks);
        let step = plan.timestamp_step;
        let stamp = self.stamp_event(body, blocks);
        if stamp.is_none() {
            // Between two digits, with less than a packet of audio: its time passes unsent.
            self.clock.pause(blocks, step);
            if let Output::Rtp(plan) = &mut body.output {
                plan.put_noise_off();
            }
        }
        stamp
    }

    /// Lets a block pass in which the leg hears nothing while a tone sounds in it, or it may pause, or in any case.
    fn take_nothing(&mut self, body: &mut LegBody, tick: TickNumber, shed: ShedLevel, always: bool) -> Option<Stamp> {
        let rate = body.output.rate()?;
        let half = matches!(&body.output, Output::Rtp(plan) if plan.blocks > 0);
        let sounds = body.events.as_mut().and_then(|events| events.tone.as_mut()).is_some_and(|tone| {
            tone.begun &= half || tone.is_busy();
            tone.waits(tick) || (tone.begun && half)
        });
        // Whoever has heard nothing yet needs no pause.
        let pauses = body.output.may_pause() && self.clock.has_started() && self.hearing != Hearing::Nothing;
        let taken = matches!(body.output, Output::Rtp(_)) && self.clock.has_taken(tick);
        if taken || !(always || sounds || pauses) || self.waits_for_its_turn(body, tick) {
            return None;
        }
        let known = Known { silent: true, voice: None, nothing: true };
        self.take_block(body, NOTHING.get(..rate.block_samples())?, MediaTime::ZERO, tick, known, shed)
    }
}
