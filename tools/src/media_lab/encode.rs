//! Control: `media-lab encode`: a WAV file to a codec's packets.

use super::codec_choice::{Choice, Options, OpusArgs, Said};
use super::container::{Container, Stream, framed::Framed};
use super::progress::Progress;
use super::wav::Sound;
use super::{shape, wav};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use crate::cli::values::within;
use crate::sound::ogg;
use anyhow::{Context as _, Result};
use media_core::codec::{AudioEncoder as _, Encoder};
use std::path::PathBuf;

/// What `encode` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab encode speech.wav speech.ul
  media-lab encode --codec g722 --json speech.wav speech.g722
  media-lab encode --ptime 60 --bitrate 24000 speech.wav speech.opus
  media-lab encode --fec --loss-percent 10 speech.wav speech.bit

A file named .opus is Ogg (RFC 7845), which players read. A file named .bit is framed as by opus_demo, and packets \
can be missing in it. What a codec is late by (its lookahead, the reported delay) is in the file: silence is coded \
behind the end of INPUT until its last sample is in a packet. Players of .opus take it away again.")]
pub struct Args {
    /// The sound file to read: any sample rate and number of channels.
    pub input: PathBuf,
    /// The encoded file to write: bare octets for PCMU, PCMA, G722, G729, L16; .opus (Ogg) or .bit (opus_demo) for Opus.
    pub output: PathBuf,
    /// The codec, see `media-lab codecs` [default: by the name of OUTPUT: .ul .al .g722 .g729 .l16 .opus .bit].
    #[arg(long, value_name = "NAME")]
    pub codec: Option<String>,
    /// Sample rate to encode at, where the codec has several.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Channels: 1, or 2 for Opus and L16 [default: 1].
    #[arg(long, value_name = "N", value_parser = within(1..=2_u8))]
    pub channels: Option<u8>,
    /// Packet time: 10, 20, 30, 40, 50 or 60.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub ptime: u32,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// How an Opus encoder is to work.
    #[command(flatten)]
    pub opus: OpusArgs,
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
    let choice = Choice::new(&Said {
        codec: args.codec.as_deref(),
        file: &args.output,
        rate: args.rate,
        channels: args.channels,
        ptime: args.ptime,
        options: Options::default(),
    })?;
    let container = Container::of(&args.output, &choice.name)?;
    let sound = wav::read(&args.input)?;
    let shaped = shape::in_time(&sound, |sound| shape::shaped(sound, choice.params.rate, choice.params.channels))
        .with_context(|| args.input.display().to_string())?;
    let mut encoder = choice.encoder(&args.opus)?;
    let stream = encoded(&shaped, &choice, &mut encoder)?;
    container.write(&args.output, &stream)?;
    let octets: usize = stream.packets.iter().map(|p| p.octets.len()).sum();
    let seconds = (stream.packets.len() * choice.packet_samples()) as f64 / f64::from(choice.params.rate.hz());
    let lookahead = encoder.lookahead() as f64 * 1e3 / f64::from(choice.params.rate.hz());
    Report::on(&args.files())
        .with("codec", choice.name.as_str())
        .with("rate_hz", choice.params.rate.hz())
        .with("channels", choice.params.channels)
        .with("packets", stream.packets.len())
        .with("octets", octets)
        .with("bitrate_bit_s", (octets as f64 * 8.0 / seconds.max(1e-9)).round() as u64)
        .with("delay_ms", lookahead)
        .print(args.json);
    Ok(())
}

/// The packets of a sound that has the codec's rate and channels, with as much silence behind it as the encoder is late by,
/// so that the end is not cut off.
///
/// # Errors
/// The encoder's fault.
pub fn encoded(sound: &Sound, choice: &Choice, encoder: &mut Encoder) -> Result<Stream> {
    let late = encoder.lookahead();
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
