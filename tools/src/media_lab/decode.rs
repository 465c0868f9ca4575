//! Control: `media-lab decode`: a codec's packets to a WAV file.

use super::codec_choice::{Choice, Options, Said};
use super::container::{Container, Stream};
use super::progress::Progress;
use super::wav;
use super::wav::Sound;
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use crate::cli::values::within;
use crate::sound::opus;
use anyhow::{Context as _, Result};
use media_core::codec::Decoder;
use std::path::PathBuf;

/// What `decode` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab decode speech.ul speech.wav
  media-lab decode --codec pcma call.raw call.wav
  media-lab decode --rate 16000 --json speech.opus speech.wav

A packet that is damaged or was not sent is concealed where the codec can (Opus); else it becomes silence. Both count \
as concealed.")]
pub struct Args {
    /// The encoded file to read: bare octets for PCMU, PCMA, G722, G729, L16; .opus (Ogg) or .bit (opus_demo) for Opus.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// The codec, see `media-lab codecs` [default: by the name of INPUT: .ul .al .g722 .g729 .l16 .opus .bit].
    #[arg(long, value_name = "NAME")]
    pub codec: Option<String>,
    /// Sample rate to decode at, where the codec has several.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Channels: 1, or 2 for Opus and L16 [default: an Ogg file's own, else 1].
    #[arg(long, value_name = "N", value_parser = within(1..=2_u8))]
    pub channels: Option<u8>,
    /// Packet time at which bare octets are cut into packets. The sound is the same with any.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub ptime: u32,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
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
    let mut said = Said {
        codec: args.codec.as_deref(),
        file: &args.input,
        rate: args.rate,
        channels: args.channels,
        ptime: args.ptime,
        options: Options::default(),
    };
    let mut choice = Choice::new(&said)?;
    let container = Container::of(&args.input, &choice.name)?;
    let chain = container.read(&args.input, &choice.decoder()?, choice.params.ptime)?;
    if let (None, Some(most)) = (args.channels, chain.streams.iter().filter_map(|s| s.head).map(|h| h.channels).max()) {
        said.channels = Some(most);
        choice = Choice::new(&said)?;
    }
    let (mut sound, mut concealed, mut packets) = (Sound { rate: choice.params.rate.hz(), channels: Vec::new() }, 0, 0);
    sound.channels.resize(choice.params.channels.into(), Vec::new());
    for stream in &chain.streams {
        let (planes, made_up) =
            decoded(stream, &choice, &mut choice.decoder()?).with_context(|| args.input.display().to_string())?;
        (concealed, packets) = (concealed + made_up, packets + stream.packets.len());
        sound.channels.iter_mut().zip(planes).for_each(|(to, plane)| to.extend(plane));
    }
    let clipped = wav::write(&args.output, &sound)?;
    Report::on(&args.files())
        .with("codec", choice.name.as_str())
        .with("rate_hz", sound.rate)
        .with("channels", sound.channels.len())
        .with("streams", chain.streams.len())
        .with("packets", packets)
        .with("samples", sound.samples())
        .with("concealed", concealed)
        .with("damaged", chain.damaged)
        .with("clipped", clipped)
        .print(args.json);
    Ok(())
}

/// The sound of all packets, without what an Ogg file's head says is to be left out; and how many packets were concealed.
///
/// # Errors
/// No packet could be decoded.
pub fn decoded(stream: &Stream, choice: &Choice, decoder: &mut Decoder) -> Result<(Vec<Vec<f32>>, usize)> {
    let channels = choice.params.channels;
    let lengths = (choice.most_samples() / usize::from(channels), choice.packet_samples());
    let packets = stream.packets.iter().map(|packet| &*packet.octets);
    let mut progress = Progress::new("decoding", stream.packets.len());
    let (mut sound, concealed) = opus::decode(packets, decoder, channels, lengths, |n| progress.at(n))?;
    if let Some(head) = &stream.head {
        opus::trim(&mut sound, head, choice.params.rate.hz());
    }
    Ok((sound, concealed))
}
