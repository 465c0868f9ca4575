//! Control: `media-lab convert`: sample format, channels and sample rate of a WAV file, through the library's
//! [`FormatConverter`].

use super::codec_choice::engine_rate;
use super::progress::Progress;
use super::{report, shape, wav};
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use hound::{SampleFormat as WavFormat, WavReader, WavSpec, WavWriter};
use media_core::processing::format::bit_depth::SampleFormat;
use media_core::processing::format::{AudioFormat, FormatConverter};
use media_core::types::SampleRate;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What `convert` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab convert studio.wav phone.wav --rate 8000 --channels 1 --format i16
  media-lab convert in.wav out.wav --format u8        fewer bits: with dither

What is not given stays as INPUT has it. Several channels become one by their mean; one becomes several by copies.")]
pub struct Args {
    /// The WAV file to read.
    pub input: PathBuf,
    /// The WAV file to write.
    pub output: PathBuf,
    /// Sample rate in Hz: 8000, 16000, 24000, 32000 or 48000.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Channels, 1 to 8: as many as there are, or from or to 1.
    #[arg(long, value_name = "N")]
    pub channels: Option<u16>,
    /// How samples are stored.
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
}

impl Format {
    const ALL: [(Self, SampleFormat, WavFormat, u16); 5] = [
        (Self::U8, SampleFormat::U8, WavFormat::Int, 8),
        (Self::I16, SampleFormat::I16, WavFormat::Int, 16),
        (Self::I24, SampleFormat::I24, WavFormat::Int, 24),
        (Self::I32, SampleFormat::I32, WavFormat::Int, 32),
        (Self::F32, SampleFormat::F32, WavFormat::Float, 32),
    ];
}

/// A WAV file's samples as they are stored: interleaved little-endian octets.
struct Octets {
    rate: u32,
    channels: usize,
    format: SampleFormat,
    data: Vec<u8>,
}

/// Runs the command.
///
/// # Errors
/// Files, or conversions that are not possible.
pub fn run(args: &Args) -> Result<()> {
    let mut source = read(&args.input)?;
    let rate = engine_rate(args.rate.unwrap_or(source.rate)).context("--rate")?;
    let foreign = foreign(&args.input, &mut source, rate)?;
    let kept = Format::ALL.into_iter().find(|f| f.1 == source.format);
    let chosen = args.format.and_then(|format| Format::ALL.into_iter().find(|f| f.0 == format)).or(kept);
    let (_, sample, wav_format, bits) = chosen.context("no sample format")?;
    let from = AudioFormat { rate: engine_rate(source.rate)?, channels: source.channels, sample: source.format };
    let to = AudioFormat { rate, channels: args.channels.map_or(source.channels, usize::from), sample };
    let mut converter = FormatConverter::new(from, to)?;
    let data = converted(&source.data, &mut converter)?;
    let spec = WavSpec {
        channels: u16::try_from(to.channels)?,
        sample_rate: rate.hz(),
        bits_per_sample: bits,
        sample_format: wav_format,
    };
    write(&args.output, spec, &data)?;
    report::print(
        args.json,
        &json!({
            "rate_hz": spec.sample_rate, "channels": spec.channels, "bits": bits,
            "samples": data.len() / sample.octets() / to.channels, "delay_ms": report::ms(foreign + converter.delay()),
        }),
    );
    Ok(())
}

/// Where the file's rate is not one of the engine's, its sound at `rate` takes its place.
fn foreign(path: &Path, source: &mut Octets, rate: SampleRate) -> Result<Duration> {
    if SampleRate::from_hz(source.rate).is_some() {
        return Ok(Duration::ZERO);
    }
    let (sound, delay) = shape::at_rate(&wav::read(path)?, rate.hz())?;
    let interleaved = (0..sound.samples()).flat_map(|i| sound.channels.iter().map(move |c| c[i]));
    source.data = interleaved.flat_map(f32::to_le_bytes).collect();
    (source.rate, source.format) = (rate.hz(), SampleFormat::F32);
    Ok(delay)
}

fn read(path: &Path) -> Result<Octets> {
    let mut reader = WavReader::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let spec = reader.spec();
    let of_file = |f: &(Format, SampleFormat, WavFormat, u16)| (f.2, f.3) == (spec.sample_format, spec.bits_per_sample);
    let Some((_, format, ..)) = Format::ALL.into_iter().find(of_file) else {
        bail!("{}: {} bits {:?} is not supported", path.display(), spec.bits_per_sample, spec.sample_format);
    };
    let mut data = Vec::new();
    match spec.sample_format {
        WavFormat::Float => {
            for sample in reader.samples::<f32>() {
                data.extend(sample?.to_le_bytes());
            }
        }
        WavFormat::Int => {
            for sample in reader.samples::<i32>() {
                let sample = if format == SampleFormat::U8 { sample? ^ 0x80 } else { sample? };
                data.extend(&sample.to_le_bytes()[..format.octets()]);
            }
        }
    }
    Ok(Octets { rate: spec.sample_rate, channels: spec.channels.into(), format, data })
}

/// Block by block; the last one is filled up with zeros, and what came of them cut off.
fn converted(data: &[u8], converter: &mut FormatConverter) -> Result<Vec<u8>> {
    let (from, to) = (converter.from_format(), converter.to_format());
    let (block, frame) = (from.block_octets(), from.sample.octets() * from.channels);
    let (mut out, mut made) = (Vec::new(), vec![0; to.block_octets()]);
    let mut progress = Progress::new("converting", data.len());
    for (n, piece) in data.chunks(block).enumerate() {
        let zero = if from.sample == SampleFormat::U8 { 0x80 } else { 0 };
        let whole: Vec<u8> = piece.iter().copied().chain(std::iter::repeat(zero)).take(block).collect();
        converter.process_octets(&whole, &mut made)?;
        let samples = (piece.len() / frame * to.rate.block_samples()).div_ceil(from.rate.block_samples());
        out.extend_from_slice(&made[..samples * to.sample.octets() * to.channels]);
        progress.at(n * block);
    }
    Ok(out)
}

fn write(path: &Path, spec: WavSpec, data: &[u8]) -> Result<()> {
    let mut writer = WavWriter::create(path, spec).with_context(|| format!("cannot write {}", path.display()))?;
    for octets in data.chunks_exact(usize::from(spec.bits_per_sample / 8)) {
        match *octets {
            [a] => writer.write_sample((a ^ 0x80).cast_signed())?,
            [a, b] => writer.write_sample(i16::from_le_bytes([a, b]))?,
            [a, b, c] => writer.write_sample(i32::from_le_bytes([0, a, b, c]) >> 8)?,
            [a, b, c, d] if spec.sample_format == WavFormat::Float => {
                writer.write_sample(f32::from_le_bytes([a, b, c, d]))?;
            }
            [a, b, c, d] => writer.write_sample(i32::from_le_bytes([a, b, c, d]))?,
            _ => bail!("{} bits", spec.bits_per_sample),
        }
    }
    writer.finalize().with_context(|| format!("cannot write {}", path.display()))
}
