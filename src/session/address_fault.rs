//! Pure: why an address cannot be a peer's.

/// Why an address cannot be a peer's. 0.0.0.0 and `::` can: they are hold (RFC 3264 section 8.4).
///
/// ```
/// use media_core::session::AddressFault;
/// use media_core::{AudioFormat, Error, MediaEngineConfig, MediaSessionParams, SessionError, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let to_all = ([224, 0, 1, 20], 4000).into();
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(to_all);
/// let refused = engine.handle().create_media_session("a", params);
/// let error = engine.complete(refused).unwrap_err();
/// assert_eq!(error, Error::Session(SessionError::Address(to_all, AddressFault::Multicast)));
/// # Ok::<(), Error>(())
/// ```
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
