//! Control: `media-lab resample`: the sample rate of a file.

use super::{shape, wav};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use crate::cli::values::within;
use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// What `resample` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab resample --rate 16000 studio.wav wideband.wav
  media-lab resample --rate 48000 --json cd.wav engine.wav

Between 8000, 16000, 24000, 32000 and 48000 Hz the engine's polyphase filter converts; any other rate (such as 44100 \
Hz) takes its interpolator. OUTPUT is in time with INPUT and as long: what the filter is late by is taken away. \
media-lab sweep measures the filter with tones.")]
pub struct Args {
    /// The sound file to read: any number of channels.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// Sample rate of OUTPUT, 4000 to 192000.
    #[arg(long, value_name = "HZ", value_parser = within(4_000..=192_000_u32))]
    pub rate: u32,
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
    let sound = wav::read(&args.input)?;
    let result = shape::in_time(&sound, |sound| shape::at_rate(sound, args.rate))
        .with_context(|| args.input.display().to_string())?;
    let clipped = wav::write(&args.output, &result)?;
    Report::on(&args.files())
        .with("from_rate_hz", sound.rate)
        .with("rate_hz", args.rate)
        .with("channels", result.channels.len())
        .with("samples", result.samples())
        .with("clipped", clipped)
        .print(args.json);
    Ok(())
}
