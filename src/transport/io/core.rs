//! Pure: the transport machine: datagrams and orders in, packets to send out. No clock, no socket.
//!
//! An I/O thread (or a virtual network) owns one [`IoCore`] over one [`RtpPort`](crate::transport::RtpPort) and drives
//! it: [`take_orders`](IoCore::take_orders) when woken, [`receive`](IoCore::receive) for each datagram,
//! [`poll_transmit`](IoCore::poll_transmit) until it is empty. None of them allocates, frees, waits or panics.

mod block;
mod bound;
mod departures;
mod keep_alive;
mod latch;
mod machine;
mod notice;
mod relay;
mod relay_session;
mod reports;
mod session;

pub(crate) use block::{is_private, same_block};
pub use departures::{MAX_SEND_DELAY, Transmit};
pub use latch::{Expectation, GRANT, HOST_PRESENCE, LOCK_AFTER, Latch, REBIND_SILENCE, SOURCE_SILENCE, Verdict};
pub use machine::{IoAction, IoCore};
pub use notice::TransportNotice;
pub use relay::Relayed;
pub use relay_session::RTCP_SILENCE;

#[cfg(test)]
mod tests;
