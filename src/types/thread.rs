//! Pure: the names of an engine's threads.

use super::id::WorkerId;
use std::fmt;

/// A thread of an engine.
///
/// Example: [`EngineHealth`](crate::EngineHealth).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EngineThread {
    /// The one that carries requests out.
    Supervisor,
    /// A media thread, by its worker.
    Worker(WorkerId),
    /// An I/O thread, counted from 0.
    Io(u8),
}

impl fmt::Display for EngineThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Supervisor => f.write_str("the supervisor"),
            Self::Worker(worker) => write!(f, "media thread {worker}"),
            Self::Io(number) => write!(f, "I/O thread {number}"),
        }
    }
}
