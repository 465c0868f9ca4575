//! I/O: a timer for a thread that waits for descriptors: timerfd, exact to what the kernel's clock is.

use crate::types::MediaTime;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

const SECOND: u64 = 1_000_000_000;

/// A descriptor that becomes readable at a time of CLOCK_MONOTONIC. It need not be read: setting it anew clears it, and
/// each expiry is an edge of its own.
#[derive(Debug)]
pub struct Timer(OwnedFd);

impl Timer {
    /// A timer that is not set.
    ///
    /// # Errors
    /// No descriptors left.
    pub fn new() -> io::Result<Self> {
        // SAFETY: takes two numbers and returns a descriptor or -1.
        let descriptor = unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, libc::TFD_NONBLOCK | libc::TFD_CLOEXEC) };
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call above just opened it, and nobody else has it.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(descriptor) }))
    }

    /// Sets it to expire at `time`, at once if that has passed; a time set before is forgotten. One system call, which
    /// does not wait.
    pub fn set(&self, time: MediaTime) {
        // All zero would switch it off.
        let ns = time.as_nanos().max(1);
        let never = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        let at = libc::timespec { tv_sec: (ns / SECOND) as libc::time_t, tv_nsec: (ns % SECOND) as libc::c_long };
        let setting = libc::itimerspec { it_interval: never, it_value: at };
        // SAFETY: the descriptor is ours, the setting a valid itimerspec, and the old setting is not asked for. Fails on
        // neither.
        unsafe {
            libc::timerfd_settime(self.0.as_raw_fd(), libc::TFD_TIMER_ABSTIME, &raw const setting, std::ptr::null_mut())
        };
    }
}

impl AsRawFd for Timer {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}
