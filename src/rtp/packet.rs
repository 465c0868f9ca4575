//! Pure: reads and writes one RTP packet (RFC 3550 section 5.1) in the caller's memory, on crate `rtp-types`.

use rtp_types::{RtpPacket, RtpPacketMut};

use super::{RtpFault, demux};

/// The longest packet that the engine takes or passes on, in octets: what a jumbo frame brings. What it makes itself is at
/// most as long as an Ethernet payload.
pub const MAX_PACKET: usize = 9_000;

/// Octets of the fixed header, which is all the header that [`write()`] makes.
pub const MIN_HEADER: usize = RtpPacket::MIN_RTP_PACKET_LEN;

/// The fixed header without what the engine does not use: contributing sources and header extensions are skipped on
/// the way in and not made on the way out.
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

/// Reads the packet in `data` (one whole datagram) and returns its header and its payload: what follows contributing
/// sources and header extension, without the padding. The payload may be empty. Real-time safe.
///
/// # Errors
/// What is wrong with `data`, or what it is instead: any kind but the two of writing.
pub fn parse(data: &[u8]) -> Result<(RtpHeader, &[u8]), RtpFault> {
    if data.len() > MAX_PACKET {
        return Err(RtpFault::TooLong);
    }
    demux::check(data)?;
    let packet = RtpPacket::parse(data).map_err(|_| cause(data))?;
    // Not `packet.payload()`: what that lends ends with `packet`, and the payload must live as long as `data`.
    let start = packet.payload_offset();
    let payload = data.get(start..start + packet.payload_len()).ok_or(RtpFault::BadPadding)?;
    let header = RtpHeader {
        marker: packet.marker_bit(),
        payload_type: packet.payload_type(),
        sequence: packet.sequence_number(),
        timestamp: packet.timestamp(),
        ssrc: packet.ssrc(),
    };
    Ok((header, payload))
}

/// Names the first part of a version 2 packet that does not fit, where `rtp-types` refused it: its own errors do not
/// say which part.
#[cold]
fn cause(data: &[u8]) -> RtpFault {
    let Some(&[first, ..]) = data.first_chunk::<MIN_HEADER>() else { return RtpFault::TooShort };
    let sources = 4 * usize::from(first & 0x0f);
    let Some(rest) = data.get(MIN_HEADER + sources..) else { return RtpFault::BadCsrc };
    if first & 0x10 == 0 {
        return RtpFault::BadPadding;
    }
    let fits = rest.first_chunk().is_some_and(|&[_, _, high, low]| {
        let words = usize::from(u16::from_be_bytes([high, low]));
        rest.len() >= 4 + 4 * words
    });
    if fits { RtpFault::BadPadding } else { RtpFault::BadExtension }
}

/// Writes a packet of `header` and `payload` to the start of `out` and returns its length in octets:
/// [`MIN_HEADER`] + `payload.len()`. Real-time safe.
///
/// # Errors
/// [`RtpFault::BadPayloadType`], [`RtpFault::TooLong`] (over [`MAX_PACKET`]) or [`RtpFault::ShortOutput`]; `out` is
/// unchanged then.
pub fn write(header: &RtpHeader, payload: &[u8], out: &mut [u8]) -> Result<usize, RtpFault> {
    if !demux::is_rtp_payload_type(header.payload_type) {
        return Err(RtpFault::BadPayloadType);
    }
    // Bounds the payload first, so that the sum below cannot wrap.
    if payload.len() > MAX_PACKET - MIN_HEADER {
        return Err(RtpFault::TooLong);
    }
    let length = MIN_HEADER + payload.len();
    let (head, body) =
        out.get_mut(..length).and_then(|out| out.split_at_mut_checked(MIN_HEADER)).ok_or(RtpFault::ShortOutput)?;
    // Version 2; no padding, extension or contributing sources. Edited in place, since the crate's builder is a value
    // of 400 octets that is moved at each step (a packet of 160 octets: 36 ns with it, 23 ns without).
    head.copy_from_slice(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut packet = RtpPacketMut::parse(head).map_err(|_| RtpFault::ShortOutput)?;
    packet.set_payload_type(header.payload_type).map_err(|_| RtpFault::BadPayloadType)?;
    packet.set_marker_bit(header.marker);
    packet.set_sequence_number(header.sequence);
    packet.set_timestamp(header.timestamp);
    packet.set_ssrc(header.ssrc);
    body.copy_from_slice(payload);
    Ok(length)
}
