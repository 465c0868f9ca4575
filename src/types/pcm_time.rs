//! Pure: the time of samples that leave the engine or come to it without RTP.

use crate::types::{MediaTime, TickNumber};

/// When a sample was heard.
///
/// Example: [`PcmReader`](crate::PcmReader).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PcmTime {
    /// The number of its block, of 10 ms: all media threads count the same, and what was skipped counts.
    pub tick: TickNumber,
    /// When it was due, by the engine's clock: that of events, and of [`MediaHandle::now`](crate::MediaHandle::now).
    pub time: MediaTime,
}
