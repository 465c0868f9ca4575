//! Real-time: packets with redundancy (RFC 2198) on their way in and out of a leg.

use crate::buffer::RedPayload;
use crate::rt::PacketHeader;
use crate::types::LegKey;
use crate::worker::leg::Input;
use crate::worker::state::Worker;

impl Worker {
    /// A packet that carries older ones again: its own payload is taken as if it had come alone, then those of older
    /// packets that are missing.
    pub(in crate::worker) fn take_red(&mut self, key: LegKey, header: &PacketHeader, payload: &[u8]) {
        let Some((head, body)) = self.legs.keyed(key) else { return };
        let held = head.switches.hold_inward;
        let Ok(red) = RedPayload::parse(payload) else {
            body.counters.bad_payload += 1;
            body.counters.unplayable(header.payload_type, payload.len());
            body.publish_unplayable();
            if let Input::Rtp(receive) = &mut body.input {
                receive.note_bad_payload(header);
            }
            return;
        };
        body.counters.red_packets += 1;
        let own = red.primary();
        let takes_own = !held || body.takes_events(own.payload_type);
        // Events of before begin before what the packet itself brings (RFC 4733 section 2.6).
        for block in red.redundant() {
            self.take_event_again(key, header, &block);
        }
        if takes_own {
            self.take_payload(key, &PacketHeader { payload_type: own.payload_type, ..*header }, own.octets);
        }
        let Some((head, body)) = self.legs.keyed(key) else { return };
        if held {
            body.counters.held += u64::from(!takes_own);
            return;
        }
        let Input::Rtp(receive) = &mut body.input else { return };
        let own = head.source.inward_payload_type;
        let without = body.counters.no_slot;
        for block in red.redundant() {
            let format = (block.payload_type == own).then_some(0).or_else(|| receive.format_of(block.payload_type));
            let Some(format) = format else { continue };
            receive.insert_again(header, &block, format, &mut body.counters);
        }
        self.counters.no_payload_slot += body.counters.no_slot - without;
    }
}
