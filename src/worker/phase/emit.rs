//! Real-time: phase 6: a filled (or passed) packet into the ring of its port.

use crate::quality::GlitchCause;
use crate::rt::PacketHeader;
use crate::telemetry::Measure;
use crate::types::{BLOCK_MS, MediaTime};
use crate::worker::leg::{GlitchRecord, Output, OutputPlan, PacketKind, Passed, Stamp};
use crate::worker::state::Worker;

impl Worker {
    /// An output has completed a packet, which [`emit_sealed`](Self::emit_sealed) sends when the batch is encoded.
    pub(in crate::worker) fn seal(&mut self, index: u32, stamp: Stamp, passed: Option<Passed>) {
        self.sealed.put(index, stamp, passed);
    }

    /// Sends what an output has completed.
    pub(in crate::worker) fn emit_sealed(&mut self, index: u32, now: MediaTime) {
        if let Some((stamp, passed)) = self.sealed.take(index) {
            crate::worker::planted::spend(crate::telemetry::Phase::Emit);
            self.emit(index, stamp, passed, now);
        }
    }

    /// Hands a packet to the port of its leg: the payload that the leg filled, or one that passed through.
    pub(in crate::worker) fn emit(&mut self, index: u32, stamp: Stamp, passed: Option<Passed>, now: MediaTime) {
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
        let blocks = plan.ptime.blocks();
        let OutputPlan { red, payload, filled, .. } = &mut **plan;
        let payload = match octets {
            Some(octets) => octets,
            None => payload.get(..*filled).unwrap_or(&[]),
        };
        let audio = stamp.kind == PacketKind::Audio;
        let wrapped = red.as_mut().filter(|_| audio).and_then(|red| red.wrap(&stamp, payload_type, payload));
        let (payload_type, payload, left_out) = wrapped.unwrap_or((payload_type, payload, 0));
        body.counters.red_blocks_omitted += left_out;
        let header = PacketHeader {
            key: head.output.binding.into(),
            time: now,
            timestamp: stamp.timestamp,
            ssrc: head.output.clock.ssrc,
            sequence: stamp.sequence,
            payload_type,
            marker: stamp.marker,
        };
        if let Some(flight) = &mut self.flight {
            flight.sent(index, &header, payload);
        }
        let sent = match self.ports.get_mut(head.output.port.as_usize()) {
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
            if audio {
                let us = u32::from(blocks) * BLOCK_MS * 1_000;
                let tick = self.last_tick.unwrap_or_default();
                body.glitches.note(GlitchRecord::at(GlitchCause::OutboundRingFull, tick, us).outward());
                self.sets.glitched.insert(index);
            }
        }
        if head.output.carried != MediaTime::ZERO {
            self.histograms.record(Measure::PacketResidence, self.awake.max(now).nanos_since(head.output.carried));
        }
    }
}
