//! Real-time: faults are contained to their leg. A panic in a leg's decoder, encoder or stage is caught, the leg is
//! parked with a fact that says so, and the others play on. A caught panic is the one exempt allocation (the contract's
//! exemption (a)).

use super::event::Facts;
use super::leg::Place;
use super::tick::Worker;
use crate::rt::pop_lowest;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Worker {
    /// Runs `work` for each leg of a batch. One guard serves the whole batch: after a panic the leg at fault is parked
    /// and the rest of the batch goes on.
    pub(super) fn for_each_guarded(&mut self, batch: usize, mut bits: u64, work: impl Fn(&mut Self, u32)) {
        while bits != 0 {
            let ended = catch_unwind(AssertUnwindSafe(|| {
                while let Some(bit) = pop_lowest(&mut bits) {
                    self.current = batch as u32 * 64 + bit;
                    work(self, self.current);
                }
            }));
            if ended.is_err() {
                self.park(self.current);
            }
        }
    }

    /// Stops a leg for good: it is touched no more until it is removed.
    pub(super) fn park(&mut self, index: u32) {
        let Some(head) = self.legs.heads.get_mut(index as usize) else { return };
        if head.place != Place::Live {
            return;
        }
        head.place = Place::Parked;
        head.live = false;
        (head.frame, head.bus_frame) = (None, None);
        head.facts |= Facts::PARKED.0;
        self.unreported.insert(index);
        self.live.remove(index);
        self.always.remove(index);
        self.polled.remove(index);
        self.counters.parked += 1;
    }
}
