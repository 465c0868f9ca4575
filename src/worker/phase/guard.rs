//! Real-time: faults are contained to their leg. A panic in a leg's decoder, encoder or stage is caught, the leg is
//! parked with a fact that says so, and the others play on. A caught panic is the one exempt allocation (the contract's
//! exemption (a)).
//!
//! Code of the embedder's runs in these places, each of them guarded: intake (a decoder is asked how long a payload is),
//! decoding, processing, encoding, what legs send while they hear nothing, and the end of a half filled packet as an order
//! exchanges an output ([`set_output`](Worker::set_output)). Around those stand two guards more, which find nothing as long
//! as that list is whole: one around each order, so that each is answered by its receipt, and one around the phases of a
//! tick, so that the thread goes on.

use crate::rt::pop_lowest;
use crate::types::LegKey;
use crate::worker::leg::{Facts, Place};
use crate::worker::state::Worker;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`; `None` if it panicked. What the panic said is left alone: it may be an embedder's, and panic as it ends.
pub(in crate::worker) fn contain<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(std::mem::forget).ok()
}

impl Worker {
    /// Runs `work` for each leg of a batch. One guard serves the whole batch: after a panic the leg at fault is parked
    /// and the rest of the batch goes on.
    pub(in crate::worker) fn for_each_guarded(&mut self, batch: usize, mut bits: u64, work: impl Fn(&mut Self, u32)) {
        while bits != 0 {
            let ended = contain(|| {
                while let Some(bit) = pop_lowest(&mut bits) {
                    self.current = batch as u32 * 64 + bit;
                    work(self, self.current);
                }
            });
            if ended.is_none() {
                self.park(self.current);
            }
        }
    }

    /// Parks the leg of an order that panicked. What the order brought stays behind, counted as leaked.
    pub(in crate::worker) fn park_after_order(&mut self, leg: Option<LegKey>) {
        self.counters.panics += 1;
        if let Some(leg) = leg.filter(|leg| self.legs.holds(*leg, Place::Live)) {
            self.park(leg.index);
        }
    }

    /// Stops a leg for good: it is touched no more until it is removed.
    pub(in crate::worker) fn park(&mut self, index: u32) {
        let Some(head) = self.legs.heads.get_mut(index as usize) else { return };
        if head.place != Place::Live {
            return;
        }
        head.place = Place::Parked;
        head.source.live = false;
        (head.source.frame, head.source.bus_frame) = (None, None);
        head.facts |= Facts::PARKED.0;
        self.sets.park(index);
        self.counters.parked += 1;
    }
}
