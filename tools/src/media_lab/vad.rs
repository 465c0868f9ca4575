//! Control: `media-lab vad`: the probability of speech over a file.

use super::blocks::{block, levels_dbfs};
use super::chart::{Chart, Panel, over_time};
use super::wav;
use crate::cli::Command;
use crate::cli::files::{self, Files};
use crate::cli::report::Report;
use anyhow::Result;
use media_core::processing::audio::vad::{Hysteresis, HysteresisParams, Vad, VadAlgorithm, VadParams, VoiceDetector};
use std::fmt::Write;
use std::path::PathBuf;

/// What `vad` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab vad call.wav call.csv
  media-lab vad --algorithm energy --plot call.svg call.wav call.csv
  media-lab vad --json call.wav call.csv

The CSV has a row `t_ms,value` for each 10 ms: when the block begins, and the probability (0 to 1) that it holds \
speech. The report has the share of blocks with a probability over one half. It also has what the library's default \
hysteresis makes of the probabilities: the share of speech, and the number of stretches.")]
pub struct Args {
    /// The sound file to read: mono, 8, 16, 24, 32 or 48 kHz.
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
    /// The network of Silero VAD, and the spectral detector: the best one.
    Neural,
}

impl Algorithm {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Energy => "energy",
            Self::Spectral => "spectral",
            Self::Neural => "neural",
        }
    }
}

impl Algorithm {
    /// Its parameters.
    pub fn params(self) -> VadParams {
        VadParams::default().algorithm(match self {
            Self::Energy => VadAlgorithm::Energy,
            Self::Spectral => VadAlgorithm::Spectral,
            Self::Neural => VadAlgorithm::Neural,
        })
    }
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
    let mut detector = Vad::new(rate, args.algorithm.params())?;
    let mut hysteresis = Hysteresis::new(HysteresisParams::default());
    let (mut probabilities, mut decisions) = (Vec::new(), Vec::new());
    let size = rate.block_samples();
    for at in (0..pcm.len()).step_by(size) {
        let probability = detector.process(&block(&pcm, at, size))?;
        probabilities.push(probability);
        decisions.push(hysteresis.update(probability));
    }
    let mut text = "t_ms,value\n".to_owned();
    for (n, probability) in probabilities.iter().enumerate() {
        writeln!(text, "{},{probability:.4}", n * 10)?;
    }
    files::write(&args.output, text)?;
    if let Some(path) = &args.plot {
        let decided = decisions.iter().map(|decided| f64::from(u8::from(*decided)));
        let voice = Panel::new("Voice", "probability")
            .line("probability", over_time(probabilities.iter().map(|p| f64::from(*p))))
            .line("decision", over_time(decided));
        Chart::of("vad", &args.input, args.algorithm.name())
            .panel(Panel::new("Level", "dBFS").line("input", over_time(levels_dbfs(&pcm, size))))
            .panel(voice)
            .write(path)?;
    }
    let percent = |count: usize| count as f64 / probabilities.len().max(1) as f64 * 100.0;
    let began = |(n, decided): (usize, &bool)| *decided && (n == 0 || !decisions[n - 1]);
    Report::on(&args.files())
        .with("algorithm", args.algorithm.name())
        .with("blocks", probabilities.len())
        .with("over_half_percent", percent(probabilities.iter().filter(|p| **p > 0.5).count()))
        .with("speech_percent", percent(decisions.iter().filter(|d| **d).count()))
        .with("stretches", decisions.iter().enumerate().filter(|row| began(*row)).count())
        .print(args.json);
    Ok(())
}
