//! Pure: pages of Ogg (RFC 3533): their octets, their checksum.

use anyhow::{Result, ensure};

/// Octets of a page's header before its table of segments.
const HEADER: usize = 27;
/// Header flags.
pub(super) const CONTINUED: u8 = 1;
pub(super) const FIRST: u8 = 2;
pub(super) const LAST: u8 = 4;
/// The stream's number: any.
const SERIAL: u32 = 0x6d63_6f72;

/// The remainder of each octet.
const TABLE: [u32; 256] = {
    let (mut table, mut n) = ([0; 256], 0);
    while n < 256 {
        let (mut crc, mut bit) = ((n as u32) << 24, 0);
        while bit < 8 {
            crc = (crc << 1) ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};

/// CRC-32 of Ogg: polynomial 0x04c11db7, most significant bit first, nothing inverted.
fn checksum(octets: impl Iterator<Item = u8>) -> u32 {
    octets.fold(0, |crc: u32, octet| (crc << 8) ^ TABLE[usize::from((crc >> 24) as u8 ^ octet)])
}

/// A page with one packet that begins and ends in it.
pub(super) fn write_page(out: &mut Vec<u8>, number: u32, flags: u8, granule: u64, packet: &[u8]) -> Result<()> {
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
    let crc = checksum(page.iter().copied());
    page[22..26].copy_from_slice(&crc.to_le_bytes());
    out.extend(page);
    Ok(())
}

/// A page whose checksum is right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) flags: u8,
    pub(super) granule: Option<u64>,
    pub(super) serial: u32,
    pub(super) number: u32,
    pub(super) segments: &'a [u8],
    pub(super) body: &'a [u8],
}

impl<'a> Page<'a> {
    /// The page at the begin of `data`, and its length.
    pub(super) fn at(data: &'a [u8]) -> Option<(Self, usize)> {
        let segments = data.get(HEADER..HEADER + usize::from(*data.get(26)?))?;
        let begin = HEADER + segments.len();
        let length = begin + segments.iter().map(|&n| usize::from(n)).sum::<usize>();
        let page = data.get(..length)?;
        let word = |at: usize| u32::from_le_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]]);
        let blank = page.iter().enumerate().map(|(n, octet)| if (22..26).contains(&n) { 0 } else { *octet });
        let right = page.starts_with(b"OggS\0") && word(22) == checksum(blank);
        let granule = u64::from(word(6)) | u64::from(word(10)) << 32;
        let granule = (granule != u64::MAX).then_some(granule);
        let page = Self { flags: page[5], granule, serial: word(14), number: word(18), segments, body: &page[begin..] };
        right.then_some((page, length))
    }
}
