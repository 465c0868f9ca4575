//! Control: what is written down of a session's quality: by the supervisor, read by anyone.

use super::glitches::Glitches;
use super::one_way::OneWay;
use super::time_line::TimeLine;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is written down of a session. Clones share. Ordinary threads only.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallBook(Arc<Mutex<CallNotes>>);

/// See [`CallBook`].
#[derive(Debug, Clone, Default)]
pub(crate) struct CallNotes {
    pub(crate) glitches: Glitches,
    pub(crate) line: TimeLine,
    pub(crate) ways: OneWay,
    /// For how many seconds it has been a one-way call.
    pub(crate) one_way_s: u32,
}

impl CallBook {
    pub(crate) fn open(&self) -> MutexGuard<'_, CallNotes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
