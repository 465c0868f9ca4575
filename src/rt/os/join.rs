//! Control: how a thread ends: waited for within a time, and left behind if it does not.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Between two looks at a thread that ends.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Whether a thread ends by then. It is not waited for by joining: that has no end where code of the embedder's hangs.
pub(crate) fn ends_by<T>(thread: &JoinHandle<T>, until: Instant) -> bool {
    while !thread.is_finished() {
        if Instant::now() >= until {
            return false;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    true
}

/// What a thread brought home; `None` if it panicked, or goes on beyond `until`: then it is left behind.
pub(crate) fn join_within<T>(thread: JoinHandle<T>, until: Instant) -> Option<T> {
    ends_by(&thread, until).then(|| thread.join().ok()).flatten()
}
