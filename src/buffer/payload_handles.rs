//! Real-time: the handles that a jitter buffer holds.

use super::jitter::JitterBuffer;
use super::packet::Arrived;

impl<P: Copy> JitterBuffer<P> {
    /// The handle of the packet with the lowest number.
    pub fn first_payload(&self) -> Option<P> {
        self.store.first().map(|stored| stored.packet.payload)
    }

    pub(super) fn first_packet(&self) -> Option<&Arrived<P>> {
        self.store.first().map(|stored| &stored.packet)
    }

    /// Asks the cache for what the next packet will touch behind the buffer's own lines.
    pub fn prefetch_entry(&self) {
        self.store.prefetch();
        self.delay.prefetch();
    }

    /// Visits every handle that is held, to exchange it.
    pub fn payloads_mut(&mut self, visit: impl FnMut(&mut P)) {
        self.store.payloads_mut(visit);
    }
}
