//! Control: `media-lab resample`: the sample rate of a file.

use super::{report, shape, wav};
use crate::files::Files;
use anyhow::{Context as _, Result};
use serde_json::json;
use std::path::PathBuf;

/// What `resample` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab resample --rate 16000 studio.wav wideband.wav
  media-lab resample --rate 48000 cd.wav engine.wav       from 44100 Hz

Between 8000, 16000, 24000, 32000 and 48000 Hz the engine's polyphase filter works, else its interpolator (for instance
from 44100 Hz). What the filter does to tones: media-lab sweep.")]
pub struct Args {
    /// The WAV file to read.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// Its sample rate in Hz, 4000 to 192000.
    #[arg(long, value_name = "HZ")]
    pub rate: u32,
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

/// Runs the command. The output begins as much later as the filter's delay, which it says.
///
/// # Errors
/// Files, or rates that are not possible.
pub fn run(args: &Args) -> Result<()> {
    let sound = wav::read(&args.input)?;
    let (result, delay) = shape::at_rate(&sound, args.rate).with_context(|| args.input.display().to_string())?;
    let clipped = wav::write(&args.output, &result)?;
    report::print(
        args.json,
        &json!({
            "from_hz": sound.rate, "to_hz": args.rate, "channels": result.channels.len(), "samples": result.samples(),
            "delay_ms": report::ms(delay), "clipped": clipped,
        }),
    );
    Ok(())
}
