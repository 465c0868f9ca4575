//! Real-time: how a worker wakes an I/O thread, at most once a tick.

use std::fmt;

/// Wakes the thread that waits at the other end. Must not block, lock or allocate; one system call at most.
pub trait Wake: fmt::Debug + Send {
    /// Wakes it; several calls before it runs count as one.
    fn wake(&self);
}

/// Wakes nobody: in virtual time, and for embedders that poll.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWake;

impl Wake for NoWake {
    fn wake(&self) {}
}

/// One write to an eventfd.
#[cfg(feature = "net")]
impl Wake for mio::Waker {
    fn wake(&self) {
        // Fails only if the eventfd is gone, and the I/O thread with it.
        let _ = Self::wake(self);
    }
}

#[cfg(feature = "net")]
impl Wake for std::sync::Arc<mio::Waker> {
    fn wake(&self) {
        Wake::wake(&**self);
    }
}
