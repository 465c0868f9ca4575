//! Pure: the `fmt ` chunk of a WAV file: how its samples are stored.

use anyhow::{Context, Result, bail, ensure};

/// How one sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// Integers in so many octets, 1 to 8; one octet is unsigned. Fewer valid bits than the octets have are the upper ones.
    Linear(u16),
    /// Floating point of 4 or 8 octets, 1.0 = full scale.
    Float(u16),
    /// µ-law of G.711.
    Ulaw,
    /// A-law of G.711.
    Alaw,
}

impl Stored {
    /// Octets of one sample.
    #[must_use]
    pub const fn octets(self) -> usize {
        match self {
            Self::Linear(octets) | Self::Float(octets) => octets as usize,
            Self::Ulaw | Self::Alaw => 1,
        }
    }
}

/// What a `fmt ` chunk says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Samples a second.
    pub rate: u32,
    /// 1 to [`MOST_CHANNELS`].
    pub channels: u16,
    /// As the bits tell it.
    pub stored: Stored,
    /// Octets that linear samples may have in truth: `nBlockAlign` tells more than the bits do. The samples decide
    /// (see [`super::riff`]); writers who leave the field wrong are as common.
    pub wider: Option<u16>,
}

/// More is a damaged header, as ffmpeg has it.
pub const MOST_CHANNELS: u16 = 512;

const EXTENSIBLE: u16 = 0xfffe;
/// Ends of the sub-formats that carry a format tag in their first two octets: Microsoft's, and that of ambisonic files.
const TAGGED: [[u8; 14]; 2] = [
    [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71],
    [0, 0, 0x21, 0x07, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca, 0, 0, 0],
];

/// Reads the chunk; of a RIFX file its numbers are big-endian.
///
/// # Errors
/// What it lacks, or the name of a codec that is not read.
pub fn parse(chunk: &[u8], big: bool) -> Result<Format> {
    let word = |o: &[u8]| if big { u16::from_be_bytes([o[0], o[1]]) } else { u16::from_le_bytes([o[0], o[1]]) };
    let half = |at: usize| chunk.get(at..at + 2).map(word);
    let rate = chunk.get(4..8).map(|o| {
        let rate = [o[0], o[1], o[2], o[3]];
        if big { u32::from_be_bytes(rate) } else { u32::from_le_bytes(rate) }
    });
    let (Some(mut tag), Some(channels), Some(rate), Some(align)) = (half(0), half(2), rate, half(12)) else {
        bail!("its fmt chunk has {} octets, 16 at least are needed", chunk.len());
    };
    // The oldest form, WAVEFORMAT, ends before the bits.
    let bits = half(14).unwrap_or(8);
    ensure!(channels > 0, "its fmt chunk says 0 channels");
    ensure!(channels <= MOST_CHANNELS, "its fmt chunk says {channels} channels; up to {MOST_CHANNELS} are read");
    ensure!(rate > 0, "its fmt chunk says 0 samples a second");
    if tag == EXTENSIBLE {
        let guid = chunk.get(24..40).context("its fmt chunk is WAVE_FORMAT_EXTENSIBLE, but has no sub-format")?;
        let hex = || guid.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        tag = match guid {
            [_, _, end @ ..] if TAGGED.iter().any(|tagged| end == tagged) => word(guid),
            // The whole GUID in the order of the file.
            [0, 0, _, _, 0, 0, 0, 0x10, end @ ..] if big && *end == TAGGED[0][6..] => word(&guid[2..]),
            _ => bail!("its samples are of an unknown sub-format ({})", hex()),
        };
    }
    let own = bits.div_ceil(8);
    let stored = match tag {
        1 if (1..=64).contains(&bits) => Stored::Linear(own),
        3 if bits == 32 || bits == 64 => Stored::Float(own),
        6 => Stored::Alaw,
        7 => Stored::Ulaw,
        1 | 3 => bail!("its fmt chunk says samples of {bits} bits ({})", codec(tag)),
        other => bail!(
            "it holds {} (format 0x{other:04x}); linear, float, µ-law and A-law samples are read: convert it, for instance \
             ffmpeg -i IN -c:a pcm_s16le OUT.wav",
            codec(other)
        ),
    };
    let octets = align / channels;
    let fits = matches!(stored, Stored::Linear(_)) && align % channels == 0 && octets > own && octets <= 4;
    Ok(Format { rate, channels, stored, wider: fits.then_some(octets) })
}

/// The name of a format tag.
fn codec(tag: u16) -> &'static str {
    match tag {
        0x0001 => "linear",
        0x0002 => "Microsoft ADPCM",
        0x0003 => "float",
        0x0010 | 0x0017 => "OKI ADPCM",
        0x0011 => "IMA ADPCM",
        0x0014 | 0x0040 => "G.723 or G.721 ADPCM",
        0x0022 => "TrueSpeech",
        0x0031 => "GSM 6.10",
        0x0042 | 0x0111 => "G.723.1",
        0x0045 | 0x0064 => "G.726 ADPCM",
        0x0050 => "MPEG layer 2",
        0x0055 => "MP3",
        0x0065 | 0x028f => "G.722",
        0x0083 | 0x0133 => "G.729",
        0x0092 => "Dolby AC-3 over S/PDIF",
        0x00ff | 0x1600 | 0x1610 => "AAC",
        0x0160..=0x0163 => "Windows Media audio",
        0x2000 => "AC-3",
        0x674f..=0x6771 => "Vorbis",
        0x704f => "Opus",
        0xa109 => "Speex",
        0xf1ac => "FLAC",
        _ => "an unknown codec",
    }
}
