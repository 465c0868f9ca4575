//! Real-time: phases 5 and 6: a block into the packet being filled, a filled (or passed) packet into the port's ring.

use super::event::Facts;
use super::leg::{LegBody, LegHead, Output};
use super::out_clock::{PacketKind, Skipped, Stamp};
use super::output::Passed;
use super::output_plan::OutputPlan;
use super::pauses::Known;
use super::route::Hearing;
use super::tick::Worker;
use crate::rt::shed::{ShedLevel, ShedStep};
use crate::rt::{MAX_BLOCK_SAMPLES, PacketHeader};
use crate::telemetry::Measure;
use crate::types::{MediaTime, TickNumber};

/// How much is left of what else is heard in a room while a digit's tone sounds.
const BESIDE_A_TONE: f32 = 0.5;

impl LegHead {
    /// Takes one block for this output; the stamp of the packet if that completed one. PCM outputs take it at once.
    pub(super) fn take_block(
        &mut self,
        body: &mut LegBody,
        pcm: &[f32],
        arrival: MediaTime,
        tick: TickNumber,
        mut known: Known,
        shed: ShedLevel,
    ) -> Option<Stamp> {
        super::planted::spend(crate::telemetry::Phase::Encode);
        let mut changed;
        let processor = body.processor.as_deref_mut().filter(|processor| processor.works_outward());
        let pcm = match (self.sending || processor.is_some()) && pcm.len() <= MAX_BLOCK_SAMPLES {
            true => {
                changed = [0.0; MAX_BLOCK_SAMPLES];
                let block = &mut changed[..pcm.len()];
                block.copy_from_slice(pcm);
                if self.sending
                    && let Some(tone) = body.events.as_deref_mut().and_then(|events| events.tone.as_mut())
                {
                    let beside = if matches!(self.hearing, Hearing::Leg(_)) { 0.0 } else { BESIDE_A_TONE };
                    if tone.is_busy() && tone.add(block, tick, beside) {
                        known = Known { voice: Some(true), ..Known::default() };
                    }
                }
                if let Some(processor) = processor {
                    processor.process_outward(block);
                }
                &*block
            }
            false => pcm,
        };
        if let Output::Pcm(port) = &mut body.output {
            if port.rate.block_samples() != pcm.len() || port.ring.push_entire_slice(pcm).is_err() {
                port.dropped += 1;
                body.counters.tap_dropped += 1;
            }
            return None;
        }
        if !matches!(&body.output, Output::Rtp(plan) if plan.rate.block_samples() == pcm.len()) {
            return None;
        }
        let gap = !self.clock.follows_on(tick);
        if gap {
            self.interrupt(body);
        }
        let Output::Rtp(plan) = &mut body.output else { return None };
        if gap {
            self.clock.resume(tick, plan.timestamp_step);
        }
        if plan.blocks == 0 {
            self.carried = arrival;
            plan.set_low_complexity(shed.sheds(ShedStep::Encoding));
        }
        self.clock.take_block();
        if plan.add(pcm, known).is_err() {
            if body.counters.faults == 0 {
                self.facts |= Facts::FAULT.0;
            }
            body.counters.faults += 1;
        }
        if plan.blocks < plan.ptime.blocks() {
            return None;
        }
        let blocks = std::mem::take(&mut plan.blocks);
        let (filled, kind, step) = (plan.filled, plan.kind, plan.timestamp_step);
        // No packet, or a description of noise.
        let paused = filled == 0 || plan.kind.is_noise();
        if paused != plan.paused {
            plan.paused = paused;
            body.counters.pauses += u64::from(paused);
        }
        if self.sending
            && let Some(stamp) = self.stamp_event(body, blocks)
        {
            return Some(stamp);
        }
        if !paused {
            return Some(self.clock.stamp(blocks, step));
        }
        if filled > 0 {
            return Some(self.clock.stamp_noise(kind, blocks, step));
        }
        // An encoder in discontinuous transmission has nothing to say: time goes on, no number is used up.
        self.clock.pause(blocks, step);
        None
    }

    /// A room speaks to all its members at once: there each waits for its turn to begin, so that load is even. A single
    /// source came when it came, and loses nothing.
    pub(super) fn waits_for_its_turn(&self, body: &LegBody, tick: TickNumber) -> bool {
        let Output::Rtp(plan) = &body.output else { return false };
        let turn = u64::from(plan.stagger);
        let begins = matches!(self.hearing, Hearing::Bus(_)) && !self.clock.follows_on(tick);
        begins && tick.0 % u64::from(plan.ptime.blocks()) != turn
    }

