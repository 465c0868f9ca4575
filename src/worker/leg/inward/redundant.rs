//! Real-time: packets that carry older ones again (RFC 2198), for the receive path.

use crate::buffer::{Arrived, RedBlock};
use crate::rt::PacketHeader;
use crate::telemetry::counters::LegCounters;
use crate::worker::leg::inward::LegReceiver;

impl LegReceiver {
    /// Takes packets with redundancy too, under that payload type. Control side.
    #[must_use]
    pub fn with_redundancy(mut self, payload_type: Option<u8>) -> Self {
        self.red = payload_type;
        self
    }

    /// Whether packets of that payload type carry older ones again.
    pub(in crate::worker) fn is_red(&self, payload_type: u8) -> bool {
        self.red == Some(payload_type) || self.has_red(payload_type)
    }

    /// Takes an older payload that came again with the packet of `header`, if its own packet is missing.
    pub(in crate::worker) fn insert_again(
        &mut self,
        header: &PacketHeader,
        block: &RedBlock<'_>,
        format: u8,
        counters: &mut LegCounters,
    ) {
        if block.octets.is_empty() {
            return;
        }
        let Some(samples) = self.units_of(block.octets, format) else {
            counters.bad_payload += 1;
            return;
        };
        let Some(slot) = self.store(block.octets) else {
            counters.no_slot += 1;
            return;
        };
        let older = PacketHeader { timestamp: header.timestamp.wrapping_sub(u32::from(block.offset)), ..*header };
        let header = &self.placed(&older, format);
        let again = Arrived {
            sequence: 0,
            timestamp: header.timestamp,
            ssrc: header.ssrc,
            marker: false,
            arrival: header.time,
            samples,
            payload: slot.with_format(format),
        };
        self.path.insert_redundant(header.sequence, again, |slot| self.payloads.free(slot));
    }
}
