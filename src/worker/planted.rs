//! Real-time: time that a test plants in the work of a phase, and the clock by which it passes; nothing outside of tests.

use crate::telemetry::Phase;

/// Work of a phase is done.
#[cfg(not(test))]
#[inline(always)]
pub(in crate::worker) const fn spend(_phase: Phase) {}

#[cfg(test)]
pub(in crate::worker) use planting::{clock, plant, spend};

#[cfg(test)]
mod planting {
    use super::Phase;
    use crate::types::MediaTime;
    use std::cell::Cell;

    thread_local! {
        static NOW: Cell<u64> = const { Cell::new(0) };
        static PLANTED: Cell<Option<(Phase, u64)>> = const { Cell::new(None) };
    }

    /// From now on the work of that phase takes so many ns, each time that it is done; all else takes none.
    pub(in crate::worker) fn plant(now: MediaTime, phase: Phase, ns: u64) {
        NOW.set(now.as_nanos());
        PLANTED.set(Some((phase, ns)));
    }

    /// The clock of the meter.
    pub(in crate::worker) fn clock() -> MediaTime {
        MediaTime::from_nanos(NOW.get())
    }

    /// Work of a phase is done.
    pub(in crate::worker) fn spend(phase: Phase) {
        if let Some((_, ns)) = PLANTED.get().filter(|(planted, _)| *planted == phase) {
            NOW.set(NOW.get() + ns);
        }
    }
}
