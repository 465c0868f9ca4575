//! Pure: Ogg Opus files (RFC 3533, RFC 7845): one stream, one packet's end a page at most, mono or stereo.

use super::framed::Framed;
use anyhow::{Context, Result, bail, ensure};
use media_core::codec::audio::opus::OpusPacket;

/// What the head of the file says, and where the stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// 1 or 2.
    pub channels: u8,
    /// Samples at 48 kHz to be left out at the start: the encoder's delay.
    pub pre_skip: u16,
    /// The sample rate of what was encoded, for information.
    pub input_rate: u32,
    /// Samples at 48 kHz of the whole, those to be skipped included.
    pub end: u64,
}

/// Octets of a page's header before its table of segments.
const HEADER: usize = 27;
/// Header flags.
const CONTINUED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;
/// The stream's number: any.
const SERIAL: u32 = 0x6d63_6f72;

/// CRC-32 of Ogg: polynomial 0x04c11db7, most significant bit first, nothing inverted.
fn checksum(octets: &[u8]) -> u32 {
    octets.iter().fold(0, |crc: u32, &octet| {
        (0..8).fold(crc ^ (u32::from(octet) << 24), |c, _| (c << 1) ^ if c >> 31 == 1 { 0x04c1_1db7 } else { 0 })
    })
}

/// A page with one packet that begins and ends in it.
fn page(out: &mut Vec<u8>, number: u32, flags: u8, granule: u64, packet: &[u8]) -> Result<()> {
    let segments = packet.len() / 255 + 1;
    ensure!(segments <= 255, "a packet of {} octets does not fit in a page", packet.len());
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend(granule.to_le_bytes());
    page.extend(SERIAL.to_le_bytes());
    page.extend(number.to_le_bytes());
    page.extend([0; 4]);
    page.push(segments as u8);
    page.extend((0..segments).map(|n| packet.len().saturating_sub(255 * n).min(255) as u8));
    page.extend(packet);
    let crc = checksum(&page);
    page[22..26].copy_from_slice(&crc.to_le_bytes());
    out.extend(page);
    Ok(())
}

/// A file of packets.
///
/// # Errors
/// A packet that is none of Opus.
pub fn write(head: &Head, packets: &[Framed]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut first = b"OpusHead\x01".to_vec();
    first.push(head.channels);
    first.extend(head.pre_skip.to_le_bytes());
    first.extend(head.input_rate.to_le_bytes());
    first.extend([0; 3]); // no gain, channel mapping family 0
    page(&mut out, 0, FIRST, 0, &first)?;
    let vendor = concat!("media-core ", env!("CARGO_PKG_VERSION"));
    let mut tags = b"OpusTags".to_vec();
    tags.extend((vendor.len() as u32).to_le_bytes());
    tags.extend(vendor.as_bytes());
    tags.extend([0; 4]); // no comments
    page(&mut out, 1, 0, 0, &tags)?;
    let mut granule = 0;
    for (n, packet) in packets.iter().enumerate() {
        granule += OpusPacket::parse(&packet.octets)?.samples(48_000) as u64;
        let last = n + 1 == packets.len();
        let (flags, granule) = if last { (LAST, granule.min(head.end)) } else { (0, granule) };
        page(&mut out, n as u32 + 2, flags, granule, &packet.octets)?;
    }
    Ok(out)
}

/// Reads a file's head and packets.
///
/// # Errors
/// It is no Ogg Opus file of one stream and one or two channels, or it is damaged.
pub fn read(mut data: &[u8]) -> Result<(Head, Vec<Vec<u8>>)> {
    let (mut packets, mut open, mut serial, mut end): (Vec<Vec<u8>>, Vec<u8>, _, _) = (Vec::new(), Vec::new(), None, 0);
    while !data.is_empty() {
        let (page, rest) = split_page(data).context("damaged Ogg page")?;
        data = rest;
        let word = |at: usize| u32::from_le_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]]);
        ensure!(*serial.get_or_insert(word(14)) == word(14), "more than one stream in the file");
        ensure!((page[5] & CONTINUED == 1) != open.is_empty(), "a part of a packet is missing");
        let segments = usize::from(page[26]);
        let mut body = &page[HEADER + segments..];
        for &length in &page[HEADER..HEADER + segments] {
            let (part, left) = body.split_at(usize::from(length));
            open.extend(part);
            body = left;
            if length < 255 {
                packets.push(std::mem::take(&mut open));
            }
        }
        let granule = u64::from(word(6)) | u64::from(word(10)) << 32;
        end = if granule == u64::MAX { end } else { granule };
    }
    ensure!(packets.len() >= 2, "no Ogg Opus file: its two header packets are not there");
    let audio = packets.split_off(2);
    let [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', version, channels, a, b, c, d, e, f, _, _, family, ..] =
        packets[0][..]
    else {
        bail!("no Ogg Opus file: OpusHead is not there");
    };
    ensure!(version >> 4 == 0, "OpusHead of version {version}");
    ensure!(family == 0 && (1..=2).contains(&channels), "{channels} channels (mapping {family}): one or two are taken");
    let head =
        Head { channels, pre_skip: u16::from_le_bytes([a, b]), input_rate: u32::from_le_bytes([c, d, e, f]), end };
    Ok((head, audio))
}

/// The first page, its checksum right, and what follows it.
fn split_page(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let segments = data.get(HEADER..HEADER + usize::from(*data.get(26)?))?;
    let length = HEADER + segments.len() + segments.iter().map(|&n| usize::from(n)).sum::<usize>();
    let (page, rest) = data.split_at_checked(length)?;
    let mut blank = page.to_vec();
    blank[22..26].fill(0);
    (page.starts_with(b"OggS\0") && page[22..26] == checksum(&blank).to_le_bytes()).then_some((page, rest))
}
