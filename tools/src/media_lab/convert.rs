//! Control: `media-lab convert`: sample format, channels and sample rate of a WAV file, through the library's
//! [`FormatConverter`].

use super::codec_choice::engine_rate;
use super::progress::Progress;
use super::shape;
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use crate::cli::values::within;
use crate::sound::kind::Kind;
use crate::sound::write::{Encoding, write_octets};
use crate::sound::{self, Sound, riff};
use anyhow::{Context, Result};
use clap::ValueEnum;
use media_core::codec::AudioEncoder as _;
use media_core::codec::audio::g711::{G711Encoder, Law};
use media_core::processing::format::bit_depth::SampleFormat;
use media_core::processing::format::{FormatConverter, PcmFormat};
use media_core::types::SampleRate;
use std::path::{Path, PathBuf};

/// What `convert` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab convert --rate 8000 --channels 1 --format i16 studio.wav phone.wav
  media-lab convert --format u8 --json in.wav out.wav

What is not given stays as in INPUT (Ogg Opus: 48 kHz, f32). Fewer bits: with dither. Several channels \
become one by their mean; one becomes several by copies. OUTPUT is in time with INPUT and as long: what filters are late \
by is taken away. For sample rates that are not the engine's, use media-lab resample.")]
pub struct Args {
    /// The sound file to read: WAV or Ogg Opus, of any sample rate.
    pub input: PathBuf,
    /// The WAV file to write.
    pub output: PathBuf,
    /// Sample rate of OUTPUT: 8000, 16000, 24000, 32000 or 48000.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Channels of OUTPUT, 1 to 8. Their number changes only from 1 or to 1.
    #[arg(long, value_name = "N", value_parser = within(1..=8_u16))]
    pub channels: Option<u16>,
    /// How OUTPUT stores samples.
    #[arg(long)]
    pub format: Option<Format>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// How samples are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
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
    /// Floating point, 64 bits (of 32 bits precision).
    F64,
    /// µ-law of G.711, 8 bits.
    Ulaw,
    /// A-law of G.711, 8 bits.
    Alaw,
}

impl Format {
    const fn encoding(self) -> Encoding {
        match self {
            Self::U8 => Encoding::U8,
            Self::I16 => Encoding::I16,
            Self::I24 => Encoding::I24,
            Self::I32 => Encoding::I32,
            Self::F32 => Encoding::F32,
            Self::F64 => Encoding::F64,
            Self::Ulaw => Encoding::Ulaw,
            Self::Alaw => Encoding::Alaw,
        }
    }
}

/// What the converter takes of an encoding: others pass as [`SampleFormat::F32`].
const fn own(encoding: Encoding) -> SampleFormat {
    match encoding {
        Encoding::U8 => SampleFormat::U8,
        Encoding::I16 => SampleFormat::I16,
        Encoding::I24 => SampleFormat::I24,
        Encoding::I32 => SampleFormat::I32,
        Encoding::F32 | Encoding::F64 | Encoding::Ulaw | Encoding::Alaw => SampleFormat::F32,
    }
}

/// A file's samples: interleaved little-endian octets.
struct Octets {
    rate: u32,
    channels: usize,
    format: SampleFormat,
    data: Vec<u8>,
    /// How the file has them.
    encoding: Encoding,
    /// As the file has them, where that is how they would be written again.
    stored: Option<Vec<u8>>,
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(&self.output)
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    let mut source = read(&args.input)?;
    let rate = args.rate.map(|hz| engine_rate("--rate", hz)).transpose()?;
    foreign(&mut source, rate)?;
    let encoding = args.format.map_or(source.encoding, Format::encoding);
    let hz = rate.map_or(source.rate, SampleRate::hz);
    // Between equal rates nothing is done in time, so any stands for one that the engine has not.
    let pair = |hz| SampleRate::from_hz(hz).unwrap_or(SampleRate::Hz48000);
    let from = PcmFormat { rate: pair(source.rate), channels: source.channels, sample: source.format };
    let channels = args.channels.map_or(source.channels, usize::from);
    let to = PcmFormat { rate: pair(hz), channels, sample: own(encoding) };
    let mut converter = FormatConverter::new(from, to).with_context(|| args.input.display().to_string())?;
    // What is not changed is not computed either: G.711 has two codes for zero.
    let unchanged = (hz, channels, encoding) == (source.rate, source.channels, source.encoding);
    let data = match source.stored.take_if(|_| unchanged) {
        Some(stored) => stored,
        None => encoded(converted(&source.data, &mut converter)?, encoding)?,
    };
    write_octets(&args.output, hz, u16::try_from(channels)?, encoding, &data)?;
    let bits = encoding.bits();
    Report::on(&args.files())
        .with("rate_hz", hz)
        .with("channels", channels)
        .with("bits", bits)
        .with("samples", data.len() / usize::from(bits / 8) / channels)
        .print(args.json);
    Ok(())
}

