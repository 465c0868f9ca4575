//! Control: `media-lab conformance opus`: the test vectors of RFC 8251.

use super::super::container::framed;
use super::raw;
use crate::cli::Command;
use crate::cli::files::Files;
use anyhow::{Context, Result, ensure};
use media_core::codec::AudioDecoder as _;
use media_core::codec::audio::opus::OpusDecoder;
use media_core::types::SampleRate;
use std::path::PathBuf;

/// What `conformance opus` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  media-lab conformance opus testvector01.bit out.s16

OUTPUT is signed 16 bits, little endian, without a header. Exit code 1: a final range differs from the one stated.")]
pub struct Args {
    /// The vector (.bit): packets framed as opus_demo does.
    input: PathBuf,
    /// The PCM file to write, channels interleaved.
    output: PathBuf,
    /// Sample rate to decode at: 8000, 16000, 24000 or 48000. The final range is the same at each.
    #[arg(long, value_name = "HZ", default_value_t = 48_000)]
    rate: u32,
    /// Channels to decode to, 1 to 2.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = crate::cli::values::within(1..=2_u8))]
    channels: u8,
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
    let rate = SampleRate::from_hz(args.rate)
        .with_context(|| format!("--rate = {} Hz: must be 8000, 16000, 24000 or 48000 Hz", args.rate))?;
    let packets = framed::read(&raw::read(&args.input)?).with_context(|| args.input.display().to_string())?;
    let mut decoder = OpusDecoder::new(rate, args.channels)?;
    let channels = usize::from(args.channels);
    let mut pcm = vec![0.0; channels * rate.block_samples() * 12];
    let (mut out, mut wrong, mut last) = (Vec::new(), Vec::new(), 2 * rate.block_samples());
    for (n, packet) in packets.iter().enumerate() {
        let samples = if packet.octets.is_empty() {
            decoder.conceal_into(&mut pcm[..channels * last])?
        } else {
            let samples = decoder
                .decode_into(&packet.octets, &mut pcm)
                .with_context(|| format!("{}: packet {n}", args.input.display()))?;
            if packet.range != 0 && decoder.final_range() != packet.range {
                wrong.push(n);
            }
            samples
        };
        last = samples;
        out.extend((0..samples).flat_map(|i| (0..channels).map(move |c| (c, i))).map(|(c, i)| pcm[c * samples + i]));
    }
    raw::write_pcm(&args.output, out)?;
    let (count, first) = (packets.len(), wrong.first());
    let (file, first) = (args.input.display(), first.copied().unwrap_or_default());
    let many = wrong.len();
    ensure!(many == 0, "{file}: {many} of {count} packets end with another range than stated, the first is {first}");
    let stated = packets.iter().filter(|p| p.range != 0).count();
    ensure!(stated > 0, "{file}: no packet states a final range: nothing was compared");
    println!("{count} packets; {stated} state a final range, and each is the decoder's");
    Ok(())
}
