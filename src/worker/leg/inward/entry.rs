//! Real-time: packets on their way into a leg's receive path: their payloads are kept, and the path is told of them.

use crate::buffer::{Arrived, Inserted, MAX_PACKET_BLOCKS, Refusal};
use crate::codec::AudioDecoder;
use crate::rt::PacketHeader;
use crate::telemetry::counters::LegCounters;
use crate::worker::leg::inward::LegReceiver;

/// The longest packet that is decoded whole, in blocks: no Opus packet is longer (RFC 7587 section 4.2).
const MAX_WHOLE_BLOCKS: u32 = 12;
/// After a packet that is no whole number of blocks so many that are pass until payloads are passed on again.
const ODD_FOR: u8 = 50;

/// What a payload holds.
#[derive(Debug, Clone, Copy)]
pub(in crate::worker) enum Kind {
    /// Audio of that length in units of the RTP clock.
    Audio(u32),
    /// The same, with whose end the sender says in the codec's own way that it is silent from then on.
    Last(u32),
    /// A description of noise.
    Noise,
}

impl LegReceiver {
    /// Takes a packet of one of its formats; false if it could not be kept at all.
    pub(in crate::worker) fn insert(
        &mut self,
        header: &PacketHeader,
        payload: &[u8],
        format: u8,
        counters: &mut LegCounters,
    ) -> bool {
        if payload.is_empty() {
            // A keep-alive, or padding only: it is there, and is nothing to hear.
            counters.empty_packets += 1;
            self.note_non_audio(header);
            return false;
        }
        let Some(units) = self.units_of(payload, format) else {
            counters.bad_payload += 1;
            counters.unplayable(header.payload_type, payload.len());
            self.note_bad_payload(header);
            return false;
        };
        self.odd = if units % self.units == 0 { self.odd.saturating_sub(1) } else { ODD_FOR };
        let last = self.decoders.get(format).is_some_and(|decoder| decoder.ends_in_silence(payload));
        self.note_format(format);
        let kind = if last { Kind::Last(units) } else { Kind::Audio(units) };
        self.put_in(header, payload, format, kind, counters)
    }

    /// The length of a payload in units of the RTP clock; `None` if it is none of the codec's, or longer than is played.
    pub(in crate::worker) fn units_of(&self, payload: &[u8], format: u8) -> Option<u32> {
        let decoder = self.decoders.get(format)?;
        let samples = decoder.payload_samples(payload).ok()?;
        let longest = if decoder.block_octets().is_some() { MAX_PACKET_BLOCKS } else { MAX_WHOLE_BLOCKS };
        let fits = samples > 0 && samples <= (longest * self.block) as usize;
        fits.then(|| samples as u32 * self.units / self.block).filter(|units| *units > 0)
    }

    /// Keeps a payload and puts its packet into the path; false if there is no room for it.
    pub(in crate::worker) fn put_in(
        &mut self,
        header: &PacketHeader,
        payload: &[u8],
        format: u8,
        kind: Kind,
        counters: &mut LegCounters,
    ) -> bool {
        let Some(slot) = self.store(payload) else {
            counters.no_slot += 1;
            self.path.note_dropped();
            return false;
        };
        counters.packets_in += 1;
        counters.octets_in += payload.len() as u64;
        let samples = match kind {
            Kind::Audio(samples) | Kind::Last(samples) => samples,
            Kind::Noise => self.units,
        };
        let (units, block) = (self.own_units(format, samples), self.own_units(format, self.units));
        let header = &self.standing.number(header, payload, units, 100 * block);
        let header = &self.place(header, format, samples);
        let packet = Arrived {
            sequence: header.sequence,
            timestamp: header.timestamp,
            ssrc: header.ssrc,
            marker: header.marker,
            arrival: header.time,
            samples,
            payload: slot.with_format(format),
        };
        let changes = self.path.source_changes();
        let inserted = match kind {
            Kind::Audio(_) => self.path.insert(packet, |slot| self.payloads.free(slot)),
            Kind::Last(_) => self.path.insert_last(packet, |slot| self.payloads.free(slot)),
            Kind::Noise => self.path.insert_noise(packet, |slot| self.payloads.free(slot)),
        };
        debug_assert_ne!(inserted, Inserted::Refused(Refusal::Malformed), "its length was looked at");
        self.source_changed |= self.path.source_changes() > changes;
        true
    }

    /// Notes a packet of the stream that holds no audio.
    pub(in crate::worker) fn note_non_audio(&mut self, header: &PacketHeader) {
        let header = self.placed(header, 0);
        self.path.note_non_audio(header.ssrc, header.sequence);
    }

    /// A packet came of whose payload nothing can be played: it is not lost, and its gap has this cause.
    pub(in crate::worker) fn note_bad_payload(&mut self, header: &PacketHeader) {
        self.note_non_audio(header);
        self.path.note_bad_payload();
    }
}
