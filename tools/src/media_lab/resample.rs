//! Control: `media-lab resample`: the sample rate of a file.

use super::progress::Progress;
use super::wav::{self, Sound};
use anyhow::{Context, Result};
use media_core::processing::format::Resampler;
use media_core::types::SampleRate;
use std::path::PathBuf;

/// What `resample` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The WAV file to read.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// Its sample rate in Hz: 8000, 16000, 24000, 32000 or 48000.
    #[arg(long, value_name = "HZ")]
    pub rate: u32,
}

/// Runs the command. The output begins as much later as the filter's delay, which it says.
///
/// # Errors
/// Files, or rates that are not possible.
pub fn run(args: &Args) -> Result<()> {
    let legal = "legal is 8000, 16000, 24000, 32000, 48000 Hz";
    let sound = wav::read(&args.input)?;
    let from = SampleRate::from_hz(sound.rate)
        .with_context(|| format!("{} has {} Hz: {legal}", args.input.display(), sound.rate))?;
    let to = SampleRate::from_hz(args.rate).with_context(|| format!("--rate {}: {legal}", args.rate))?;
    let mut resampler = Resampler::new(from, to, 1)?;
    let mut result = Sound { rate: args.rate, channels: Vec::new() };
    let mut progress = Progress::new("resampling", sound.samples() * sound.channels.len());
    for (n, channel) in sound.channels.iter().enumerate() {
        resampler.reset();
        let mut output = Vec::new();
        let (mut block, mut made) = (vec![0.0; from.block_samples()], vec![0.0; to.block_samples()]);
        for (at, piece) in channel.chunks(from.block_samples()).enumerate() {
            block[..piece.len()].copy_from_slice(piece);
            block[piece.len()..].fill(0.0);
            let count = resampler.process_block(&block, &mut made)?;
            let wanted = (piece.len() * to.block_samples()).div_ceil(from.block_samples());
            output.extend_from_slice(&made[..count.min(wanted)]);
            progress.at(n * channel.len() + at * from.block_samples());
        }
        result.channels.push(output);
    }
    let clipped = wav::write(&args.output, &result)?;
    drop(progress);
    let delay = resampler.delay().as_secs_f64() * 1e3;
    println!("{} Hz to {} Hz, delay {delay:.2} ms, {clipped} samples clipped", sound.rate, args.rate);
    Ok(())
}
