//! I/O: where the look through the sessions is.

use crate::types::MediaTime;
use std::time::Duration;

/// How often the sessions are looked through.
pub(super) const SWEEP: Duration = Duration::from_millis(200);

/// Where the look through the sessions is.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    pub next: MediaTime,
    pub at: usize,
}
