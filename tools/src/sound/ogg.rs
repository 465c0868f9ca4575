//! Pure: Ogg Opus files (RFC 3533, RFC 7845): the streams of a chain, their heads and packets; mono or stereo.

mod page;
mod stream;

use anyhow::{Context, Result, ensure};
use media_core::codec::audio::opus::OpusPacket;
use page::{FIRST, LAST, Page, write_page};
use stream::{Open, begin};

/// What the head of a stream says, and where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// 1 or 2.
    pub channels: u8,
    /// Samples at 48 kHz to be left out at the start: the encoder's delay.
    pub pre_skip: u16,
    /// The sample rate of what was encoded, for information.
    pub input_rate: u32,
    /// By how much what was decoded is to be turned up, in 1/256 dB.
    pub gain: i16,
    /// Samples at 48 kHz of the whole, those to be skipped included.
    pub end: u64,
}

impl Head {
    /// The gain as a factor.
    #[must_use]
    pub fn factor(&self) -> f32 {
        10_f32.powf(f32::from(self.gain) / (20.0 * 256.0))
    }
}

/// A stream of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its head.
    pub head: Head,
    /// Its packets; one without an octet is lost with a page and takes as long as the one before.
    pub packets: Vec<Vec<u8>>,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// Its streams, one after another.
    pub links: Vec<Link>,
    /// Places where octets were no page, or a page was missing.
    pub damaged: usize,
}

/// Beginnings of a page that may prove to be none before a file is given up: bounds the time of a hostile one.
const MOST_FALSE: usize = 20_000;

/// A file of one stream.
///
/// # Errors
/// A packet that is none of Opus.
pub fn write<'a>(head: &Head, packets: impl ExactSizeIterator<Item = &'a [u8]>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut first = b"OpusHead\x01".to_vec();
    first.push(head.channels);
    first.extend(head.pre_skip.to_le_bytes());
    first.extend(head.input_rate.to_le_bytes());
    first.extend(head.gain.to_le_bytes());
    first.push(0); // channel mapping family
    write_page(&mut out, 0, FIRST, 0, &first)?;
    let vendor = concat!("media-core ", env!("CARGO_PKG_VERSION"));
    let mut tags = b"OpusTags".to_vec();
    tags.extend((vendor.len() as u32).to_le_bytes());
    tags.extend(vendor.as_bytes());
    tags.extend([0; 4]); // no comments
    write_page(&mut out, 1, 0, 0, &tags)?;
    let (mut granule, count) = (0, packets.len());
    for (n, packet) in packets.enumerate() {
        granule += OpusPacket::parse(packet)?.samples(48_000) as u64;
        let (flags, granule) = if n + 1 == count { (LAST, granule.min(head.end)) } else { (0, granule) };
        write_page(&mut out, n as u32 + 2, flags, granule, packet)?;
    }
    Ok(out)
}

/// Reads a file's streams. Damaged pages are left out, and the packets that were in them are there without an octet.
///
/// # Errors
/// There is no stream of Opus with one or two channels and a packet.
pub fn read(data: &[u8]) -> Result<Chain> {
    let mut chain = Chain::default();
    let (mut open, mut foreign, mut at, mut false_begins): (Option<Open>, _, _, _) = (None, None, 0, 0);
    let mut hurt = false;
    while at < data.len() {
        let Some((page, length)) = Page::at(&data[at..]) else {
            // One place, however many beginnings of pages are in it.
            chain.damaged += usize::from(!hurt);
            (hurt, false_begins) = (true, false_begins + 1);
            ensure!(false_begins < MOST_FALSE, "it is damaged in more places than can be made good");
            let next = data[at + 1..].windows(4).position(|w| w == b"OggS");
            at = next.map_or(data.len(), |next| at + 1 + next);
            continue;
        };
        at += length;
        let told = std::mem::take(&mut hurt);
        if page.flags & FIRST != 0 {
            // All streams that sound at once begin before any goes on: only one is taken of them.
            let at_once = open.as_ref().is_some_and(|open| !open.begun && open.serial != page.serial);
            if page.body.starts_with(b"OpusHead") && !at_once {
                chain.links.extend(open.take().map(Open::finished));
                open = Some(begin(&page)?);
            } else if !page.body.starts_with(b"OpusHead") {
                foreign = foreign.or(Some(codec(page.body)));
                chain.links.extend(open.take_if(|open| open.begun).map(Open::finished));
            }
            continue;
        }
        if let Some(open) = open.as_mut().filter(|open| open.serial == page.serial)
            && page.number != open.number
        {
            // What was damaged is missing here: the same place.
            chain.damaged += usize::from(open.take(&page) && !told);
        }
    }
    chain.links.extend(open.map(Open::finished));
    ensure!(
        !chain.links.is_empty(),
        "no Ogg Opus file: {}",
        foreign.map_or("OpusHead is not there, or damaged".to_owned(), |name| format!(
            "it holds {name}; convert it, for instance ffmpeg -i IN OUT.wav"
        ))
    );
    chain.links.retain(|link| !link.packets.is_empty());
    ensure!(!chain.links.is_empty(), "it holds no packet of sound");
    Ok(chain)
}

/// What a stream of another codec is called.
fn codec(head: &[u8]) -> &'static str {
    let known: [(&[u8], &str); 7] = [
        (b"\x01vorbis", "Vorbis"),
        (b"\x7fFLAC", "FLAC"),
        (b"fLaC", "FLAC"),
        (b"Speex   ", "Speex"),
        (b"\x80theora", "Theora"),
        (b"fishead", "a skeleton and no Opus"),
        (b"BBCD", "Dirac"),
    ];
    known.iter().find(|(begin, _)| head.starts_with(begin)).map_or("an unknown codec", |(_, name)| name)
}

/// Reads a file of one stream.
///
/// # Errors
/// As [`read`]; more streams.
pub fn read_single(data: &[u8]) -> Result<Link> {
    let mut chain = read(data)?;
    ensure!(chain.links.len() == 1, "it is a chain of {} streams: decode it first", chain.links.len());
    chain.links.pop().context("no stream")
}
