//! What loom's condition variables lack, and what the standard library's locks say of panics.

use loom::sync::{Condvar, LockResult, MutexGuard};
use std::time::Duration;

pub use std::sync::PoisonError;

/// As the standard library's, in a time without end: nothing is checked of what follows a timeout.
pub trait WaitTimeoutWhile {
    fn wait_timeout_while<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
        condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, ())>;
}

impl WaitTimeoutWhile for Condvar {
    fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        _timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, ())> {
        while condition(&mut guard) {
            guard = self.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        Ok((guard, ()))
    }
}
