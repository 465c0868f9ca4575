//! Pure: why a datagram is not an RTP packet for us, or a packet could not be written.

/// What was wrong with a datagram, or what it is instead of RTP. Plain data: counted by kind, not formatted, where it
/// happens.
///
/// ```
/// use media_core::rtp::{RtpFault, parse};
///
/// assert_eq!(parse(&[0; 4]), Err(RtpFault::KeepAlive)); // a few octets hold a translator's mapping open
/// assert_eq!(parse(&[0x80, 200, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]), Err(RtpFault::Rtcp)); // a sender report (RFC 5761)
/// assert_eq!(RtpFault::ALL[RtpFault::Rtcp.index()], RtpFault::Rtcp);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[repr(u8)]
pub enum RtpFault {
    /// A datagram without an octet: a keep-alive, too (RFC 6263 section 4.1).
    #[error("the datagram is empty")]
    Empty,
    /// Shorter than the fixed header of 12 octets (RFC 3550 section 5.1).
    #[error("shorter than the fixed RTP header of 12 octets")]
    TooShort,
    /// Longer than [`MAX_PACKET`](super::MAX_PACKET) octets.
    #[error("longer than the 9000 octets that are taken")]
    TooLong,
    /// The version is not 2, and the first octet is of no protocol that this enum names.
    #[error("the RTP version is not 2")]
    BadVersion,
    /// The list of contributing sources passes the end.
    #[error("the list of contributing sources passes the end of the packet")]
    BadCsrc,
    /// The header extension passes the end (RFC 3550 section 5.3.1). Writing: no element of one is so (RFC 8285).
    #[error("the header extension passes the end of the packet, or has an element that cannot be")]
    BadExtension,
    /// What address translators are fed with (RFC 6263 section 4): up to 4 octets that are nothing else, an RTP header of
    /// version 0 without a payload, a STUN binding indication. The sender is there; nothing is wrong with it.
    #[error("a keep-alive")]
    KeepAlive,
    /// An RTCP packet on the RTP port (RFC 5761 section 4): for the RTCP reader, not an error by itself.
    #[error("an RTCP packet")]
    Rtcp,
    /// A STUN message (RFC 7983 section 7, first octet 0–3).
    #[error("a STUN message")]
    Stun,
    /// A DTLS record (RFC 7983 section 7, first octet 20–63).
    #[error("a DTLS record")]
    Dtls,
    /// Writing only: the payload type is above 127, or in 64–95, which receivers take for RTCP (RFC 5761 section 4).
    #[error("the payload type is not one of 0-63 or 96-127")]
    BadPayloadType,
    /// Writing only: the output slice is shorter than the packet.
    #[error("the output slice is too short for the packet")]
    ShortOutput,
}

impl RtpFault {
    /// Every kind, in the order of [`index`](Self::index).
    pub const ALL: [Self; 12] = [
        Self::Empty,
        Self::TooShort,
        Self::TooLong,
        Self::BadVersion,
        Self::BadCsrc,
        Self::BadExtension,
        Self::KeepAlive,
        Self::Rtcp,
        Self::Stun,
        Self::Dtls,
        Self::BadPayloadType,
        Self::ShortOutput,
    ];

    /// Whether such a datagram only says that its sender is there (RFC 6263 section 4).
    pub const fn is_keep_alive(self) -> bool {
        matches!(self, Self::Empty | Self::KeepAlive)
    }

    /// The place of this kind in [`ALL`](Self::ALL), so that `[u64; RtpFault::ALL.len()]` holds a count of each.
    pub const fn index(self) -> usize {
        self as usize
    }
}
