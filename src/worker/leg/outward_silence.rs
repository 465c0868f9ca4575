//! Real-time: blocks in which an output hears nothing: telephone events (RFC 4733), tones of digits, descriptions of silence.
//!
//! While an event is sent, audio goes on being encoded but is not sent, so that the codec goes on where it was.

use crate::rt::MAX_BLOCK_SAMPLES;
use crate::rt::shed::ShedLevel;
use crate::types::{MediaTime, TickNumber};
use crate::worker::leg::{BlockHints, Hearing, LegBody, LegHead, Output, PacketKind, Sharing, Stamp};

static NOTHING: [f32; MAX_BLOCK_SAMPLES] = [0.0; MAX_BLOCK_SAMPLES];

impl LegHead {
    /// The stamp of the event packet that is due when a packet's time of `blocks` blocks is over; its payload lies in the
    /// output plan then.
    pub(in crate::worker) fn stamp_event(&mut self, body: &mut LegBody, blocks: u8) -> Option<Stamp> {
        let (Output::Rtp(plan), Some(events)) = (&mut body.output, &mut body.events) else { return None };
        let packet = events.poll(self.output.clock.timestamp())?;
        plan.payload.get_mut(..packet.payload.len())?.copy_from_slice(&packet.payload);
        plan.filled = packet.payload.len();
        plan.put_noise_off();
        self.output.carried = MediaTime::ZERO;
        let stamp = self.output.clock.stamp(blocks, plan.timestamp_step);
        Some(Stamp { timestamp: packet.timestamp, marker: packet.marker, kind: PacketKind::Event, ..stamp })
    }

    /// Lets a block pass in which the leg hears nothing while it sends events.
    pub(in crate::worker) fn take_silence(&mut self, body: &mut LegBody, tick: TickNumber) -> Option<Stamp> {
        if self.output.clock.has_taken(tick) {
            return None;
        }
        if !self.output.clock.follows_on(tick) {
            self.interrupt(body);
            let Output::Rtp(plan) = &body.output else { return None };
            self.output.clock.resume(tick, plan.timestamp_step);
        }
        let Output::Rtp(plan) = &mut body.output else { return None };
        self.output.clock.take_block();
        // What the encoder says of it matters no more than the silence does.
        let silence = NOTHING.get(..plan.rate.block_samples())?;
        let followed = std::mem::take(&mut self.output.follows);
        let _ = plan.add(silence, BlockHints { silent: true, followed, ..BlockHints::default() });
        if plan.blocks < plan.ptime.blocks() {
            return None;
        }
        let blocks = std::mem::take(&mut plan.blocks);
        let step = plan.timestamp_step;
        let stamp = self.stamp_event(body, blocks);
        if stamp.is_none() {
            // Between two digits, with less than a packet of audio: its time passes unsent.
            self.output.clock.pause(blocks, step);
            if let Output::Rtp(plan) = &mut body.output {
                plan.put_noise_off();
            }
        }
        stamp
    }

    /// Lets a block pass in which the leg hears nothing while a tone sounds in it, or it may pause, or in any case; its encoder
    /// may be one that others share who hear nothing either.
    pub(in crate::worker) fn take_nothing(
        &mut self,
        body: &mut LegBody,
        tick: TickNumber,
        shed: ShedLevel,
        always: bool,
        sharing: Option<Sharing<'_>>,
    ) -> Option<Stamp> {
        let rate = body.output.rate()?;
        let half = matches!(&body.output, Output::Rtp(plan) if plan.blocks > 0);
        let sounds = body.events.as_mut().and_then(|events| events.tone.as_mut()).is_some_and(|tone| {
            tone.begun &= half || tone.is_busy();
            tone.waits(tick) || (tone.begun && half)
        });
        // Whoever has heard nothing yet needs no pause.
        let pauses =
            body.output.may_pause() && self.output.clock.has_started() && self.output.hearing != Hearing::Nothing;
        let taken = match &body.output {
            Output::Rtp(_) => self.output.clock.has_taken(tick),
            Output::Pcm(port) => port.has_taken(),
            Output::Nothing => false,
        };
        if taken || !(always || sounds || pauses) || self.waits_for_its_turn(body, tick) {
            return None;
        }
        let known = BlockHints { silent: true, nothing: true, sharing, ..BlockHints::default() };
        self.take_block(body, NOTHING.get(..rate.block_samples())?, MediaTime::ZERO, tick, known, shed)
    }
}
