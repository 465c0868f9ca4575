//! Pure: tells the protocols that share an RTP port apart by their first octets (RFC 7983 section 7, RFC 5761
//! section 4).

use super::RtpFault;

/// RTCP packet types of a version 2 packet, by its second octet: RFC 5761 section 4 keeps RTP out of this range.
const RTCP_TYPES: std::ops::RangeInclusive<u8> = 192..=223;

/// RTP payload types that would put the second octet into [`RTCP_TYPES`] once the marker is set.
const RTCP_SHADOW: std::ops::RangeInclusive<u8> = 64..=95;

/// `Err` with what the datagram is where its first two octets say that it is not RTP.
#[inline]
pub(super) fn check(data: &[u8]) -> Result<(), RtpFault> {
    match data.first() {
        None => Err(RtpFault::Empty),
        Some(128..=191) => match data.get(1) {
            Some(second) if RTCP_TYPES.contains(second) => Err(RtpFault::Rtcp),
            _ => Ok(()),
        },
        Some(0..=3) => Err(RtpFault::Stun),
        Some(20..=63) => Err(RtpFault::Dtls),
        Some(_) => Err(RtpFault::BadVersion),
    }
}

/// Whether packets of this payload type can be told from RTCP by every receiver.
#[inline]
pub(super) fn is_rtp_payload_type(payload_type: u8) -> bool {
    payload_type <= 127 && !RTCP_SHADOW.contains(&payload_type)
}
