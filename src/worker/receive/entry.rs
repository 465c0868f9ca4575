//! Real-time: packets on their way into a leg's receive path: their payloads are kept, and the path is told of them.

use super::Receive;
use crate::buffer::{Arrived, Inserted, Refusal};
use crate::codec::AudioDecoder;
use crate::rt::{PacketHeader, PayloadPool};
use crate::worker::gauges::Counters;

/// What a payload holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Audio of that length in units of the RTP clock.
    Audio(u32),
    /// A description of noise.
    Noise,
}

impl Receive {
    /// Takes a packet; false if it could not be kept at all.
    pub(in crate::worker) fn insert(
        &mut self,
        header: &PacketHeader,
        payload: &[u8],
        pool: &mut PayloadPool,
        counters: &mut Counters,
    ) -> bool {
        let samples = match self.decoder.payload_samples(payload) {
            Ok(samples) if samples > 0 => samples as u32,
            _ => {
                counters.bad_payload += 1;
                return false;
            }
        };
        self.put_in(header, payload, Kind::Audio(samples * self.units / self.block), pool, counters)
    }

    /// Keeps a payload and puts its packet into the path; false if there is no room for it.
    pub(super) fn put_in(
        &mut self,
        header: &PacketHeader,
        payload: &[u8],
        kind: Kind,
        pool: &mut PayloadPool,
        counters: &mut Counters,
    ) -> bool {
        let Some(slot) = pool.store(payload) else {
            counters.no_slot += 1;
            return false;
        };
        counters.packets_in += 1;
        counters.octets_in += payload.len() as u64;
        let samples = match kind {
            Kind::Audio(samples) => samples,
            Kind::Noise => self.units,
        };
        let packet = Arrived {
            sequence: header.sequence,
            timestamp: header.timestamp,
            ssrc: header.ssrc,
            marker: header.marker,
            arrival: header.time,
            samples,
            payload: slot,
        };
        let inserted = match kind {
            Kind::Audio(_) => self.path.insert(packet, |slot| pool.free(slot)),
            Kind::Noise => self.path.insert_noise(packet, |slot| pool.free(slot)),
        };
        match inserted {
            Inserted::Restarted => self.source_changed |= std::mem::replace(&mut self.received, true),
            Inserted::Refused(Refusal::Malformed) => counters.bad_payload += 1,
            Inserted::Stored | Inserted::Refused(_) => {}
        }
        true
    }

    /// Notes a packet of the stream that holds no audio.
    pub(in crate::worker) fn note_other(&mut self, header: &PacketHeader) {
        self.path.note_other(header.ssrc, header.sequence);
    }
}
