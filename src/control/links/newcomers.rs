//! Control: how many joined a thread so lately that its load, a mean over a second, does not show them yet.
//!
//! Where calls come at 200 a second, a load that lags by most of a second lags by more than a hundred calls: admission that
//! went by it alone would let in a fifth more than can be carried. What they will add is what those that are measured cost.

use crate::types::MediaTime;

const SLOT_NS: u64 = 100_000_000;
/// From joining until packets flow: the answer, and the phone's own start.
const SILENT_SLOTS: usize = 3;
/// The mean is over so many.
const MEAN_SLOTS: usize = 10;
const SLOTS: usize = SILENT_SLOTS + MEAN_SLOTS;
/// What a thread does without anybody, and what a noisy machine adds: no measure of its members.
const IDLE_LOAD: f32 = 0.01;
/// Fewer measured members are too few to go by.
const ENOUGH: f32 = 32.0;

/// Who joined in each of the last 13 tenths of a second.
#[derive(Debug, Default)]
pub(crate) struct Newcomers {
    joined: [u32; SLOTS],
    /// The number of the slot that is open.
    slot: u64,
}

impl Newcomers {
    /// One more joins.
    pub(crate) fn join(&mut self, now: MediaTime) {
        let slot = now.as_nanos() / SLOT_NS;
        // What stands in a slot from a round before is over.
        for begun in self.slot + 1..=slot.min(self.slot + SLOTS as u64) {
            self.joined[(begun % SLOTS as u64) as usize] = 0;
        }
        self.slot = self.slot.max(slot);
        self.joined[(self.slot % SLOTS as u64) as usize] += 1;
    }

    /// How many of them the mean of the last second does not hold, in parts of one.
    fn unmeasured(&self, now: MediaTime) -> f32 {
        let of = |slot: u64| {
            // As if all had joined in the middle of it.
            let age = now.as_nanos() as f64 / SLOT_NS as f64 - slot as f64 - 0.5;
            let part = 1.0 - ((age as f32 - SILENT_SLOTS as f32) / MEAN_SLOTS as f32).clamp(0.0, 1.0);
            part * self.joined[(slot % SLOTS as u64) as usize] as f32
        };
        (self.slot.saturating_sub(SLOTS as u64 - 1)..=self.slot).map(of).sum()
    }

    /// The load that they will add to a thread of `members`, them among these, whose mean of the last second is `mean`.
    pub(crate) fn load_to_come(&self, mean: f32, members: usize, now: MediaTime) -> f32 {
        let unmeasured = self.unmeasured(now);
        let measured = members as f32 - unmeasured;
        if measured < ENOUGH { 0.0 } else { unmeasured * (mean - IDLE_LOAD).max(0.0) / measured }
    }
}

#[cfg(test)]
mod tests;
