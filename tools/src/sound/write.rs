//! Control: WAV out. All is in memory, so that the lengths are known at the beginning and a pipe will do; beyond 4 GiB it is
//! RF64 (EBU Tech 3306).

use super::Sound;
use super::format::Stored;
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Unsigned 8 bits.
    U8,
    /// Signed 16 bits.
    I16,
    /// Signed 24 bits.
    I24,
    /// Signed 32 bits.
    I32,
    /// Floating point, 32 bits.
    F32,
    /// Floating point, 64 bits.
    F64,
    /// µ-law of G.711.
    Ulaw,
    /// A-law of G.711.
    Alaw,
}

impl Encoding {
    /// Bits of a sample.
    #[must_use]
    pub const fn bits(self) -> u16 {
        match self {
            Self::U8 | Self::Ulaw | Self::Alaw => 8,
            Self::I16 => 16,
            Self::I24 => 24,
            Self::I32 | Self::F32 => 32,
            Self::F64 => 64,
        }
    }

    /// The format tag.
    const fn tag(self) -> u16 {
        match self {
            Self::U8 | Self::I16 | Self::I24 | Self::I32 => 1,
            Self::F32 | Self::F64 => 3,
            Self::Alaw => 6,
            Self::Ulaw => 7,
        }
    }

    /// That of a file's samples, or the next wider one.
    #[must_use]
    pub const fn of(stored: Stored) -> Self {
        match stored {
            Stored::Linear(1) => Self::U8,
            Stored::Linear(2) => Self::I16,
            Stored::Linear(3) => Self::I24,
            Stored::Linear(_) => Self::I32,
            Stored::Float(8) => Self::F64,
            Stored::Float(_) => Self::F32,
            Stored::Ulaw => Self::Ulaw,
            Stored::Alaw => Self::Alaw,
        }
    }
}

/// Writes a WAV file of 16 bit. Values beyond full scale are clipped; returns how many were.
///
/// # Errors
/// It cannot be written, or holds no sample.
pub fn write(path: &Path, sound: &Sound) -> Result<usize> {
    let mut clipped = 0;
    let mut data = Vec::with_capacity(2 * sound.samples() * sound.channels.len());
    for index in 0..sound.samples() {
        for channel in &sound.channels {
            let value = (channel[index] * 32_768.0).round();
            clipped += usize::from(!(-32_768.0..=32_767.0).contains(&value));
            data.extend((value.clamp(-32_768.0, 32_767.0) as i16).to_le_bytes());
        }
    }
    write_octets(path, sound.rate, u16::try_from(sound.channels.len())?, Encoding::I16, &data)?;
    Ok(clipped)
}

/// Writes a WAV file of interleaved little-endian octets.
///
/// # Errors
/// It cannot be written, or holds no sample: an empty file is nobody's wish.
pub fn write_octets(path: &Path, rate: u32, channels: u16, encoding: Encoding, data: &[u8]) -> Result<()> {
    ensure!(!data.is_empty(), "cannot write {}: it would hold no sample", path.display());
    let cannot = || format!("cannot write {}", path.display());
    let mut file = BufWriter::new(File::create(path).with_context(cannot)?);
    file.write_all(&header(rate, channels, encoding, data.len() as u64)).with_context(cannot)?;
    file.write_all(data).with_context(cannot)?;
    if data.len() % 2 == 1 {
        file.write_all(&[0]).with_context(cannot)?;
    }
    file.flush().with_context(cannot)
}

/// All that stands before the samples.
#[must_use]
pub fn header(rate: u32, channels: u16, encoding: Encoding, length: u64) -> Vec<u8> {
    let bits = encoding.bits();
    let frame = channels * (bits / 8);
    // WAVE_FORMAT_EXTENSIBLE where Microsoft demands it: more than 16 bits of integers, or more than two channels.
    let extensible = channels > 2 || encoding.tag() == 1 && bits > 16;
    let mut fmt = Vec::new();
    fmt.extend(if extensible { 0xfffe } else { encoding.tag() }.to_le_bytes());
    fmt.extend(channels.to_le_bytes());
    fmt.extend(rate.to_le_bytes());
    fmt.extend(rate.wrapping_mul(frame.into()).to_le_bytes());
    fmt.extend(frame.to_le_bytes());
    fmt.extend(bits.to_le_bytes());
    if extensible {
        fmt.extend(22_u16.to_le_bytes());
        fmt.extend(bits.to_le_bytes());
        fmt.extend([0; 4]); // no positions of loudspeakers
        fmt.extend(encoding.tag().to_le_bytes());
        fmt.extend([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
    } else if encoding.tag() != 1 {
        fmt.extend([0; 2]);
    }
    let frames = length / u64::from(frame.max(1));
    let mut chunks = chunk(*b"fmt ", &fmt);
    if encoding.tag() != 1 {
        chunks.extend(chunk(*b"fact", &u32::try_from(frames).unwrap_or(u32::MAX).to_le_bytes()));
    }
    let whole = 4 + chunks.len() as u64 + 8 + length + length % 2;
    let mut head = Vec::new();
    if let Ok(short) = u32::try_from(whole) {
        head.extend(*b"RIFF");
        head.extend(short.to_le_bytes());
        head.extend(*b"WAVE");
    } else {
        let sizes = [whole + 36, length, frames].map(u64::to_le_bytes).concat();
        head.extend(*b"RF64\xff\xff\xff\xffWAVE");
        head.extend(chunk(*b"ds64", &[&sizes[..], &[0; 4]].concat()));
    }
    head.extend(chunks);
    head.extend(*b"data");
    head.extend(u32::try_from(whole).map_or(u32::MAX, |_| length as u32).to_le_bytes());
    head
}

fn chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend((body.len() as u32).to_le_bytes());
    chunk.extend(body);
    chunk
}
