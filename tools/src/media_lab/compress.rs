//! Control: `media-lab compress`: the compressor and the look-ahead limiter over a file.

use super::blocks;
use super::chart::{Chart, Panel, over_time};
use super::wav::{self, Sound};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use anyhow::Result;
use media_core::processing::effects::{Compressor, CompressorParams, PeakLimiter};
use std::path::PathBuf;

/// What `compress` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab compress loud.wav even.wav
  media-lab compress --threshold-dbfs -30 --ratio 4 --make-up-db 6 --plot gain.svg loud.wav even.wav
  media-lab compress --ratio 1 --ceiling-dbfs -3 loud.wav limited.wav

With --ratio 1 only the limiter works. OUTPUT is in step with INPUT: the limiter's delay is reported, and taken out \
of the file. The report also has the greatest gain reduction of the compressor.")]
pub struct Args {
    /// The sound file to read: 8, 16, 24, 32 or 48 kHz, any number of channels.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// Level where compression begins, -80 to 0.
    #[arg(long, value_name = "DBFS", default_value_t = CompressorParams::default().threshold_dbfs, allow_negative_numbers = true)]
    pub threshold_dbfs: f32,
    /// How many dB of input become one dB of output above the threshold, 1 to 100.
    #[arg(long, default_value_t = CompressorParams::default().ratio, allow_negative_numbers = true)]
    pub ratio: f32,
    /// Width of the soft knee, 0 to 40.
    #[arg(long, value_name = "DB", default_value_t = CompressorParams::default().knee_db, allow_negative_numbers = true)]
    pub knee_db: f32,
    /// Time constant while the gain falls, 1 to 1000.
    #[arg(long, value_name = "MS", default_value_t = CompressorParams::default().attack_ms, allow_negative_numbers = true)]
    pub attack_ms: f32,
    /// Time constant while the gain rises, 1 to 5000.
    #[arg(long, value_name = "MS", default_value_t = CompressorParams::default().release_ms, allow_negative_numbers = true)]
    pub release_ms: f32,
    /// Gain after the compressor, -20 to 40.
    #[arg(long, value_name = "DB", default_value_t = 0.0, allow_negative_numbers = true)]
    pub make_up_db: f32,
    /// Peak level that the limiter lets through, -40 to 0.
    #[arg(long, value_name = "DBFS", default_value_t = -1.0, allow_negative_numbers = true)]
    pub ceiling_dbfs: f32,
    /// How far the limiter looks ahead, 1 to 10.
    #[arg(long, value_name = "MS", default_value_t = 5)]
    pub look_ahead_ms: usize,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw the compressor's gain over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default().read(&self.input).write(&self.output).draw(self.plot.as_ref())
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    let (sound, rate) = wav::read_engine(&args.input)?;
    let params = CompressorParams::default()
        .threshold_dbfs(args.threshold_dbfs)
        .ratio(args.ratio)
        .knee_db(args.knee_db)
        .attack_ms(args.attack_ms)
        .release_ms(args.release_ms)
        .make_up_db(args.make_up_db);
    let mut result = Sound { rate: sound.rate, channels: Vec::new() };
    let (mut panel, mut least, mut delay) = (Panel::new("Gain of the compressor", "dB"), 0.0, 0);
    for (n, channel) in sound.channels.iter().enumerate() {
        let mut compressor = Compressor::new(rate, params)?;
        let mut limiter = PeakLimiter::new(rate, args.ceiling_dbfs, args.look_ahead_ms, 60.0)?;
        delay = limiter.delay_samples();
        let mut gains = Vec::new();
        result.channels.push(blocks::through(channel, rate, delay, "compressing", |block| {
            compressor.process(block)?;
            limiter.process(block)?;
            gains.push(f64::from(compressor.gain_db()));
            Ok(())
        })?);
        least = gains.iter().copied().fold(least, f64::min);
        panel = panel.line(format!("channel {}", n + 1), over_time(gains));
    }
    if let Some(path) = &args.plot {
        let said = format!("threshold {} dBFS, ratio {}, knee {} dB", args.threshold_dbfs, args.ratio, args.knee_db);
        let said = format!("{said}, attack {} ms, release {} ms", args.attack_ms, args.release_ms);
        Chart::of("compress", &args.input, &said).panel(panel).write(path)?;
    }
    let clipped = wav::write(&args.output, &result)?;
    Report::on(&args.files())
        .with("channels", result.channels.len())
        .with("gain_reduction_db", 0.0 - least)
        .with("delay_ms", delay as f64 * 1e3 / f64::from(rate.hz()))
        .with("clipped", clipped)
        .print(args.json);
    Ok(())
}
