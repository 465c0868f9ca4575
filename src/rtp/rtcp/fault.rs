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
