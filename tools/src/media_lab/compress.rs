//! Control: `media-lab compress`: the compressor and the look-ahead limiter over a file.

use super::wav::{self, Sound};
use super::{blocks, chart};
use crate::files::Files;
use anyhow::Result;
use media_core::processing::effects::{Compressor, CompressorParams, PeakLimiter};
use std::path::PathBuf;

/// What `compress` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab compress loud.wav even.wav
  media-lab compress --threshold-dbfs -30 --ratio 4 --make-up-db 6 --plot gain.svg loud.wav even.wav
  media-lab compress --ratio 1 --ceiling-dbfs -3 loud.wav limited.wav      the limiter alone")]
pub struct Args {
    /// The WAV file to read.
    pub input: PathBuf,
    /// The WAV file to write (16 bit), in step with the input.
    pub output: PathBuf,
    /// Where compression begins: -80 to 0.
    #[arg(long, value_name = "DBFS", default_value_t = CompressorParams::default().threshold_dbfs, allow_negative_numbers = true)]
    pub threshold_dbfs: f32,
    /// dB of input for a dB of output above it: 1 to 100.
    #[arg(long, default_value_t = CompressorParams::default().ratio)]
    pub ratio: f32,
    /// Width of the soft knee: 0 to 40.
    #[arg(long, value_name = "DB", default_value_t = CompressorParams::default().knee_db)]
    pub knee_db: f32,
    /// Time constant while the gain falls: 1 to 1000.
    #[arg(long, value_name = "MS", default_value_t = CompressorParams::default().attack_ms)]
    pub attack_ms: f32,
    /// Time constant while it rises: 1 to 5000.
    #[arg(long, value_name = "MS", default_value_t = CompressorParams::default().release_ms)]
    pub release_ms: f32,
    /// Gain after the compressor: -20 to 40.
    #[arg(long, value_name = "DB", default_value_t = 0.0, allow_negative_numbers = true)]
    pub make_up_db: f32,
    /// The limiter behind it lets no sample beyond this: -40 to 0.
    #[arg(long, value_name = "DBFS", default_value_t = -1.0, allow_negative_numbers = true)]
    pub ceiling_dbfs: f32,
    /// How far the limiter looks ahead: 1 to 10.
    #[arg(long, value_name = "MS", default_value_t = 5)]
    pub look_ahead_ms: usize,
    /// A picture of the compressor's gain over time: .svg or .png.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

impl Args {
    /// The files it reads and writes.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(&self.output).write(self.plot.as_ref())
    }
}

/// Runs the command.
///
/// # Errors
/// Files, or parameters out of range.
pub fn run(args: &Args) -> Result<()> {
    let (sound, rate) = wav::read_engine(&args.input)?;
    let params = CompressorParams {
        threshold_dbfs: args.threshold_dbfs,
        ratio: args.ratio,
        knee_db: args.knee_db,
        attack_ms: args.attack_ms,
        release_ms: args.release_ms,
        make_up_db: args.make_up_db,
    };
    let mut result = Sound { rate: sound.rate, channels: Vec::new() };
    let mut panel = chart::Panel::new("gain of the compressor", "dB");
    for (n, channel) in sound.channels.iter().enumerate() {
        let mut compressor = Compressor::new(rate, params)?;
        let mut limiter = PeakLimiter::new(rate, args.ceiling_dbfs, args.look_ahead_ms, 60.0)?;
        let delay = limiter.delay_samples();
        let mut gains = Vec::new();
        result.channels.push(blocks::through(channel, rate, delay, "compressing", |block| {
            compressor.process(block)?;
            limiter.process(block)?;
            gains.push((gains.len() as f64 / 100.0, f64::from(compressor.gain_db())));
            Ok(())
        })?);
        let least = gains.iter().map(|g| g.1).fold(0.0, f64::min);
        println!("channel {}: at most {:.1} dB taken away", n + 1, 0.0 - least);
        panel = panel.line(format!("channel {}", n + 1), gains);
    }
    if let Some(path) = &args.plot {
        chart::Chart { x: "time, s".into(), panels: vec![panel] }.write(path)?;
    }
    let clipped = wav::write(&args.output, &result)?;
    println!("{clipped} samples clipped");
    Ok(())
}
