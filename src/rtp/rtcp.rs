//! Pure: RTCP packets (RFC 3550 section 6, RFC 3611, RFC 4585, transport-wide feedback), what a receiver reports of a source, and when it reports.
//!
//! As with RTP, all of it works in the caller's memory, allocates nothing and cannot panic. SR, RR, BYE and feedback are read
//! by crate `rtcp-types`; it knows no VoIP metrics (RFC 3611 section 4.7), and its writers allocate, so that those are ours; so is transport-wide
//! feedback, which is checked whole before anything of it is told.

mod block;
mod extended;
mod fault;
mod interval;
mod nack;
mod ntp;
mod packets;
mod reception;
mod transport_chunks;
mod transport_feedback;
mod voip_metrics;
mod writer;

pub use block::{ReportBlock, ReportBlocks, SenderInfo};
pub use extended::{ExtendedBlock, ExtendedBlocks};
pub use fault::{RtcpFault, TransportFeedbackFault};
pub(crate) use interval::Interval;
pub use nack::nacked;
pub use ntp::NtpTime;
pub use packets::{Feedback, RtcpPacket, RtcpPackets, read};
pub(crate) use reception::Reception;
pub use transport_feedback::{TransportArrivals, TransportFeedback};
pub use voip_metrics::VoipMetrics;
pub use writer::RtcpWriter;

#[cfg(test)]
mod tests;
