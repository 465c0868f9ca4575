//! Real-time: what is noted of a tick for the flight recorder, where it is on: all that comes in, and a digest of what goes out.

use crate::rt::PacketHeader;
use crate::types::{MediaTime, TickNumber};
use crate::worker::boundary::Order;
use crate::worker::state::Worker;

impl Worker {
    pub(in crate::worker) fn note_tick(&mut self, number: TickNumber, now: MediaTime) {
        if let Some(flight) = &mut self.flight {
            flight.tick(number, now);
        }
    }

    /// The next order, noted.
    pub(in crate::worker) fn next_order(&mut self) -> Option<Order> {
        let order = self.dock.receive()?;
        if let Some(flight) = &mut self.flight {
            flight.order(order.seq);
        }
        Some(order)
    }

    #[inline]
    pub(in crate::worker) fn note_packet(&mut self, header: &PacketHeader, payload: &[u8]) {
        if let Some(flight) = &mut self.flight {
            flight.packet(header, payload);
        }
    }
}
