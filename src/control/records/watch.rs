//! Control: what the watch over the threads knows.

use crate::types::{EngineThread, MediaTime, PortId};
use std::time::Duration;

/// No more than this passes between two looks; what is beyond it the supervisor was not there.
const LOOKS_AT_MOST: Duration = Duration::from_millis(100);

/// What the watch knows.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    looked: MediaTime,
    /// The thread in whose place a request is answered just now.
    pub(crate) answering: Option<EngineThread>,
}

impl Watch {
    /// A look at `now`; how long the watch was awake since the one before.
    pub(crate) fn look(&mut self, now: MediaTime) -> Duration {
        (now - std::mem::replace(&mut self.looked, now)).min(LOOKS_AT_MOST)
    }
}

/// The I/O thread of a port: theirs are the first, after the supervisor's own.
pub(crate) fn io_thread(port: PortId) -> EngineThread {
    EngineThread::Io(port.0.saturating_sub(1))
}
