//! Real-time: phase 0: what orders exchange in a living leg: its input, its output, events, settings.
//!
//! A codec changes without a click. Outward, a packet that is half filled goes out short, and an encoder of the same codec
//! goes on where the one before was. Inward, the path before plays what it has, and takes what still comes in its format,
//! until the new one has audio; then one fades into the other ([`Handover`](crate::worker::leg::inward::handover)).

use crate::rt::Parcel;
use crate::types::{LegKey, MediaTime};
use crate::worker::boundary::{Cargo, Outcome};
use crate::worker::leg::digits::TelephoneEvents;
use crate::worker::leg::inward::{Former, LegReceiver};
use crate::worker::leg::{GlitchRecord, Input, Output, OutputPlan, Switch};
use crate::worker::phase::contain;
use crate::worker::phase::orders::{Applied, done};
use crate::worker::state::Worker;

impl Worker {
    pub(in crate::worker) fn set_output(
        &mut self,
        key: LegKey,
        mut plan: Parcel<OutputPlan>,
        at: MediaTime,
    ) -> Applied {
        self.part_leg(key);
        if self.legs.keyed(key).is_some() {
            let Some(left) = contain(|| self.end_packet_early(key.index, at)) else {
                // The new output goes home, and the faulty one stays with its leg until that is taken out.
                self.park(key.index);
                return (Outcome::Stale, Cargo::Output(plan));
            };
            if left > 0
                && let Some((head, body)) = self.legs.keyed(key)
            {
                head.interrupt(body);
            }
        }
        let Some((head, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::Output(plan)) };
        if let Output::Rtp(output) = &mut body.output {
            plan.begins = !plan.encoder.continue_from(&output.encoder) && plan.encoder.needs_pre_roll();
            head.output.clock.ssrc = plan.ssrc.unwrap_or(head.output.clock.ssrc);
            if plan.payload_type != output.payload_type {
                let tick = self.last_tick.unwrap_or_default();
                body.glitches.note(GlitchRecord::codec(tick, output.payload_type, plan.payload_type).outward());
                self.sets.glitched.insert(key.index);
            }
            std::mem::swap(output, &mut plan);
            if output.pauses.is_some() {
                self.sets.eventful.insert(key.index);
            }
        }
        (Outcome::Done, Cargo::Output(plan))
    }

    #[cfg(feature = "opus")]
    pub(in crate::worker) fn configure_opus(
        &mut self,
        key: LegKey,
        settings: crate::codec::audio::opus::OpusSettings,
    ) -> Applied {
        self.part_leg(key);
        let Some((_, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::None) };
        match &mut body.output {
            Output::Rtp(output) => match &mut output.encoder {
                crate::codec::Encoder::Opus(encoder) => {
                    encoder.configure(settings);
                    done(None)
                }
                _ => (Outcome::NoRoom, Cargo::None),
            },
            _ => (Outcome::NoRoom, Cargo::None),
        }
    }

    pub(in crate::worker) fn set_events(
        &mut self,
        key: LegKey,
        mut events: Option<Parcel<TelephoneEvents>>,
    ) -> Applied {
        let Some((head, body)) = self.legs.keyed(key) else {
            return (Outcome::Stale, events.map_or(Cargo::None, Cargo::Events));
        };
        if let Some(before) = &mut body.events {
            // What waits to be told is told by the new ones.
            let missed = match &mut events {
                Some(events) => events.take_over(before),
                None => before.count,
            };
            body.counters.digits_missed += missed as u64;
        }
        head.output.sending = events.as_ref().is_some_and(|events| events.is_sending());
        self.sets.eventful.insert(key.index);
        done(std::mem::replace(&mut body.events, events).map(Cargo::Events))
    }

    pub(in crate::worker) fn set_input(
        &mut self,
        key: LegKey,
        mut receive: Parcel<LegReceiver>,
        payload_type: u8,
    ) -> Applied {
        let Some((head, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::Input(receive)) };
        // At most one path before this one is kept.
        body.flush_former();
        let older = body.former.take().map(|former| Cargo::Input(former.path));
        if let Input::Rtp(input) = &mut body.input {
            receive.take_over(input, &mut body.counters);
            std::mem::swap(input, &mut receive);
            body.former = Some(Former {
                payload_type: head.source.inward_payload_type,
                path: receive,
                settled: false,
                fading: 0,
            });
            if payload_type != head.source.inward_payload_type {
                let tick = self.last_tick.unwrap_or_default();
                body.glitches.note(GlitchRecord::codec(tick, head.source.inward_payload_type, payload_type));
            }
            self.sets.glitched.insert(key.index);
            (head.source.inward_payload_type, head.source.rate) = (payload_type, input.rate());
        } else {
            return (Outcome::Done, Cargo::Input(receive));
        }
        self.sets.live.insert(key.index);
        done(older)
    }

    /// What the leg's stages and counters say is there for anyone to read.
    pub(in crate::worker) fn publish(&mut self, key: LegKey) -> Applied {
        let Some((_, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::None) };
        body.publish();
        done(None)
    }

    /// The path before the present one goes home.
    pub(in crate::worker) fn take_former(&mut self, key: LegKey) -> Applied {
        let Some((_, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::None) };
        body.flush_former();
        self.sets.glitched.insert(key.index);
        done(body.former.take().map(|former| Cargo::Input(former.path)))
    }

    pub(in crate::worker) fn set(&mut self, key: LegKey, switch: Switch) -> Applied {
        if switch == Switch::HoldOutward(true) {
            // What it followed will be elsewhere when that ends.
            self.part_leg(key);
        }
        let Some((head, body)) = self.legs.keyed(key) else { return (Outcome::Stale, Cargo::None) };
        match switch {
            Switch::HoldInward(on) => {
                head.switches.hold_inward = on;
                if on {
                    body.flush();
                    self.sets.glitched.insert(key.index);
                }
            }
            Switch::HoldOutward(on) => head.switches.hold_outward = on,
            Switch::Mute(on) => head.switches.mute = on,
            Switch::Gain(gain) => head.source.gain_target = gain.factor(),
            Switch::ListeningGain(gain) => head.output.listening.turn(gain.factor()),
            Switch::Meter(on) => head.switches.meter = on,
            Switch::Decode(on) => {
                head.switches.decode = on;
                if on && matches!(&body.input, Input::Rtp(receive) if receive.is_inside_a_packet()) {
                    return (Outcome::NoRoom, Cargo::None);
                }
            }
            Switch::InwardPayloadType(pt) => head.source.inward_payload_type = pt,
            Switch::Turn(turn) => {
                if let Output::Rtp(plan) = &mut body.output {
                    plan.stagger = turn % plan.ptime.blocks();
                }
            }
        }
        done(None)
    }
}