/// Where the file's rate is not one of the engine's, its sound at `rate` takes its place.
fn foreign(source: &mut Octets, rate: Option<SampleRate>) -> Result<()> {
    let Some(rate) = rate.filter(|_| SampleRate::from_hz(source.rate).is_none()) else { return Ok(()) };
    let planes = sound::samples::planes(source.format, &source.data, source.channels)?;
    let sound = Sound { rate: source.rate, channels: planes };
    let sound = shape::in_time(&sound, |sound| shape::at_rate(sound, rate.hz()))?;
    source.data = floats(&sound);
    (source.rate, source.format) = (rate.hz(), SampleFormat::F32);
    Ok(())
}

/// Interleaved.
fn floats(sound: &Sound) -> Vec<u8> {
    let interleaved = (0..sound.samples()).flat_map(|i| sound.channels.iter().map(move |c| c[i]));
    interleaved.flat_map(f32::to_le_bytes).collect()
}

fn read(path: &Path) -> Result<Octets> {
    let octets = sound::load(path)?;
    let (mut encoding, mut stored) = (Encoding::F32, None);
    if Kind::of(&octets) == Kind::Wave {
        let wave = riff::parse(&octets).with_context(|| path.display().to_string())?;
        encoding = Encoding::of(wave.format.stored);
        // What the converter takes passes as it is stored, all its bits with it.
        if encoding != Encoding::F32 && wave.format.stored.octets() == own(encoding).octets() {
            wave.remarks.iter().for_each(|remark| eprintln!("{}: {remark}", path.display()));
            let (rate, channels) = (wave.format.rate, wave.format.channels.into());
            return Ok(Octets { rate, channels, format: own(encoding), data: wave.data, encoding, stored });
        }
        let same = wave.format.stored.octets() == usize::from(encoding.bits() / 8);
        stored = same.then_some(wave.data);
    }
    let sound = sound::read(path)?;
    let (rate, channels) = (sound.rate, sound.channels.len());
    Ok(Octets { rate, channels, format: SampleFormat::F32, data: floats(&sound), encoding, stored })
}

/// Block by block, with silence behind the end that pushes it out of the filter; what the filter is late by is taken away.
fn converted(data: &[u8], converter: &mut FormatConverter) -> Result<Vec<u8>> {
    let (from, to) = (converter.from_format(), converter.to_format());
    let (frame, made_frame) = (from.sample.octets() * from.channels, to.sample.octets() * to.channels);
    let (mut out, mut made) = (Vec::new(), vec![0; to.block_octets()]);
    let mut progress = Progress::new("converting", data.len());
    let late = (converter.delay().as_secs_f64() * f64::from(to.rate.hz())).round() as usize * made_frame;
    let samples = (data.len() / frame * to.rate.block_samples()).div_ceil(from.rate.block_samples());
    let zero = if from.sample == SampleFormat::U8 { 0x80 } else { 0 };
    for start in (0..).step_by(from.block_octets()) {
        let piece = data.get(start..data.len().min(start + from.block_octets())).unwrap_or_default();
        let whole: Vec<u8> = piece.iter().copied().chain(std::iter::repeat(zero)).take(from.block_octets()).collect();
        if out.len() >= late + samples * made_frame {
            break;
        }
        converter.process_octets(&whole, &mut made)?;
        out.extend_from_slice(&made);
        progress.at(start);
    }
    out.truncate(late + samples * made_frame);
    out.drain(..late);
    Ok(out)
}

/// What the converter made as it is to be stored.
fn encoded(data: Vec<u8>, encoding: Encoding) -> Result<Vec<u8>> {
    let law = match encoding {
        Encoding::Ulaw => Law::Mu,
        Encoding::Alaw => Law::A,
        Encoding::F64 => {
            let samples = data.as_chunks().0.iter().map(|&s| f64::from(f32::from_le_bytes(s)));
            return Ok(samples.flat_map(f64::to_le_bytes).collect());
        }
        _ => return Ok(data),
    };
    let samples: Vec<f32> = data.as_chunks().0.iter().map(|&s| f32::from_le_bytes(s)).collect();
    let mut octets = vec![0; samples.len()];
    G711Encoder::new(law).encode_into(&samples, &mut octets)?;
    Ok(octets)
}
