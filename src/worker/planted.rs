//! Pure: time that a test plants in the work of a phase, and the clock by which it passes.

use crate::telemetry::Phase;
use crate::types::MediaTime;
use std::cell::Cell;

thread_local! {
    static NOW: Cell<u64> = const { Cell::new(0) };
    static PLANTED: Cell<Option<(Phase, u64)>> = const { Cell::new(None) };
}

/// From now on the work of that phase takes so many ns, each time that it is done; all else takes none.
pub(super) fn plant(now: MediaTime, phase: Phase, ns: u64) {
    NOW.set(now.as_nanos());
    PLANTED.set(Some((phase, ns)));
}

/// The clock of the meter.
pub(super) fn clock() -> MediaTime {
    MediaTime::from_nanos(NOW.get())
}

/// Work of a phase is done.
pub(super) fn spend(phase: Phase) {
    if let Some((_, ns)) = PLANTED.get().filter(|(planted, _)| *planted == phase) {
        NOW.set(NOW.get() + ns);
    }
}
