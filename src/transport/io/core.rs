//! Pure: the transport machine: datagrams and orders in, packets to send out. No clock, no socket.
//!
//! State lies below ([`IoCore`], its sessions), a file a thing to do with it above: orders, arrivals, RTCP, relays, departures,
//! keep-alives.

mod arrivals;
mod bound;
mod collisions;
mod conflicts;
mod datagram;
mod departures;
mod handshakes;
mod keep_alive;
mod machine;
mod notice;
mod orders;
mod outward;
mod protected;
mod relay;
mod relay_session;
mod reporting;
mod reports;
mod retransmit;
mod rtcp_in;
mod rtcp_out;
mod rtcp_session;
mod session;
mod shaking;
mod sweep;
mod transmit;
mod transport_wide;
mod turns;

pub use departures::MAX_SEND_DELAY;
pub use machine::IoCore;
pub use notice::TransportNotice;
pub use orders::IoAction;
pub use relay_session::RTCP_SILENCE;
pub use transmit::{Relayed, Transmit};

#[cfg(test)]
mod tests;
