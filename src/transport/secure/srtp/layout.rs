//! Pure: what of a packet stays readable: its header.

use crate::rtp::{MIN_HEADER, SrtpFault};

/// The fixed header of RTCP with its sender (RFC 3711 section 3.4).
pub(super) const RTCP_HEADER: usize = 8;
/// E flag and index of SRTCP.
pub(super) const RTCP_INDEX: usize = 4;
/// The E flag: what precedes is encrypted.
pub(super) const ENCRYPTED: u32 = 1 << 31;

/// What of an RTP header the transform needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub sequence: u16,
    pub ssrc: u32,
    /// With contributing sources and header extension (RFC 3711 section 3.1): these stay readable.
    pub octets: usize,
}

/// The header of the RTP packet that `packet` is, without its tag.
pub(super) fn rtp_header(packet: &[u8]) -> Result<Header, SrtpFault> {
    let (&[first, _, s1, s0, _, _, _, _, c3, c2, c1, c0], rest) =
        packet.split_first_chunk::<MIN_HEADER>().ok_or(SrtpFault::TooShort)?;
    let mut octets = MIN_HEADER + 4 * usize::from(first & 0x0f);
    if first & 0x10 != 0 {
        let at = octets - MIN_HEADER;
        let words = rest.get(at + 2..at + 4).and_then(|word| word.first_chunk()).ok_or(SrtpFault::BadHeader)?;
        octets += 4 + 4 * usize::from(u16::from_be_bytes(*words));
    }
    if octets > packet.len() {
        return Err(SrtpFault::BadHeader);
    }
    Ok(Header { sequence: u16::from_be_bytes([s1, s0]), ssrc: u32::from_be_bytes([c3, c2, c1, c0]), octets })
}

/// The sender of the RTCP packet that `packet` is.
pub(super) fn rtcp_sender(packet: &[u8]) -> Result<u32, SrtpFault> {
    let &[_, _, _, _, c3, c2, c1, c0] = packet.first_chunk::<RTCP_HEADER>().ok_or(SrtpFault::TooShort)?;
    Ok(u32::from_be_bytes([c3, c2, c1, c0]))
}
