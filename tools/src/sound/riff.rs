//! Pure: the chunks of a WAV file, as recorders, editors and streams leave them behind.
//!
//! Where the field and the letter differ: a length of 0, of 0xFFFFFFFF, or beyond the file's end means all there is; an odd
//! chunk is padded, unless what follows says that it is not; several data chunks are one sound; what follows the data is no
//! matter; the lengths of RIFF itself, the byte rate and (mostly) the block alignment are not believed.

use super::format::{self, Format, Stored};
use anyhow::{Context, Result, bail, ensure};

/// The samples of a WAV file as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// How.
    pub format: Format,
    /// Whole frames, little-endian.
    pub data: Vec<u8>,
    /// What a user should know of the file.
    pub remarks: Vec<String>,
}

/// A length that a stream's writer never came to fill in.
const OPEN: u64 = 0xffff_ffff;

/// Names of chunks by which a chunk is recognized behind one of odd length.
const NAMES: [&[u8; 4]; 22] = [
    b"fmt ", b"data", b"LIST", b"fact", b"bext", b"JUNK", b"junk", b"PAD ", b"FLLR", b"cue ", b"smpl", b"inst",
    b"iXML", b"axml", b"chna", b"PEAK", b"afsp", b"cart", b"ds64", b"id3 ", b"ID3 ", b"_PMX",
];

struct Walk<'a> {
    octets: &'a [u8],
    big: bool,
}

impl<'a> Walk<'a> {
    fn long(&self, at: usize) -> Option<u64> {
        let word: [u8; 4] = self.octets.get(at..at + 4)?.try_into().ok()?;
        Some(u64::from(if self.big { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }))
    }

    /// The name and the stated length of the chunk at `at`.
    fn head(&self, at: usize) -> Option<(&'a [u8], u64)> {
        Some((self.octets.get(at..at + 4)?, self.long(at + 4)?))
    }

    /// How much it looks as if a chunk began at `at`.
    fn likely(&self, at: usize) -> u8 {
        match self.head(at) {
            Some((name, _)) if NAMES.iter().any(|known| *known == name) => 3,
            Some((name, length)) if name.iter().all(|c| (b' '..=b'~').contains(c)) => {
                1 + u8::from(length <= (self.octets.len() - at) as u64)
            }
            None if at >= self.octets.len() => 1,
            _ => 0,
        }
    }

    /// Where the chunk after one that ends at `end` begins.
    fn after(&self, end: usize, length: u64) -> usize {
        let padded = end + (length & 1) as usize;
        if self.likely(end) > self.likely(padded) { end } else { padded }
    }

    /// Whether nothing but chunks follows from `at` to the very end.
    fn chunks_to_the_end(&self, mut at: usize) -> bool {
        while at < self.octets.len() {
            let Some((name, length)) = self.head(at) else { return false };
            let end = at as u64 + 8 + length;
            if !name.iter().all(|c| (b' '..=b'~').contains(c)) || end > self.octets.len() as u64 {
                return false;
            }
            at = self.after(end as usize, length);
        }
        true
    }
}

/// Reads the chunks of a file that begins as WAV does.
///
/// # Errors
/// What is missing, or not read.
pub fn parse(octets: &[u8]) -> Result<Wave> {
    let walk = Walk { octets, big: octets.starts_with(b"RIFX") };
    let wide = octets.starts_with(b"RF64") || octets.starts_with(b"BW64");
    let (mut format, mut pieces, mut remarks) = (None, Vec::new(), Vec::new());
    let (mut long_data, mut beyond, mut at) = (None, None, 12);
    while let Some((name, stated)) = walk.head(at) {
        let body = at + 8;
        let rest = (octets.len() - body) as u64;
        let is_data = name == b"data";
        let length = match long_data {
            Some(length) if is_data && stated == OPEN => length,
            _ => stated,
        };
        // A data chunk of no length has been left open, unless chunks follow and nothing else.
        let open = is_data && (length == OPEN || length == 0 && pieces.is_empty() && !walk.chunks_to_the_end(body));
        if length > rest && !open && !is_data {
            beyond = Some(format!("its chunk `{}` says {length} octets, {rest} follow", name.escape_ascii()));
        }
        if length > rest && is_data && !open && !(0x7fff_0000..=0x8000_0000).contains(&length) {
            remarks.push(format!(
                "ends early, as a recording that was cut off: {rest} of {length} octets of sound are there"
            ));
        }
        let end = body + if open { rest } else { length.min(rest) } as usize;
        let content = &octets[body..end];
        match name {
            b"ds64" if wide => {
                long_data = walk.long(body + 8).zip(walk.long(body + 12)).map(|(low, high)| high << 32 | low)
            }
            b"fmt " if format.is_none() => {
                format = Some(format::parse(content, walk.big)?);
            }
            b"data" => pieces.push(content),
            _ => {}
        }
        at = walk.after(end, length);
    }
    let missing = |what: &str| beyond.clone().unwrap_or_else(|| format!("it has no {what} chunk"));
    let mut format: Format = format.with_context(|| missing("fmt"))?;
    if pieces.is_empty() {
        bail!(missing("data"));
    }
    let mut data = pieces.concat();
    if let (Some(wider), Stored::Linear(own)) = (format.wider, format.stored)
        && pads(&data, usize::from(wider), usize::from(own), walk.big)
    {
        format.stored = Stored::Linear(wider);
    }
    let frame = format.stored.octets() * usize::from(format.channels);
    data.truncate(data.len() / frame * frame);
    ensure!(!data.is_empty(), "it holds no sample");
    if walk.big {
        data.chunks_exact_mut(format.stored.octets()).for_each(<[u8]>::reverse);
    }
    Ok(Wave { format, data, remarks })
}

/// Whether each sample of `wide` octets has `own` that matter, the lower ones being zero.
fn pads(data: &[u8], wide: usize, own: usize, big: bool) -> bool {
    let low = |sample: &[u8]| {
        let (first, last) = (&sample[..wide - own], &sample[own..]);
        (if big { last } else { first }).iter().all(|octet| *octet == 0)
    };
    data.len() >= wide && data.chunks_exact(wide).all(low)
}
