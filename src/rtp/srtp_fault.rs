//! Pure: why a datagram was not taken on a session that is protected by SRTP.

/// Why a datagram was not taken on a session that is protected by SRTP (RFC 3711). Plain data: counted by kind, where it
/// happens ([`TransportStatistics::srtp_faults`](crate::TransportStatistics::srtp_faults)).
///
/// ```
/// use media_core::rtp::SrtpFault;
///
/// assert_eq!(SrtpFault::ALL[SrtpFault::BadTag.index()], SrtpFault::BadTag);
/// assert_eq!(SrtpFault::BadTag.to_string(), "the authentication tag is wrong, or the packet is not protected");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
#[repr(u8)]
pub enum SrtpFault {
    /// Too short for a header and an authentication tag.
    #[error("shorter than a header and an authentication tag")]
    TooShort,
    /// Contributing sources or header extension pass the end.
    #[error("contributing sources or header extension pass the end of the packet")]
    BadHeader,
    /// The authentication tag is wrong: another key, damage, forgery, or a packet that is not protected at all.
    #[error("the authentication tag is wrong, or the packet is not protected")]
    BadTag,
    /// A packet of that index was taken before (RFC 3711 section 3.3.2).
    #[error("a packet of that index was taken before")]
    Replayed,
    /// More than 128 packets behind the newest: whether it was taken before is not known any more.
    #[error("more than 128 packets behind the newest")]
    TooOld,
    /// Of a further source (SSRC), where as many were heard under that key as are kept apart: 64.
    #[error("of a further source, and 64 were heard under that key")]
    TooManySources,
    /// SRTCP that says it is not encrypted (E flag, RFC 3711 section 3.4), where encryption was negotiated.
    #[error("RTCP that is not encrypted")]
    Unencrypted,
    /// No key is there yet: the answer to the session's offer is awaited.
    #[error("there is no key yet")]
    NoKey,
}

impl SrtpFault {
    /// Every kind, in the order of [`index`](Self::index).
    pub const ALL: [Self; 8] = [
        Self::TooShort,
        Self::BadHeader,
        Self::BadTag,
        Self::Replayed,
        Self::TooOld,
        Self::TooManySources,
        Self::Unencrypted,
        Self::NoKey,
    ];

    /// The place of this kind in [`ALL`](Self::ALL), so that `[u64; SrtpFault::ALL.len()]` holds a count of each.
    pub const fn index(self) -> usize {
        self as usize
    }
}
