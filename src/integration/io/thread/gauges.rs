//! Boundary: what an I/O thread counts of itself.

use crate::rt::Gauge;

/// Counters of one I/O thread: written by it, read by anyone.
#[derive(Debug, Default)]
pub struct IoThreadGauges {
    /// Turns: waits for events.
    pub turns: Gauge,
    /// Receive calls.
    pub receives: Gauge,
    /// Receive calls that found nothing.
    pub empty_receives: Gauge,
    /// Send calls.
    pub sends: Gauge,
    /// Sessions refused since the system could not watch more sockets.
    pub unwatched: Gauge,
}
