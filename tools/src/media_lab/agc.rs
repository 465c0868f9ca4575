//! Control: `media-lab agc`: gain control over a file.

use super::chart::{Chart, Panel};
use super::loudness::{self, Measured};
use super::wav::{self, Sound};
use super::{blocks, chart};
use crate::files::Files;
use anyhow::Result;
use clap::ValueEnum;
use media_core::processing::audio::agc::{Agc, AgcAlgorithm, AgcParams, GainControl};
use media_core::processing::audio::vad::{Vad, VadAlgorithm, VadParams, VoiceDetector};
use std::path::PathBuf;

/// What `agc` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab agc quiet.wav levelled.wav
  media-lab agc --algorithm multiband --target-lufs -23 --plot gain.svg quiet.wav levelled.wav
  media-lab agc --voice neural --json call.wav levelled.wav")]
pub struct Args {
    /// The WAV file to read (mono).
    pub input: PathBuf,
    /// The WAV file to write (16 bit), in step with the input.
    pub output: PathBuf,
    /// How the gain is found.
    #[arg(long, value_enum, default_value_t)]
    pub algorithm: Algorithm,
    /// What tells it where speech is; a call without a detector of its own takes `energy`.
    #[arg(long, value_enum, default_value_t)]
    pub voice: Voice,
    /// The loudness of speech that is wanted: -40 to -10.
    #[arg(long, value_name = "LUFS", default_value_t = AgcParams::default().target_lufs, allow_negative_numbers = true)]
    pub target_lufs: f32,
    /// The greatest gain: 0 to 40.
    #[arg(long, value_name = "DB", default_value_t = AgcParams::default().most_gain_db)]
    pub most_gain_db: f32,
    /// A picture of levels and gain over time: .svg or .png.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// One JSON object: loudness in and out, gain, samples at full scale.
    #[arg(long)]
    pub json: bool,
}

/// The algorithms by name.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Algorithm {
    /// One gain for all frequencies, no delay.
    #[default]
    Wideband,
    /// A compressor in each of three bands, a limiter that looks 8 ms ahead.
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

/// The voice detectors by name.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Voice {
    /// Energy over an adaptive noise floor.
    #[default]
    Energy,
    /// Spectral features, weighed by a small fitted network.
    Spectral,
    /// A recurrent network.
    Neural,
}

impl From<Voice> for VadParams {
    fn from(voice: Voice) -> Self {
        Self {
            algorithm: match voice {
                Voice::Energy => VadAlgorithm::Energy,
                Voice::Spectral => VadAlgorithm::Spectral,
                Voice::Neural => VadAlgorithm::Neural,
            },
        }
    }
}

/// What each block of 10 ms was.
struct Row {
    voice: f32,
    gain_db: f32,
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
/// Files, parameters out of range, a detector that is not in the build.
pub fn run(args: &Args) -> Result<()> {
    let (pcm, rate) = wav::read_mono(&args.input)?;
    let sound = Sound::mono(rate.hz(), pcm);
    let pcm = sound.single()?;
    let params = AgcParams { target_lufs: args.target_lufs, most_gain_db: args.most_gain_db, ..AgcParams::default() };
    let mut agc = Agc::new(rate, args.algorithm.into(), params)?;
    let (mut detector, mut rows) = (Vad::new(rate, args.voice.into())?, Vec::new());
    let delay = agc.delay_samples();
    let levelled = blocks::through(pcm, rate, delay, "levelling", |block| {
        let voice = detector.process(block)?;
        agc.process(block, voice)?;
        rows.push(Row { voice, gain_db: agc.gain_db() });
        Ok(())
    })?;
    if let Some(path) = &args.plot {
        picture(pcm, &levelled, &rows, rate.block_samples()).write(path)?;
    }
    let output = Sound::mono(sound.rate, levelled);
    let clipped = wav::write(&args.output, &output)?;
    let (before, after) = (loudness::measure(&sound)?, loudness::measure(&output)?);
    let gain_db = rows.last().map_or(0.0, |row| row.gain_db);
    let delay_ms = delay as f64 * 1e3 / f64::from(sound.rate);
    if args.json {
        let json = serde_json::json!({
            "input_lufs": before.integrated, "output_lufs": after.integrated, "target_lufs": args.target_lufs,
            "output_true_peak_dbtp": after.true_peak, "gain_db": gain_db, "clipped": clipped, "delay_ms": delay_ms,
        });
        println!("{json}");
    } else {
        let told = |m: Measured| m.integrated.map_or("no".into(), |i| format!("{i:.1} LUFS"));
        println!(
            "{} in, {} out, gain {gain_db:.1} dB at the end, {clipped} samples clipped",
            told(before),
            told(after)
        );
    }
    Ok(())
}

fn picture(before: &[f32], after: &[f32], rows: &[Row], block: usize) -> Chart {
    let level = |pcm: &[f32]| -> Vec<(f64, f64)> {
        let db = |b: &[f32]| 10.0 * f64::from(b.iter().map(|x| x * x).sum::<f32>() / b.len() as f32).max(1e-9).log10();
        pcm.chunks(block).enumerate().map(|(n, b)| (n as f64 / 100.0, db(b))).collect()
    };
    let line = |value: fn(&Row) -> f32| {
        rows.iter().enumerate().map(move |(n, row)| (n as f64 / 100.0, f64::from(value(row)))).collect::<Vec<_>>()
    };
    chart::Chart {
        x: "time, s".into(),
        panels: vec![
            Panel::new("level of 10 ms", "dBFS").line("input", level(before)).line("output", level(after)),
            Panel::new("gain", "dB").line("gain", line(|row| row.gain_db)),
            Panel::new("voice", "probability").line("voice", line(|row| row.voice)),
        ],
    }
}