    /// Stamps a payload that passes through: `skipped` tells what the source lost since its packet before, `None` that
    /// the source is new here. `None` where this output has no way to send it.
    pub(super) fn pass_on(
        &mut self,
        body: &mut LegBody,
        skipped: Option<Skipped>,
        Shape { blocks, noise }: Shape,
        tick: TickNumber,
    ) -> Option<Stamp> {
        self.interrupt(body);
        let Output::Rtp(plan) = &mut body.output else { return None };
        let step = plan.timestamp_step;
        match skipped {
            Some(skipped) => self.clock.mirror_gap(tick, skipped, step),
            None if !self.clock.follows_on(tick) => self.clock.resume(tick, step),
            None => {}
        }
        let stamp = match noise {
            None => self.clock.stamp(blocks, step),
            Some(true) if plan.noise_payload_type.is_some() => self.clock.stamp_noise(PacketKind::Noise, blocks, step),
            Some(_) => {
                self.clock.withhold(tick, blocks, step);
                return None;
            }
        };
        self.clock.passed(tick, blocks);
        Some(stamp)
    }
}

/// What passes through.
pub(super) struct Shape {
    /// Its duration.
    pub(super) blocks: u8,
    /// It is comfort noise, and whether it has a description.
    pub(super) noise: Option<bool>,
}

impl LegBody {
    fn payload_type(&self, plan: &OutputPlan, kind: PacketKind) -> u8 {
        let other = match kind {
            PacketKind::Audio | PacketKind::Descriptor => None,
            PacketKind::Event => self.events.as_ref().and_then(|events| events.payload_type()),
            PacketKind::Noise => plan.noise_payload_type,
        };
        other.unwrap_or(plan.payload_type)
    }
}

impl Worker {
    /// Hands a packet to the port of its leg: the payload that the leg filled, or one that passed through.
    pub(super) fn emit(&mut self, index: u32, stamp: Stamp, passed: Option<Passed>, now: MediaTime) {
        let found = match passed {
            Some(Passed { source, slot, .. }) => {
                self.legs.beside(source, index).map(|(from, h, b)| (Some(from.payload(slot)), h, b))
            }
            None => self.legs.get(index).map(|(head, body)| (None, head, body)),
        };
        let Some((octets, head, body)) = found else { return };
        let Output::Rtp(plan) = &body.output else { return };
        let own = passed.and_then(|passed| passed.payload_type).filter(|_| stamp.kind == PacketKind::Audio);
        let payload_type = own.unwrap_or_else(|| body.payload_type(plan, stamp.kind));
        let Output::Rtp(plan) = &mut body.output else { return };
        let OutputPlan { red, payload, filled, .. } = &mut **plan;
        let payload = match octets {
            Some(octets) => octets,
            None => payload.get(..*filled).unwrap_or(&[]),
        };
        let audio = stamp.kind == PacketKind::Audio;
        let wrapped = red.as_mut().filter(|_| audio).and_then(|red| red.wrap(&stamp, payload_type, payload));
        let (payload_type, payload, left_out) = wrapped.unwrap_or((payload_type, payload, 0));
        body.counters.red_left_out += left_out;
        let header = PacketHeader {
            key: head.binding.into(),
            time: now,
            timestamp: stamp.timestamp,
            ssrc: head.clock.ssrc,
            sequence: stamp.sequence,
            payload_type,
            marker: stamp.marker,
        };
        let sent = match self.ports.get_mut(head.port.as_usize()) {
            Some(Some(port)) => {
                port.dirty = true;
                port.to_port.push(&header, payload)
            }
            _ => false,
        };
        if sent {
            body.counters.packets_out += 1;
            if stamp.kind.is_noise() {
                body.counters.noise_packets_out += 1;
            }
            body.counters.octets_out += payload.len() as u64;
            self.counters.packets_out += 1;
        } else {
            body.counters.ring_full += 1;
            self.counters.ring_full += 1;
        }
        if head.carried != MediaTime::ZERO {
            self.histograms.record(Measure::PacketResidence, self.awake.max(now).nanos_since(head.carried));
        }
    }
}
