//! Pure: the kernel's arrival times on the monotonic clock.
//!
//! The kernel stamps datagrams with the wall clock. Both clocks are read once a turn; their difference moves a stamp over.
//! A step of the wall clock shows as a jump of the difference: stamps of that turn are then not believed. **An arrival is
//! never later than now and never earlier than the socket was last seen empty.**

use crate::types::MediaTime;

/// More than the difference moves within a turn by slewing (500 ppm) and by reading both clocks, unless it steps.
const STEP: u64 = 1_000_000;
/// Readings of the clocks that lie further apart were interrupted, and are of no use.
const APART: u64 = 20_000;

/// Moves wall-clock stamps to the monotonic clock.
#[derive(Debug, Default)]
pub(super) struct ArrivalClock {
    now: MediaTime,
    // Wall clock minus monotonic clock, modulo 2^64.
    difference: u64,
    stepped: bool,
}

impl ArrivalClock {
    /// A new turn: the monotonic clock, the wall clock in nanoseconds, and the monotonic clock, as read just now in this
    /// order.
    pub fn turn(&mut self, before: MediaTime, wall: u64, now: MediaTime) {
        self.now = now;
        if now.nanos_since(before) > APART {
            return;
        }
        let difference = wall.wrapping_sub(now.as_nanos());
        let moved = difference.wrapping_sub(self.difference) as i64;
        self.stepped = moved.unsigned_abs() > STEP;
        self.difference = difference;
    }

    /// The time at which this turn began.
    pub fn now(&self) -> MediaTime {
        self.now
    }

    /// The arrival time of a datagram with this stamp, at a socket last seen empty at `empty`; `read` tells the time now,
    /// and is asked only if the datagram came after the turn began.
    pub fn arrival(&self, stamp: Option<u64>, empty: MediaTime, read: impl FnOnce() -> MediaTime) -> MediaTime {
        let mapped = match stamp {
            Some(stamp) if !self.stepped => MediaTime::from_nanos(stamp.wrapping_sub(self.difference)),
            _ => self.now,
        };
        if mapped <= self.now { mapped.max(empty) } else { mapped.min(read()).max(empty) }
    }
}

#[cfg(test)]
mod tests;
