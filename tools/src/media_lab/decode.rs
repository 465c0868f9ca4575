//! Control: `media-lab decode`: a codec's packets to a WAV file.

use super::codec_choice::{Choice, Said};
use super::container::{Container, Stream};
use super::progress::Progress;
use super::wav::Sound;
use super::{report, wav};
use anyhow::{Context, Result};
use media_core::codec::{AudioDecoder, Decoder};
use serde_json::json;
use std::path::PathBuf;

/// What `decode` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab decode speech.ul speech.wav
  media-lab decode call.raw call.wav --codec pcma
  media-lab decode speech.opus speech.wav --rate 16000

A packet that is damaged or was not sent is concealed where the codec can (Opus), else it is silence; both are counted.")]
pub struct Args {
    /// The file to read: bare octets for PCMU, PCMA, G722, L16; .opus (Ogg) or .bit (opus_demo) for Opus.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// The codec (see `media-lab codecs`); else by the name of INPUT: .ul .al .g722 .l16 .opus .bit.
    #[arg(long)]
    pub codec: Option<String>,
    /// The sample rate to decode at, where the codec has several.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Channels: 1, or 2 for Opus and L16; an Ogg file's own if not given.
    #[arg(long, value_name = "N")]
    pub channels: Option<u8>,
    /// Packet time in ms: how bare octets are cut. The sound is the same with each.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub ptime: u32,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
///
/// # Errors
/// Files, or a codec that does not work so.
pub fn run(args: &Args) -> Result<()> {
    let mut said = Said {
        codec: args.codec.as_deref(),
        file: &args.input,
        rate: args.rate,
        channels: args.channels,
        ptime: args.ptime,
    };
    let mut choice = Choice::new(&said)?;
    let container = Container::of(&args.input, &choice.name)?;
    let stream = container.read(&args.input, &choice.decoder()?, choice.params.ptime)?;
    if let (None, Some(head)) = (args.channels, &stream.head) {
        said.channels = Some(head.channels);
        choice = Choice::new(&said)?;
    }
    let mut decoder = choice.decoder()?;
    let (sound, concealed) = decoded(&stream, &choice, &mut decoder)?;
    let clipped = wav::write(&args.output, &sound)?;
    report::print(
        args.json,
        &json!({
            "codec": choice.name.as_str(), "rate_hz": sound.rate, "channels": sound.channels.len(),
            "packets": stream.packets.len(), "samples": sound.samples(), "concealed": concealed, "clipped": clipped,
        }),
    );
    Ok(())
}

/// The sound of all packets, without what an Ogg file's head says is to be left out; and how many packets were concealed.
///
/// # Errors
/// No packet could be decoded.
pub fn decoded(stream: &Stream, choice: &Choice, decoder: &mut Decoder) -> Result<(Sound, usize)> {
    let channels = usize::from(choice.params.channels);
    let mut pcm = vec![0.0; choice.most_samples()];
    let mut sound = Sound { rate: choice.params.rate.hz(), channels: vec![Vec::new(); channels] };
    let (mut last, mut concealed, mut fault) = (choice.packet_samples(), 0, None);
    let mut progress = Progress::new("decoding", stream.packets.len());
    for (n, packet) in stream.packets.iter().enumerate() {
        let samples = match decoder.decode_into(&packet.octets, &mut pcm) {
            Ok(samples) => samples,
            Err(why) => {
                fault = fault.or(Some(why));
                concealed += 1;
                let gap = &mut pcm[..last * channels];
                if decoder.conceal_into(gap).is_err() {
                    gap.fill(0.0);
                }
                last
            }
        };
        for (to, plane) in sound.channels.iter_mut().zip(pcm.chunks_exact(samples.max(1))) {
            to.extend_from_slice(plane);
        }
        last = samples;
        progress.at(n);
    }
    if concealed == stream.packets.len() {
        return Err(fault.context("no packet")?).context("no packet could be decoded: is it this codec?");
    }
    if let Some(head) = &stream.head {
        let here = |at_48: u64| (at_48 * u64::from(sound.rate) / 48_000) as usize;
        let (skip, end) = (here(head.pre_skip.into()), here(head.end));
        for channel in &mut sound.channels {
            channel.truncate(end.max(skip));
            channel.drain(..skip.min(channel.len()));
        }
    }
    Ok((sound, concealed))
}
