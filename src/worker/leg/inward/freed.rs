//! Real-time: payload handles that the receive path gives up while it borrows the pool; freed right after.

use crate::buffer::PayloadSource;
use crate::rt::{PayloadPool, PayloadSlot};

/// Handles given up during a call that borrows the pool.
#[derive(Debug)]
pub(in crate::worker) struct Freed {
    slots: [Option<PayloadSlot>; 160],
    count: usize,
}

impl Freed {
    pub(in crate::worker) const fn new() -> Self {
        Self { slots: [None; 160], count: 0 }
    }

    /// Whatever a panic left behind: its path is parked, and frees nothing any more.
    pub(in crate::worker) fn forget(&mut self) {
        self.count = 0;
    }

    pub(in crate::worker) fn note(&mut self, slot: PayloadSlot) {
        if let Some(place) = self.slots.get_mut(self.count) {
            *place = Some(slot);
            self.count += 1;
        } else {
            debug_assert!(false, "more handles given up than the buffer holds");
        }
    }

    pub(in crate::worker) fn free(&mut self, pool: &mut PayloadPool) {
        for slot in self.slots.iter_mut().take(std::mem::take(&mut self.count)) {
            if let Some(slot) = slot.take() {
                pool.free(slot);
            }
        }
    }
}

impl PayloadSource<PayloadSlot> for PayloadPool {
    fn octets(&self, slot: PayloadSlot) -> &[u8] {
        Self::octets(self, slot)
    }

    fn format(&self, slot: PayloadSlot) -> u8 {
        slot.format()
    }
}
