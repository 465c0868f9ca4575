//! Real-time: what would be played next if nothing changed: to be faded from where something does.

use super::{HISTORY_BLOCKS, PlayoutReceiver};
use crate::processing::audio::time_stretch::correlation::best_lag;

impl<P: Copy> PlayoutReceiver<P> {
    /// The next samples into `out`: what waits, where that is enough, else what was played last, going on at its pitch.
    /// Changes nothing.
    pub fn continue_into(&self, out: &mut [f32]) {
        if let Some(waits) = self.timeline.queue().get(..out.len()) {
            return out.copy_from_slice(waits);
        }
        let (past, block) = (self.last_blocks(HISTORY_BLOCKS), self.block);
        let found = past.len().checked_sub(block).and_then(|at| {
            // Pitch periods of 400 to 50 Hz.
            best_lag(past, at, block, block / 4..=2 * block, (block / 40).max(1))
        });
        let period = found.map_or(block, |found| found.lag);
        let Some(cycle) = past.len().checked_sub(period).and_then(|from| past.get(from..)) else {
            return out.fill(0.0);
        };
        let (Some(last), Some(first)) = (past.last(), past.len().checked_sub(period + 1).and_then(|at| past.get(at)))
        else {
            return out.fill(0.0);
        };
        // The step from the last sample to the first of the cycle is spread over a short time.
        let (step, spread) = (last - first, (block / 4).max(1) as f32);
        for ((n, to), from) in out.iter_mut().enumerate().zip(cycle.iter().cycle()) {
            *to = from + step * (1.0 - (n + 1) as f32 / spread).max(0.0);
        }
    }
}
