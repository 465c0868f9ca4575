//! Pure: a stream of Ogg Opus that is put together page by page (RFC 7845), what is missing made up for.

use super::page::{CONTINUED, Page};
use super::{Head, Link};
use anyhow::{Result, bail, ensure};
use media_core::codec::audio::opus::OpusPacket;

/// Lost packets that are made up for at one place; where more are missing, the sound gets shorter.
const MOST_LOST: u64 = 3_000;

/// A stream that is being put together.
#[derive(Debug)]
pub(super) struct Open {
    link: Link,
    pub(super) serial: u32,
    /// Of the last page.
    pub(super) number: u32,
    /// The begin of a packet that goes on in the next page.
    part: Option<Vec<u8>>,
    /// A page was missing since the last that ended a packet.
    hole: bool,
    /// Packets without a place in time yet.
    waiting: Vec<Vec<u8>>,
    /// Where the last page ended, and where the first began, in granules.
    place: Option<(u64, u64)>,
    pub(super) begun: bool,
}

impl Open {
    /// Takes a page of this stream.
    pub(super) fn take(&mut self, page: &Page<'_>) -> bool {
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

    pub(super) fn finished(mut self) -> Link {
        // Packets behind the last granule: the file was cut off.
        if !self.waiting.is_empty() {
            self.link.packets.append(&mut self.waiting);
            self.link.head.end = u64::MAX;
        }
        self.link
    }
}

/// A stream's first page.
pub(super) fn begin(page: &Page<'_>) -> Result<Open> {
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
