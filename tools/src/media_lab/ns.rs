//! Control: `media-lab ns`: noise suppression of a file.

use super::blocks::{self, levels_dbfs};
use super::chart::{Chart, Panel, over_time};
use super::wav::{self, Sound};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use anyhow::Result;
use media_core::processing::audio::ns::{NoiseSuppression, NoiseSuppressor, Ns, NsAlgorithm, NsParams};
use std::path::PathBuf;

/// What `ns` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab ns noisy.wav clean.wav
  media-lab ns --algorithm neural --level high noisy.wav clean.wav
  media-lab ns --json --plot levels.svg noisy.wav clean.wav

OUTPUT is in step with INPUT: the delay is reported, and taken out of the file (a call has it). `quiet` is the change \
of level in the quietest tenth of the blocks, `loud` that in the loudest tenth.")]
pub struct Args {
    /// The sound file to read: 8, 16, 24, 32 or 48 kHz, any number of channels.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// How noise is suppressed.
    #[arg(long, value_enum, default_value_t = Algorithm::Spectral)]
    pub algorithm: Algorithm,
    /// How strongly noise is suppressed.
    #[arg(long, value_enum, default_value_t = Level::Moderate)]
    pub level: Level,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw the levels of the first channel over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// The algorithms of the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Algorithm {
    /// Gains per frequency from a tracked noise spectrum.
    Spectral,
    /// RNNoise, a small recurrent network at 48 kHz.
    Neural,
}

/// The levels of the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Level {
    /// Hardly any artefact.
    Low,
    /// A compromise.
    Moderate,
    /// As much as there is.
    High,
}

impl Algorithm {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spectral => "spectral",
            Self::Neural => "neural",
        }
    }
}

impl Level {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

impl From<Algorithm> for NsAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Spectral => Self::Spectral,
            Algorithm::Neural => Self::Neural,
        }
    }
}

impl From<Level> for NoiseSuppression {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Moderate => Self::Moderate,
            Level::High => Self::High,
        }
    }
}

impl Args {
    fn params(&self) -> NsParams {
        NsParams::default().algorithm(self.algorithm.into()).level(self.level.into())
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
    let (sound, rate) = wav::read_engine(&args.input)?;
    let (mut result, mut delay) = (Sound { rate: sound.rate, channels: Vec::new() }, 0);
    for channel in &sound.channels {
        let mut suppressor = Ns::new(rate, args.params())?;
        delay = suppressor.delay_samples();
        let stage = |block: &mut [f32]| Ok(suppressor.process(block)?);
        result.channels.push(blocks::through(channel, rate, delay, "suppressing noise", stage)?);
    }
    let clipped = wav::write(&args.output, &result)?;
    let levels = |sound: &Sound| levels_dbfs(sound.channels.first().map_or(&[], Vec::as_slice), rate.block_samples());
    let (before, after) = (levels(&sound), levels(&result));
    let (name, level) = (args.algorithm.name(), args.level.name());
    if let Some(path) = &args.plot {
        let panel = Panel::new("Level", "dBFS");
        let panel = panel.line("input", over_time(before.clone())).line("output", over_time(after.clone()));
        Chart::of("ns", &args.input, &format!("{name}, level {level}")).panel(panel).write(path)?;
    }
    let (quiet, loud) = changes(&before, &after);
    Report::on(&args.files())
        .with("algorithm", name)
        .with("level", level)
        .with("quiet_db", quiet)
        .with("loud_db", loud)
        .with("delay_ms", delay as f64 * 1e3 / f64::from(sound.rate))
        .with("clipped", clipped)
        .print(args.json);
    Ok(())
}

/// The mean change of the level in the quietest and the loudest tenth of the blocks.
fn changes(before: &[f64], after: &[f64]) -> (Option<f64>, Option<f64>) {
    let mut order: Vec<usize> = (0..before.len()).collect();
    order.sort_by(|a, b| before[*a].total_cmp(&before[*b]));
    let tenth = before.len().div_ceil(10);
    let mean = |of: &[usize]| {
        (!of.is_empty()).then(|| of.iter().map(|n| after[*n] - before[*n]).sum::<f64>() / of.len() as f64)
    };
    (mean(&order[..tenth.min(order.len())]), mean(&order[order.len().saturating_sub(tenth)..]))
}
