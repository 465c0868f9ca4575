//! Real-time: phase 1: packets from the ports' rings into the jitter buffers of their legs.
//!
//! Each ring is drained as far as it was filled when its turn came, so a fast sender cannot hold the tick. A packet for a
//! leg that moved away is sent on as misrouted; one for a leg that is gone is counted.

use crate::rt::PacketHeader;
use crate::types::LegKey;
use crate::worker::leg::{Input, Place};
use crate::worker::phase::contain;
use crate::worker::phase::prefetch::Coming;
use crate::worker::state::Worker;

impl Worker {
    pub(in crate::worker) fn take_packets(&mut self) {
        for index in 0..self.ports.len() {
            let Some(mut port) = self.ports[index].take() else { continue };
            let backlog = port.from_port.backlog();
            let mut coming = Coming::default();
            loop {
                let drained = contain(|| {
                    let mut taken = 0;
                    while taken < backlog {
                        self.prefetch_packets(&mut port.from_port, &mut coming);
                        if port.from_port.take(|header, payload| self.take_packet(header, payload)).is_none() {
                            break;
                        }
                        // At least the header's words: the count only bounds the loop.
                        taken += 4;
                    }
                });
                match drained {
                    Some(()) => break,
                    None => self.park(self.current),
                }
            }
            self.ports[index] = Some(port);
        }
    }

    fn take_packet(&mut self, header: &PacketHeader, payload: &[u8]) {
        crate::worker::planted::spend(crate::telemetry::Phase::Intake);
        self.note_packet(header, payload);
        let key = header.key.leg();
        self.counters.packets_in += 1;
        self.current = key.index;
        let Some((head, body)) = self.legs.keyed(key) else {
            if self.legs.holds(key, Place::Departed) {
                self.counters.misrouted += 1;
                self.misrouted.push(header, payload);
            } else {
                self.counters.stale_packets += 1;
            }
            return;
        };
        if matches!(&body.input, Input::Rtp(receive) if receive.is_red(header.payload_type)) {
            return self.take_red(key, header, payload);
        }
        // A party on hold hears music and may press keys: menus for it listen.
        if head.switches.hold_inward && !body.takes_events(header.payload_type) {
            body.counters.held += 1;
            return;
        }
        self.take_payload(key, header, payload);
    }

    /// A payload of its own packet: audio, or what goes beside it.
    pub(in crate::worker) fn take_payload(&mut self, key: LegKey, header: &PacketHeader, payload: &[u8]) {
        let Some((head, body)) = self.legs.keyed(key) else { return };
        let Input::Rtp(receive) = &mut body.input else { return };
        let own = (header.payload_type == head.source.inward_payload_type).then_some(0);
        let Some(format) = own.or_else(|| receive.format_of(header.payload_type)) else {
            return self.take_other(key, header, payload);
        };
        let without = body.counters.no_slot;
        let taken = receive.insert(header, payload, format, &mut body.counters);
        self.counters.no_payload_slot += body.counters.no_slot - without;
        if taken {
            if head.note_packet(&body.counters) {
                self.sets.unreported.insert(key.index);
            }
            self.sets.live.insert(key.index);
        } else {
            body.publish_unplayable();
        }
    }

    /// A packet that is not of the leg's audio format: of the format before, comfort noise, a telephone event, or unknown.
    fn take_other(&mut self, key: LegKey, header: &PacketHeader, payload: &[u8]) {
        let Some((head, body)) = self.legs.keyed(key) else { return };
        let without = body.counters.no_slot;
        if let Some(former) = body.former.as_mut().filter(|former| !former.settled)
            && let Some(format) = former.format_of(header.payload_type)
        {
            former.path.insert(header, payload, format, &mut body.counters);
            self.counters.no_payload_slot += body.counters.no_slot - without;
            return self.sets.live.insert(key.index);
        }
        if let Input::Rtp(receive) = &mut body.input
            && receive.takes_noise(header.payload_type)
        {
            let taken = receive.insert_noise(header, payload, &mut body.counters);
            self.counters.no_payload_slot += body.counters.no_slot - without;
            if taken {
                if head.note_packet(&body.counters) {
                    self.sets.unreported.insert(key.index);
                }
                self.sets.live.insert(key.index);
            }
            return;
        }
        self.take_event(key, header, payload);
    }
}
