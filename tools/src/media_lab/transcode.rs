//! Control: `media-lab transcode`: one codec's packets to another's, through the library's [`Transcoder`].

use super::codec_choice::{Choice, Options, OpusArgs, Said};
use super::container::{Container, Stream, framed::Framed};
use super::progress::Progress;
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::{self, Report};
use crate::cli::values::within;
use crate::sound::ogg;
use anyhow::{Context as _, Result, ensure};
use media_core::codec::{AudioEncoder as _, Transcoder};
use std::path::PathBuf;

/// What `transcode` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab transcode call.ul call.g722
  media-lab transcode --from-ptime 30 --ptime 60 --bitrate 24000 call.g722 call.opus
  media-lab transcode --from-codec pcmu --codec pcma --json call.raw call.al

The last packet is filled up with silence, so that the end of INPUT is in OUTPUT too. The reported delay is that of \
the conversion: the decoder, resampling and the encoder (lookahead).")]
pub struct Args {
    /// The encoded file to read: bare octets for PCMU, PCMA, G722, G729, L16; .opus (Ogg) or .bit (opus_demo) for Opus.
    pub input: PathBuf,
    /// The encoded file to write, in the same formats.
    pub output: PathBuf,
    /// The codec of INPUT [default: by its name: .ul .al .g722 .g729 .l16 .opus .bit].
    #[arg(long, value_name = "NAME", alias = "from")]
    pub from_codec: Option<String>,
    /// Sample rate to decode at, where the codec of INPUT has several.
    #[arg(long, value_name = "HZ")]
    pub from_rate: Option<u32>,
    /// Packet time of INPUT, at which bare octets are cut into packets: 10, 20, 30, 40, 50 or 60.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pub from_ptime: u32,
    /// The codec of OUTPUT [default: by its name].
    #[arg(long, value_name = "NAME")]
    pub codec: Option<String>,
    /// Sample rate to encode at, where the codec of OUTPUT has several.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<u32>,
    /// Channels of both: 1, or 2 where both codecs have two.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = within(1..=2_u8))]
    pub channels: u8,
    /// Packet time of OUTPUT: 10, 20, 30, 40, 50 or 60.
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
    let choice = |codec: &Option<String>, file, rate, ptime, options| {
        Choice::new(&Said { codec: codec.as_deref(), file, rate, channels: Some(args.channels), ptime, options })
    };
    let options = Options { codec: "--from-codec", rate: "--from-rate", ptime: "--from-ptime" };
    let from = choice(&args.from_codec, &args.input, args.from_rate, args.from_ptime, options)?;
    let to = choice(&args.codec, &args.output, args.rate, args.ptime, Options::default())?;
    let (source, sink) = (Container::of(&args.input, &from.name)?, Container::of(&args.output, &to.name)?);
    let file = || args.input.display().to_string();
    let stream = source.read(&args.input, &from.decoder()?, from.params.ptime)?.single().with_context(file)?;
    let gain = stream.head.map_or(0, |head| head.gain);
    ensure!(
        gain == 0 || sink == Container::Ogg,
        "{}: its output gain of {:.2} dB would be lost: media-lab decode heeds it, then encode",
        file(),
        f32::from(gain) / 256.0
    );
    let encoder = to.encoder(&args.opus)?;
    let lookahead = encoder.lookahead();
    let mut transcoder = Transcoder::new((from.decoder()?, from.params), (encoder, to.params))?;
    let packets = transcoded(&stream, &mut transcoder, 2 * to.most_samples())?;
    let at_48 = |samples: usize| samples as u64 * 48_000 / u64::from(to.params.rate.hz());
    let head = ogg::Head {
        channels: args.channels,
        pre_skip: at_48(lookahead) as u16,
        input_rate: from.params.rate.hz(),
        gain,
        end: at_48(packets.len() * to.packet_samples()),
    };
    let result = Stream { packets, head: Some(head) };
    sink.write(&args.output, &result)?;
    let counters = transcoder.counters();
    Report::on(&args.files())
        .with("from_codec", from.name.as_str())
        .with("codec", to.name.as_str())
        .with("from_packets", stream.packets.len())
        .with("packets", result.packets.len())
        .with("octets", result.packets.iter().map(|p| p.octets.len()).sum::<usize>())
        .with("malformed", counters.malformed)
        .with("concealed", counters.concealed)
        .with("delay_ms", report::ms(transcoder.delay()))
        .print(args.json);
    Ok(())
}

/// Each packet through the transcoder; what is malformed is concealed and counted by it. Behind the end comes silence, until
/// the last packet is whole.
fn transcoded(stream: &Stream, transcoder: &mut Transcoder, most_octets: usize) -> Result<Vec<Framed>> {
    let (mut packets, mut out) = (Vec::new(), vec![0; most_octets]);
    let mut progress = Progress::new("transcoding", stream.packets.len());
    let mut drain = |transcoder: &mut Transcoder| -> Result<()> {
        while let Some(octets) = transcoder.pull(&mut out)? {
            packets.push(Framed { octets: out[..octets].to_vec(), range: 0 });
        }
        Ok(())
    };
    for (n, packet) in stream.packets.iter().enumerate() {
        if packet.octets.is_empty() {
            transcoder.lost(stream.packets.get(n + 1).map(|next| &*next.octets));
        } else {
            // A fault is counted, and the packet's time passes.
            let _ = transcoder.push(&packet.octets);
        }
        drain(transcoder)?;
        progress.at(n);
    }
    transcoder.finish();
    drain(transcoder)?;
    Ok(packets)
}
