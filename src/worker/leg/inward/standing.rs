//! Real-time: a sender whose sequence number and timestamp both stand still.

use crate::rt::PacketHeader;
use crate::types::MediaTime;

/// So many packets with one header, each at its pace or with other content, are a stream.
const STREAM: u32 = 3;
/// Octets of a payload by which copies are known.
const PROBES: usize = 8;

/// What is known of the header of the last packets.
#[derive(Debug, Clone, Copy)]
struct Same {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    /// What tells its payload from others.
    probe: u64,
    /// Packets with it that are no copies.
    run: u32,
    at: MediaTime,
}

/// A sender whose sequence number and timestamp both stand still. Copies that the network makes come at once and hold
/// the same; packets that come at their own pace or hold something else, each with the header of the one before, are a
/// stream whose numbers nobody counts on: from the third one on they are numbered here.
#[derive(Debug, Default)]
pub(in crate::worker) struct Standing(Option<Same>);

impl Standing {
    /// The header to take a packet by that is `units` units of a clock of `hz` Hz long.
    pub(in crate::worker) fn number(
        &mut self,
        header: &PacketHeader,
        payload: &[u8],
        units: u32,
        hz: u32,
    ) -> PacketHeader {
        let PacketHeader { ssrc, sequence, timestamp, .. } = *header;
        let probe = probe(payload);
        let first = Same { ssrc, sequence, timestamp, probe, run: 1, at: header.time };
        let same = self.0.get_or_insert(first);
        if (same.ssrc, same.sequence, same.timestamp) != (header.ssrc, header.sequence, header.timestamp) {
            *same = first;
            return *header;
        }
        let length = u64::from(units) * 1_000_000_000 / u64::from(hz.max(1));
        let gap = header.time.nanos_since(same.at);
        if gap < length / 2 && same.probe == probe {
            // A copy.
            return *header;
        }
        (same.at, same.probe) = (header.time, probe);
        // Longer than a keep-alive's time apart they are no stream.
        same.run = if gap > 4 * length { 1 } else { same.run.saturating_add(1) };
        if same.run < STREAM {
            return *header;
        }
        // The second was refused as a copy: the third follows the first, in its own time.
        PacketHeader {
            sequence: header.sequence.wrapping_add((same.run - STREAM + 1) as u16),
            timestamp: header.timestamp.wrapping_add((same.run - 1).wrapping_mul(units)),
            ..*header
        }
    }
}

/// Some of a payload, spread over it, and its length.
fn probe(payload: &[u8]) -> u64 {
    let apart = (payload.len() / PROBES).max(1);
    let octets = payload.iter().step_by(apart).take(PROBES + 1);
    octets.fold(payload.len() as u64, |all, octet| all.rotate_left(8) ^ u64::from(*octet))
}
