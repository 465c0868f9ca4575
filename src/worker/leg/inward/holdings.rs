//! Real-time: the payloads that a leg's receive path holds.

use crate::rt::PayloadSlot;
use crate::worker::leg::inward::LegReceiver;

impl LegReceiver {
    /// Gives all payloads back and forgets the stream.
    pub(in crate::worker) fn flush(&mut self) {
        self.path.drain(|slot| self.payloads.free(slot));
        (self.inside, self.passed, self.begun) = (0, None, false);
    }

    /// Keeps a payload; `None` if more waits than was planned.
    pub(in crate::worker) fn store(&mut self, payload: &[u8]) -> Option<PayloadSlot> {
        let stored = self.payloads.store(payload);
        if stored.is_some() || !self.payloads.has_room_for(payload.len()) {
            return stored;
        }
        self.payloads.close_gaps(|visit| self.path.payloads_mut(visit));
        self.payloads.store(payload)
    }

    /// The octets of a payload that passes through.
    pub(in crate::worker) fn payload(&self, slot: PayloadSlot) -> &[u8] {
        self.payloads.octets(slot)
    }

    /// Payloads that wait.
    pub(in crate::worker) fn waiting(&self) -> usize {
        self.payloads.in_use()
    }
}
