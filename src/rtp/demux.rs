//! Pure: tells the protocols that share an RTP port apart by their first octets (RFC 7983 section 7, RFC 5761
//! section 4).

use super::{MIN_HEADER, RtpFault};

/// RTCP packet types of a version 2 packet, by its second octet: RFC 5761 section 4 keeps RTP out of this range.
const RTCP_TYPES: std::ops::RangeInclusive<u8> = 192..=223;

/// RTP payload types that would put the second octet into [`RTCP_TYPES`] once the marker is set.
const RTCP_SHADOW: std::ops::RangeInclusive<u8> = 64..=95;

/// `Err` with what the datagram is where its first two octets say that it is not RTP.
#[inline]
pub(crate) fn check(data: &[u8]) -> Result<(), RtpFault> {
    match data.first() {
        None => Err(RtpFault::Empty),
        Some(_) if is_keep_alive(data) => Err(RtpFault::KeepAlive),
        Some(128..=191) => match data.get(1) {
            Some(second) if RTCP_TYPES.contains(second) => Err(RtpFault::Rtcp),
            _ => Ok(()),
        },
        Some(0..=3) => Err(RtpFault::Stun),
        Some(20..=63) => Err(RtpFault::Dtls),
        Some(_) => Err(RtpFault::BadVersion),
    }
}

/// Keep-alives of RFC 6263 that are no RTP of version 2: a few octets of nothing (section 4.1 and what devices make of it:
/// one zero, four, a line end), an RTP header of version 0 (4.5), a STUN binding indication (4.4, RFC 8489 section 5).
#[inline]
fn is_keep_alive(data: &[u8]) -> bool {
    const INDICATION: [u8; 2] = [0x00, 0x11];
    const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
    match data {
        [first, ..] if first >> 6 == 2 => false,
        _ if data.len() <= 4 => true,
        [first, ..] if data.len() == MIN_HEADER => *first < 64,
        [a, b, _, _, cookie @ ..] => [*a, *b] == INDICATION && cookie.starts_with(&COOKIE),
        _ => false,
    }
}

/// Whether packets of this payload type can be told from RTCP by every receiver.
#[inline]
pub(super) fn is_rtp_payload_type(payload_type: u8) -> bool {
    payload_type <= 127 && !RTCP_SHADOW.contains(&payload_type)
}
