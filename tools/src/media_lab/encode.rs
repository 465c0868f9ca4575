//! Control: `media-lab encode`: a WAV file to a codec's packets.

use super::codec_choice::{Choice, OpusArgs, Said};
use super::container::{Container, Stream, framed::Framed};
use super::progress::Progress;
use super::wav::Sound;
use super::{report, shape, wav};
use crate::files::Files;
use crate::sound::ogg;
use anyhow::{Context as _, Result};
use media_core::codec::{AudioEncoder as _, Encoder};
use serde_json::json;
use std::path::PathBuf;

/// What `encode` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab encode speech.wav speech.ul                      µ-law by the file's name
  media-lab encode speech.wav speech.g722                    G.722 at 64 kbit/s
  media-lab encode speech.wav speech.opus --ptime 60         Opus in Ogg (RFC 7845): any player takes it
  media-lab encode speech.wav speech.bit --fec --loss 10     Opus framed as opus_demo does: packets can be lost")]
pub struct Args {
    /// The WAV file to read, of any rate and number of channels.
    pub input: PathBuf,
    /// The file to write: bare octets for PCMU, PCMA, G722, G729, L16; .opus (Ogg) or .bit (opus_demo) for Opus.
    pub output: PathBuf,
    /// The codec (see `media-lab codecs`); else by the name of OUTPUT: .ul .al .g722 .g729 .l16 .opus .bit.
    #[arg(long)]
    pub codec: Option<String>,
    /// The sample rate to encode at, where the codec has several.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Channels: 1, or 2 for Opus and L16.
    #[arg(long, value_name = "N")]
    pub channels: Option<u8>,
    /// Packet time in ms.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub ptime: u32,
    /// How an Opus encoder is to work.
    #[command(flatten)]
    pub opus: OpusArgs,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

impl Args {
    /// The files it reads and writes.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(&self.output)
    }
}

/// Runs the command.
///
/// # Errors
/// Files, or a codec that does not work so.
pub fn run(args: &Args) -> Result<()> {
    let choice = Choice::new(&Said {
        codec: args.codec.as_deref(),
        file: &args.output,
        rate: args.rate,
        channels: args.channels,
        ptime: args.ptime,
    })?;
    let container = Container::of(&args.output, &choice.name)?;
    let sound = wav::read(&args.input)?;
    let (shaped, converted) = shape::shaped(&sound, choice.params.rate, choice.params.channels)
        .with_context(|| args.input.display().to_string())?;
    let mut encoder = choice.encoder(&args.opus)?;
    let stream = encoded(&shaped, &choice, &mut encoder)?;
    container.write(&args.output, &stream)?;
    let octets: usize = stream.packets.iter().map(|p| p.octets.len()).sum();
    let seconds = (stream.packets.len() * choice.packet_samples()) as f64 / f64::from(choice.params.rate.hz());
    let lookahead = encoder.lookahead() as f64 * 1e3 / f64::from(choice.params.rate.hz());
    report::print(
        args.json,
        &json!({
            "codec": choice.name.as_str(), "rate_hz": choice.params.rate.hz(), "channels": choice.params.channels,
            "packets": stream.packets.len(), "octets": octets,
            "kbit_s": (octets as f64 * 0.08 / seconds.max(1e-9)).round() / 10.0,
            "resampling_delay_ms": report::ms(converted), "encoder_delay_ms": (lookahead * 1e3).round() / 1e3,
        }),
    );
    Ok(())
}

/// The packets of a sound that has the codec's rate and channels. For Opus with as much silence behind it as the encoder
/// is late by, so that the end is not cut off.
///
/// # Errors
/// The encoder's fault.
pub fn encoded(sound: &Sound, choice: &Choice, encoder: &mut Encoder) -> Result<Stream> {
    let late = if matches!(encoder, Encoder::Opus(_)) { encoder.lookahead() } else { 0 };
    let frame = choice.packet_samples();
    let (whole, mut out) = (sound.samples() + late, vec![0; 2 * choice.most_samples()]);
    let mut progress = Progress::new("encoding", whole);
    let mut packets = Vec::new();
    for start in (0..whole).step_by(frame) {
        let piece = |c: &Vec<f32>| shape::padded(c.get(start..c.len().min(start + frame)).unwrap_or(&[]), frame);
        let pcm: Vec<f32> = sound.channels.iter().flat_map(piece).collect();
        let octets = encoder.encode_into(&pcm, &mut out)?;
        let range = if let Encoder::Opus(opus) = encoder { opus.final_range() } else { 0 };
        packets.push(Framed { octets: out[..octets].to_vec(), range: if octets == 0 { 0 } else { range } });
        progress.at(start);
    }
    let at_48 = |samples: usize| samples as u64 * 48_000 / u64::from(choice.params.rate.hz());
    let head = ogg::Head {
        channels: choice.params.channels,
        pre_skip: at_48(late) as u16,
        input_rate: sound.rate,
        gain: 0,
        end: at_48(whole),
    };
    Ok(Stream { packets, head: Some(head) })
}
