//! Pure: the fixed header of an RTP packet (RFC 3550 section 5.1).

use rtp_types::RtpPacket;

/// Octets of the fixed header, which is all the header that [`write()`](super::write()) makes.
pub const MIN_HEADER: usize = RtpPacket::MIN_RTP_PACKET_LEN;

/// The fixed header without what the engine does not use: contributing sources and header extensions are skipped on
/// the way in and not made on the way out, but for the element that [`write_extended`](super::write_extended) makes.
///
/// ```
/// use media_core::rtp::{RtpHeader, parse, write};
///
/// let header = RtpHeader { marker: true, payload_type: 8, sequence: 65_535, timestamp: 160, ssrc: 0x1234 };
/// let mut datagram = [0; 200];
/// let octets = write(&header, &[0xD5; 160], &mut datagram)?;
/// assert_eq!(parse(&datagram[..octets])?, (header, &[0xD5; 160][..]));
/// # Ok::<(), media_core::rtp::RtpFault>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RtpHeader {
    /// The marker bit: for audio, the first packet of a talkspurt (RFC 3551 section 4.1).
    pub marker: bool,
    /// 0..=127.
    pub payload_type: u8,
    /// Counts packets, modulo 2^16.
    pub sequence: u16,
    /// In units of the payload type's clock, modulo 2^32.
    pub timestamp: u32,
    /// The synchronization source.
    pub ssrc: u32,
}
