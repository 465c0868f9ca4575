//! Real-time: by how much the delay should change.
//!
//! Audio is taken at ticks, so a packet that is needed in the middle of a block is needed at its tick: only whole blocks
//! of delay buy time for late packets, and what lies between is delay for nothing. The wanted delay is the least one
//! on that lattice which leaves the network its transit.

use super::jitter::JitterBuffer;
use super::store::Stored;
use crate::types::MediaTime;

/// How much longer than the step the delay must be before a step down is worth while, in 1/16 blocks.
const HYSTERESIS: i64 = 3;

/// By how many units the delay is to shrink (above 0) or to grow (below 0).
///
/// `delay` is that of the audio played now, `queued` what is decoded or under way, `target` the transit to allow for;
/// `block` the lattice. All in units of the RTP clock.
pub(crate) const fn delay_adjustment(delay: i64, queued: i64, target: i64, block: i64) -> i64 {
    // A packet that begins after the queue is fetched when less than a block of it is left.
    let between = if 0 <= queued && queued < block { queued } else { queued.rem_euclid(block) };
    let fetched = delay - between;
    let spare = fetched - target;
    if spare < 0 {
        let steps = (-spare + block - 1) / block;
        return between - steps * block;
    }
    let reserve = block * HYSTERESIS / 16;
    // The usual case, without a division.
    if spare < reserve + block {
        return between;
    }
    between + (spare - reserve) / block * block
}

impl<P: Copy> JitterBuffer<P> {
    /// By how many units of the RTP clock the delay should shrink (above 0) or grow (below 0), with `queued` units
    /// taken out and not yet played.
    pub fn delay_adjustment(&self, now: MediaTime, queued: u32) -> i64 {
        let Some(next) = self.playout.running_timestamp() else { return 0 };
        let queued = i64::from(queued);
        let delay = self.clock.units(now) + queued - next;
        let block = self.clock.block();
        let change = delay_adjustment(delay, queued, self.delay.target(), block);
        if change < 0 {
            let fetched = delay - queued.rem_euclid(block);
            let target = if self.comes_in_time(fetched) { fetched } else { self.delay.target() };
            return delay_adjustment(delay, queued, target, block);
        }
        if self.delay.is_converged() { change } else { 0 }
    }

    /// Less than a millisecond is missing, and all recent packets came in time; nor will they come later and later, as our
    /// clock runs no faster than the sender's. On a clean network that is so from the first packet on, and no reason to
    /// splice.
    fn comes_in_time(&self, fetched: i64) -> bool {
        let missing = self.delay.target() - fetched;
        self.delay.steady() <= fetched && missing <= self.clock.block() / 10
    }

    /// The network takes longer and longer: what is to be made up cannot wait for a pause.
    pub(super) const fn is_urgent(&self) -> bool {
        self.delay.is_rising()
    }

    /// Packets are missing before the next one that is there, and on this network they will hardly come any more.
    pub(super) fn is_before_hole(&self) -> bool {
        let in_order = self.counted.reordered * 100 <= self.counted.received;
        let next = self.playout.running_timestamp();
        let hole = |(next, first): (i64, &Stored<P>)| first.timestamp > next && first.sequence > self.playout.sequence;
        in_order && next.zip(self.store.first()).is_some_and(hole)
    }

    /// The next packet is there and follows without a hole.
    pub fn has_next(&self) -> bool {
        match (self.playout.running_timestamp(), self.store.first()) {
            (Some(next), Some(first)) => first.timestamp == next,
            _ => false,
        }
    }
}
