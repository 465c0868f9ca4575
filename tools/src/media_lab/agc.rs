//! Control: `media-lab agc`: gain control over a file.

use super::blocks::{self, levels_dbfs};
use super::chart::{Chart, Panel, over_time};
use super::loudness;
use super::vad;
use super::wav::{self, Sound};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use anyhow::Result;
use clap::ValueEnum;
use media_core::processing::audio::agc::{Agc, AgcAlgorithm, AgcParams, GainControl};
use media_core::processing::audio::vad::{Vad, VoiceDetector};
use std::path::PathBuf;

/// What `agc` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab agc quiet.wav levelled.wav
  media-lab agc --algorithm multiband --target-lufs -23 --plot gain.svg quiet.wav levelled.wav
  media-lab agc --voice neural --json call.wav levelled.wav

OUTPUT is in step with INPUT: the delay is reported, and taken out of the file (a call has it).")]
pub struct Args {
    /// The sound file to read: mono, 8, 16, 24, 32 or 48 kHz.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// How the gain is found.
    #[arg(long, value_enum, default_value_t)]
    pub algorithm: Algorithm,
    /// The voice detector that tells where speech is. A call without a detector of its own takes `spectral`.
    #[arg(long, value_enum, default_value_t = vad::Algorithm::Spectral)]
    pub voice: vad::Algorithm,
    /// Loudness of speech to aim at, -40 to -10.
    #[arg(long, value_name = "LUFS", default_value_t = AgcParams::default().target_lufs, allow_negative_numbers = true)]
    pub target_lufs: f32,
    /// The greatest gain, 0 to 40.
    #[arg(long, value_name = "DB", default_value_t = AgcParams::default().most_gain_db, allow_negative_numbers = true)]
    pub most_gain_db: f32,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw levels, gain and voice over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// The algorithms by name.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Algorithm {
    /// One gain for all frequencies, no delay.
    #[default]
    Wideband,
    /// A compressor in each of three bands, then a limiter that looks 8 ms ahead.
    Multiband,
}

impl From<Algorithm> for AgcAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Wideband => Self::Wideband,
            Algorithm::Multiband => Self::Multiband,
        }
    }
}

impl Algorithm {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wideband => "wideband",
            Self::Multiband => "multiband",
        }
    }
}

/// What each block of 10 ms was.
struct Row {
    voice: f32,
    gain_db: f32,
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
    let (pcm, rate) = wav::read_mono(&args.input)?;
    let params = AgcParams::default().target_lufs(args.target_lufs).most_gain_db(args.most_gain_db);
    let mut agc = Agc::new(rate, args.algorithm.into(), params)?;
    let (mut detector, mut rows) = (Vad::new(rate, args.voice.params())?, Vec::new());
    let delay = agc.delay_samples();
    let levelled = blocks::through(&pcm, rate, delay, "levelling", |block| {
        let voice = detector.process(block)?;
        agc.process(block, voice)?;
        rows.push(Row { voice, gain_db: agc.gain_db() });
        Ok(())
    })?;
    if let Some(path) = &args.plot {
        chart(args, &pcm, &levelled, &rows, rate.block_samples()).write(path)?;
    }
    let (input, output) = (Sound::mono(rate.hz(), pcm), Sound::mono(rate.hz(), levelled));
    let clipped = wav::write(&args.output, &output)?;
    let (before, after) = (loudness::measure(&input)?, loudness::measure(&output)?);
    Report::on(&args.files())
        .with("algorithm", args.algorithm.name())
        .with("input_lufs", before.integrated)
        .with("output_lufs", after.integrated)
        .with("target_lufs", args.target_lufs)
        .with("output_true_peak_dbtp", after.true_peak)
        .with("gain_db", rows.last().map(|row| row.gain_db))
        .with("delay_ms", delay as f64 * 1e3 / f64::from(rate.hz()))
        .with("clipped", clipped)
        .print(args.json);
    Ok(())
}

fn chart(args: &Args, before: &[f32], after: &[f32], rows: &[Row], size: usize) -> Chart {
    let (name, voice) = (args.algorithm.name(), args.voice.name());
    let said = format!(
        "{name}, target {} LUFS, at most {} dB, voice by {voice} detector",
        args.target_lufs, args.most_gain_db
    );
    let levels = |pcm| over_time(levels_dbfs(pcm, size));
    Chart::of("agc", &args.input, &said)
        .panel(Panel::new("Level", "dBFS").line("input", levels(before)).line("output", levels(after)))
        .panel(Panel::new("Gain", "dB").line("gain", over_time(rows.iter().map(|row| row.gain_db.into()))))
        .panel(Panel::new("Voice", "probability").line("voice", over_time(rows.iter().map(|row| row.voice.into()))))
}
