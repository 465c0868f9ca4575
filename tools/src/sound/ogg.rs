//! Pure: Ogg Opus files (RFC 3533, RFC 7845): pages, the streams of a chain, their heads and packets; mono or stereo.

use anyhow::{Context, Result, bail, ensure};
use media_core::codec::audio::opus::OpusPacket;

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

/// Octets of a page's header before its table of segments.
const HEADER: usize = 27;
/// Header flags.
const CONTINUED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;
/// The stream's number: any.
const SERIAL: u32 = 0x6d63_6f72;
/// Lost packets that are made up for at one place; where more are missing, the sound gets shorter.
const MOST_LOST: u64 = 3_000;
/// Beginnings of a page that may prove to be none before a file is given up: bounds the time of a hostile one.
const MOST_FALSE: usize = 20_000;

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
fn write_page(out: &mut Vec<u8>, number: u32, flags: u8, granule: u64, packet: &[u8]) -> Result<()> {
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

/// A page whose checksum is right.
#[derive(Debug, Clone, Copy)]
struct Page<'a> {
    flags: u8,
    granule: Option<u64>,
    serial: u32,
    number: u32,
    segments: &'a [u8],
    body: &'a [u8],
}

impl<'a> Page<'a> {
    /// The page at the begin of `data`, and its length.
    fn at(data: &'a [u8]) -> Option<(Self, usize)> {
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

/// A stream that is being put together.
#[derive(Debug)]
struct Open {
    link: Link,
    serial: u32,
    /// Of the last page.
    number: u32,
    /// The begin of a packet that goes on in the next page.
    part: Option<Vec<u8>>,
    /// A page was missing since the last that ended a packet.
    hole: bool,
    /// Packets without a place in time yet.
    waiting: Vec<Vec<u8>>,
    /// Where the last page ended, and where the first began, in granules.
    place: Option<(u64, u64)>,
    begun: bool,
}

impl Open {
    /// Takes a page of this stream.
    fn take(&mut self, page: &Page<'_>) -> bool {
        let missing = page.number != self.number.wrapping_add(1);
        let orphan = (page.flags & CONTINUED != 0) != self.part.is_some();
        let hole = missing || orphan;
        self.number = page.number;
        self.hole |= hole;
        if hole {
            self.part = None;
        }
        let mut part = self.part.take().unwrap_or_default();
        // The rest of a packet whose begin is not there.
        let mut useless = page.flags & CONTINUED != 0 && hole;
        let (mut body, mut ended, mut inside) = (page.body, false, page.flags & CONTINUED != 0);
        for &length in page.segments {
            let (octets, rest) = body.split_at(usize::from(length));
            part.extend(octets);
            (body, inside) = (rest, length == 255);
            if length < 255 {
                ended = true;
                let packet = std::mem::take(&mut part);
                let tags = self.place.is_none() && self.waiting.is_empty() && packet.starts_with(b"OpusTags");
                if !(useless || tags) {
                    self.waiting.push(packet);
                }
                useless = false;
            }
        }
        self.part = (inside && !useless).then_some(part);
        if let (Some(granule), true) = (page.granule, ended) {
            self.place(granule);
        }
        self.begun = true;
        hole
    }

    /// The packets that wait end at `granule`.
    fn place(&mut self, granule: u64) {
        if self.waiting.is_empty() {
            return;
        }
        let known = |packet: &Vec<u8>| OpusPacket::parse(packet).ok().map(|p| p.samples(48_000) as u64);
        let usual = self.waiting.iter().chain(self.link.packets.last()).find_map(known).unwrap_or(960).max(120);
        let here: u64 = self.waiting.iter().map(|packet| known(packet).unwrap_or(usual)).sum();
        let (begin, former) = match self.place {
            Some((begin, end)) => (begin, end),
            // With all pages there, a stream that does not begin at 0 was cut out of a longer one.
            None if self.hole => (0, 0),
            None => (granule.saturating_sub(here), granule.saturating_sub(here)),
        };
        if self.hole {
            let lost = granule.saturating_sub(here).saturating_sub(former) / usual;
            let lost = if lost <= MOST_LOST { lost } else { 0 };
            self.link.packets.extend((0..lost).map(|_| Vec::new()));
        }
        self.link.packets.append(&mut self.waiting);
        self.hole = false;
        self.place = Some((begin, granule));
        self.link.head.end = granule.saturating_sub(begin);
    }

    fn finished(mut self) -> Link {
        // Packets behind the last granule: the file was cut off.
        if !self.waiting.is_empty() {
            self.link.packets.append(&mut self.waiting);
            self.link.head.end = u64::MAX;
        }
        self.link
    }
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

/// A stream's first page.
fn begin(page: &Page<'_>) -> Result<Open> {
    let [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', version, channels, a, b, c, d, e, f, g, h, family, map @ ..] =
        page.body
    else {
        bail!("OpusHead is cut off");
    };
    ensure!(version >> 4 == 0, "OpusHead is of version {version}, which nobody knows yet");
    // Whatever the family: one stream of Opus with the channels in their usual order.
    let usual = match map {
        _ if *family == 0 => true,
        [1, coupled, order @ ..] => {
            coupled + 1 == *channels && order.iter().take(2).eq([0, 1].iter().take(usize::from(*channels)))
        }
        _ => false,
    };
    ensure!(
        usual && (1..=2).contains(channels),
        "{channels} channels (mapping {family}): one or two are read; convert it, for instance ffmpeg -i IN -ac 2 OUT.wav"
    );
    let head = Head {
        channels: *channels,
        pre_skip: u16::from_le_bytes([*a, *b]),
        input_rate: u32::from_le_bytes([*c, *d, *e, *f]),
        gain: i16::from_le_bytes([*g, *h]),
        end: 0,
    };
    let link = Link { head, packets: Vec::new() };
    Ok(Open {
        link,
        serial: page.serial,
        number: page.number,
        part: None,
        hole: false,
        waiting: Vec::new(),
        place: None,
        begun: false,
    })
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
