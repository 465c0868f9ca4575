//! Pure: RTP packets (RFC 3550), told apart from what else arrives on their port (RFC 5761, RFC 7983).
//!
//! The I/O side calls [`parse`] on each datagram and [`write()`] for each packet that leaves; both work in the caller's
//! memory, allocate nothing and cannot panic, so that they may run on any thread. What is no RTP packet is an
//! [`RtpFault`], which the caller counts by [`RtpFault::index`]: malformed input is a number, never an event.

mod demux;
mod extension;
mod fault;
#[doc(hidden)]
#[cfg(feature = "internals")]
pub mod fuzz;
mod header;
mod packet;
pub mod rtcp;
mod srtp_fault;

pub(crate) use demux::check as expect_rtp;
pub use extension::{extension_element, write_extended};
pub use fault::RtpFault;
pub use header::{MIN_HEADER, RtpHeader};
pub use packet::{MAX_PACKET, parse, write};
pub use srtp_fault::SrtpFault;

#[cfg(test)]
mod tests;
