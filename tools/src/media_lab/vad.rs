//! Control: `media-lab vad`: the probability of speech over a file.

use super::chart::{Chart, Panel};
use super::report;
use super::wav;
use crate::files::Files;
use anyhow::{Context, Result};
use media_core::processing::audio::vad::{Hysteresis, HysteresisParams, Vad, VadAlgorithm, VadParams, VoiceDetector};
use serde_json::json;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// What `vad` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab vad call.wav call.csv
  media-lab vad --algorithm energy --plot call.svg call.wav call.csv
  media-lab vad --json call.wav call.csv

The CSV has a row `t_ms,value` for each 10 ms: when the block begins and the probability (0 to 1) that it holds speech.
Printed: the share of blocks with a probability over one half, and what the library's default hysteresis makes of them:
the share of speech and the number of stretches.")]
pub struct Args {
    /// The WAV file to read: mono, 8, 16, 24, 32 or 48 kHz.
    pub input: PathBuf,
    /// The CSV file to write.
    pub output: PathBuf,
    /// How voice is detected.
    #[arg(long, value_enum, default_value_t = Algorithm::Spectral)]
    pub algorithm: Algorithm,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw level, probability and decision over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// The algorithms of the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Algorithm {
    /// Energy over an adaptive noise floor: the cheap one.
    Energy,
    /// Spectral features, weighed by a small fitted network.
    Spectral,
    /// The recurrent network of crate earshot.
    Neural,
}

impl Algorithm {
    /// Its parameters.
    pub fn params(self) -> VadParams {
        VadParams {
            algorithm: match self {
                Self::Energy => VadAlgorithm::Energy,
                Self::Spectral => VadAlgorithm::Spectral,
                Self::Neural => VadAlgorithm::Neural,
            },
        }
    }
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
/// Files, a rate that is not the engine's, an algorithm that is not in the build.
pub fn run(args: &Args) -> Result<()> {
    let (pcm, rate) = wav::read_mono(&args.input)?;
    let mut detector = Vad::new(rate, args.algorithm.params())?;
    let mut hysteresis = Hysteresis::new(HysteresisParams::default());
    let (mut probabilities, mut decisions) = (Vec::new(), Vec::new());
    for piece in pcm.chunks(rate.block_samples()) {
        let mut block = vec![0.0; rate.block_samples()];
        block[..piece.len()].copy_from_slice(piece);
        let probability = detector.process(&block)?;
        probabilities.push(probability);
        decisions.push(hysteresis.update(probability));
    }
    let mut text = "t_ms,value\n".to_owned();
    for (n, probability) in probabilities.iter().enumerate() {
        writeln!(text, "{},{probability:.4}", n * 10)?;
    }
    fs::write(&args.output, text).with_context(|| format!("cannot write {}", args.output.display()))?;
    if let Some(path) = &args.plot {
        let over_time = |values: Vec<f64>| values.into_iter().enumerate().map(|(n, v)| (n as f64 / 100.0, v));
        let level =
            |b: &[f32]| 10.0 * (b.iter().map(|x| f64::from(x * x)).sum::<f64>() / b.len() as f64 + 1e-10).log10();
        let levels = pcm.chunks(rate.block_samples()).map(level).collect();
        let level = Panel::new("Level", "dB of full scale").line("level", over_time(levels));
        let voice = Panel::new("Voice", "probability")
            .line("probability", over_time(probabilities.iter().map(|p| f64::from(*p)).collect()))
            .line("decision", over_time(decisions.iter().map(|d| f64::from(u8::from(*d))).collect()));
        Chart { x: "s".into(), panels: vec![level, voice] }.write(path)?;
    }
    let share = |count: usize| (count as f64 / probabilities.len().max(1) as f64 * 1e4).round() / 1e4;
    let told = json!({
        "algorithm": args.algorithm.params().algorithm.to_string(),
        "blocks": probabilities.len(),
        "over_half": share(probabilities.iter().filter(|p| **p > 0.5).count()),
        "speech": share(decisions.iter().filter(|d| **d).count()),
        "stretches": decisions.iter().enumerate().filter(|(n, d)| **d && (*n == 0 || !decisions[n - 1])).count(),
    });
    report::print(args.json, &told);
    Ok(())
}
