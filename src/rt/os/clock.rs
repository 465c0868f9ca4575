//! Real-time: the monotonic clock, and the one sleep of a tick.

use std::ptr;

use crate::types::MediaTime;

const SECOND: u64 = 1_000_000_000;

/// CLOCK_MONOTONIC: time since boot, untouched by steps of the wall clock. A system call only where the vDSO has no fast
/// clock source.
pub fn now() -> MediaTime {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid timespec that the call only writes to.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    MediaTime::from_nanos((time.tv_sec as u64).wrapping_mul(SECOND).wrapping_add(time.tv_nsec as u64))
}

/// Sleeps until `deadline`, at once back if it has passed. A signal does not shorten the sleep.
pub fn sleep_until(deadline: MediaTime) {
    let ns = deadline.as_nanos();
    let until = libc::timespec { tv_sec: (ns / SECOND) as libc::time_t, tv_nsec: (ns % SECOND) as libc::c_long };
    loop {
        // SAFETY: `until` is a valid timespec; the remainder is not asked for, which is allowed for an absolute sleep.
        let code = unsafe {
            libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &raw const until, ptr::null_mut())
        };
        if code != libc::EINTR {
            return;
        }
    }
}
