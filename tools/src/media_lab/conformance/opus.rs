//! Control: `media-lab conformance opus`: the test vectors of RFC 8251.

use super::super::container::framed;
use super::raw;
use anyhow::{Context, Result, ensure};
use media_core::codec::AudioDecoder as _;
use media_core::codec::audio::opus::OpusDecoder;
use media_core::types::SampleRate;
use std::path::PathBuf;

/// What `conformance opus` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The vector (.bit): packets framed as opus_demo does.
    input: PathBuf,
    /// The PCM file to write, channels interleaved.
    output: PathBuf,
    /// The sample rate to decode at: 8000, 16000, 24000 or 48000 Hz. The final range is the same at each.
    #[arg(long, value_name = "HZ", default_value_t = 48_000)]
    rate: u32,
    /// The channels to decode to: 1 or 2.
    #[arg(long, value_name = "N", default_value_t = 2)]
    channels: u8,
}

/// Runs the command.
///
/// # Errors
/// Files; a final range that is not the one stated, after the output is written.
pub fn run(args: &Args) -> Result<()> {
    let rate = SampleRate::from_hz(args.rate).context("--rate: legal is 8000, 16000, 24000, 48000 Hz")?;
    let packets = framed::read(&raw::read(&args.input)?).with_context(|| args.input.display().to_string())?;
    let mut decoder = OpusDecoder::new(rate, args.channels)?;
    let channels = usize::from(args.channels);
    let mut pcm = vec![0.0; channels * rate.block_samples() * 12];
    let (mut out, mut wrong, mut last) = (Vec::new(), Vec::new(), 2 * rate.block_samples());
    for (n, packet) in packets.iter().enumerate() {
        let samples = if packet.octets.is_empty() {
            decoder.conceal_into(&mut pcm[..channels * last])?
        } else {
            let samples = decoder.decode_into(&packet.octets, &mut pcm).with_context(|| format!("packet {n}"))?;
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
    ensure!(wrong.is_empty(), "{} of {count} packets end with another range than stated, first {first:?}", wrong.len());
    let stated = packets.iter().filter(|p| p.range != 0).count();
    ensure!(stated > 0, "no packet states a final range: nothing was compared");
    println!("{count} packets; {stated} state a final range, and each is the decoder's");
    Ok(())
}
