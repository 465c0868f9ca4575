//! Boundary: what a session keeps for transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): when the peer's
//! packets came, and when ours left. Made by the control side where it is negotiated; an I/O thread works with it.

mod arrivals;
mod delay_trend;
mod sent_times;

pub(crate) use arrivals::{Arrivals, WINDOW};
pub(crate) use sent_times::SentTimes;

/// Both halves.
#[derive(Debug)]
pub struct TransportWide {
    /// What the peer is told.
    pub(crate) arrivals: Arrivals,
    /// What it tells is of these.
    pub(crate) sent: SentTimes,
}

impl TransportWide {
    /// Nothing came and nothing was sent; the first number that leaves is `first`.
    pub fn new(first: u16) -> Self {
        Self { arrivals: Arrivals::default(), sent: SentTimes::new(first) }
    }
}
