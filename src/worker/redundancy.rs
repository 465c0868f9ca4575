//! Real-time: packets with redundancy (RFC 2198) on their way in and out of a leg.

use super::leg::Input;
use super::output_plan::OutputPlan;
use super::tick::Worker;
use crate::buffer::RedPayload;
use crate::rt::PacketHeader;
use crate::types::LegKey;

impl Worker {
    /// A packet that carries older ones again: its own payload is taken as if it had come alone, then those of older
    /// packets that are missing.
    pub(super) fn take_red(&mut self, key: LegKey, header: &PacketHeader, payload: &[u8]) {
        let Some((_, body)) = self.legs.keyed(key) else { return };
        let Ok(red) = RedPayload::parse(payload) else {
            body.counters.bad_payload += 1;
            // It came: it is not lost.
            if let Input::Rtp(receive) = &mut body.input {
                receive.note_other(header);
            }
            return;
        };
        body.counters.red_packets += 1;
        let own = red.primary();
        self.take_payload(key, &PacketHeader { payload_type: own.payload_type, ..*header }, own.octets);
        let Some((head, body)) = self.legs.keyed(key) else { return };
        let Input::Rtp(receive) = &mut body.input else { return };
        let without = body.counters.no_slot;
        for block in red.redundant().filter(|block| block.payload_type == head.inward_payload_type) {
            receive.insert_again(header, &block, &mut body.counters);
        }
        self.counters.no_payload_slot += body.counters.no_slot - without;
    }
}

impl OutputPlan {
    /// Has each packet carry older ones again. Control side.
    #[must_use]
    pub fn with_redundancy(mut self, payload_type: u8, level: u8) -> Self {
        self.red = (level > 0).then(|| super::red_sender::RedSender::new(payload_type, level));
        self
    }
}
