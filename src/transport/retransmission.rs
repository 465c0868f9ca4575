//! Boundary: what a session keeps for generic NACKs (RFC 4585 section 6.2.1): the packets that it sent lately, and the numbers of
//! those that did not come. Made by the control side where NACKs are negotiated; an I/O thread works with it.

mod missing;
mod sent_packets;

pub(crate) use missing::{Missing, Reach};
pub(crate) use sent_packets::{SentPackets, Wanted};

/// Both halves.
#[derive(Debug, Default)]
pub struct Retransmission {
    /// What the peer may ask for again.
    pub(crate) sent: SentPackets,
    /// What is asked of the peer.
    pub(crate) missing: Missing,
}
