//! Pure: why octets are no RTCP.

/// What was wrong with an RTCP datagram. Plain data.
///
/// ```
/// use media_core::rtp::rtcp::{RtcpFault, read};
///
/// let cut = [0x80, 201, 0, 7, 0, 0, 0, 7]; // names eight words and has two
/// assert_eq!(read(&cut).next(), Some(Err(RtcpFault::Truncated)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum RtcpFault {
    /// A packet ends behind the datagram, or its contents end behind the packet.
    #[error("the packet is longer than what is there")]
    Truncated,
    /// The version is not 2.
    #[error("the RTCP version is not 2")]
    BadVersion,
    /// Its contents are not what its type says.
    #[error("the contents are not those of the packet's type")]
    BadContents,
}

/// Why transport-wide feedback cannot be read. Plain data.
///
/// Example: [`TransportFeedback`](super::TransportFeedback).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportFeedbackFault {
    /// It ends before its head, its chunks, or the times of the packets that came.
    #[error("the feedback is shorter than what it announces")]
    Truncated,
    /// It tells of no packet.
    #[error("the feedback tells of no packet")]
    Empty,
    /// A packet status of 3, which is reserved.
    #[error("a packet status of 3, which is reserved")]
    Reserved,
}
