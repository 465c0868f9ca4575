//! I/O: RTP over UDP: the pure machine, the ports, and the threads.
//!
//! [`IoCore`] is a plain state machine without clock or socket: datagrams and orders go in, packets to send come out.
//! Around it stands `IoThread`, or an `IoDriver` on a thread of the embedder's (both of feature `net`), or a virtual
//! network. [`PortAllocator`] binds the sockets, on the control side; orders carry them here and receipts carry them
//! home.

mod advice;
mod core;
mod error;
mod gauges;
mod ports;
mod socket;
#[cfg(feature = "net")]
mod thread;

pub use self::core::{IoAction, IoCore, MAX_SEND_DELAY, RTCP_SILENCE, Relayed, Transmit, TransportNotice};
pub use advice::{Machine, TransportAdvice, transport_advice};
pub use error::PortError;
pub use gauges::IoThreadGauges;
pub use ports::{PortAllocator, PortLease, PortPairing, PortPlan};
pub use socket::SocketOptions;
#[cfg(feature = "net")]
pub use thread::{IoDriver, IoThread, IoWaker};
