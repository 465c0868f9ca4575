//! Pure: why an address cannot be a peer's.

/// Why an address cannot be a peer's. 0.0.0.0 and `::` can: they are hold (RFC 3264 section 8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressFault {
    /// Port 0: signalling refused or ended the stream.
    #[error("port 0 means no media (RFC 3264 section 6): destroy the session, or set Direction::Inactive")]
    NoMedia,
    /// A group.
    #[error("it is multicast: give the peer's unicast address")]
    Multicast,
    /// Everybody.
    #[error("it is broadcast: give the peer's unicast address")]
    Broadcast,
    /// An address that no host has: 0.x.x.x, 240.0.0.0 and above.
    #[error("no host has such an address (RFC 6890): give the peer's own")]
    Reserved,
    /// IPv6, and the session's socket is IPv4, or the other way round.
    #[error(
        "it is of the other IP family than the session's socket: give one of MediaEngineConfig::bind_address's family"
    )]
    Family,
    /// IPv4 in the form of IPv6.
    #[error(
        "it is an IPv4 address mapped into IPv6: give it as IPv4 (SocketAddr::V4) to a session with an IPv4 socket"
    )]
    Mapped,
    /// The session's own RTP or RTCP port.
    #[error("it is the session's own port: its packets would come back to it; give the peer's")]
    OwnPort,
}
