//! Control: `media-lab ns`: noise suppression of a file.

use super::chart::{Chart, Panel};
use super::progress::Progress;
use super::report;
use super::wav::{self, Sound};
use crate::files::Files;
use anyhow::Result;
use media_core::processing::audio::ns::{NoiseSuppression, NoiseSuppressor, Ns, NsAlgorithm, NsParams};
use serde_json::json;
use std::path::PathBuf;

/// What `ns` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab ns noisy.wav clean.wav
  media-lab ns --algorithm neural --level high noisy.wav clean.wav
  media-lab ns --json --plot levels.svg noisy.wav clean.wav

The output is as long as the input and in step with it: the suppressor's delay, which is printed, is taken out of the
file (in a call it is there). `quiet`: the change of the level of the quietest tenth of the blocks, `loud`: of the loudest.")]
pub struct Args {
    /// The WAV file to read: 8, 16, 24, 32 or 48 kHz, any number of channels.
    pub input: PathBuf,
    /// The WAV file to write (16 bit).
    pub output: PathBuf,
    /// How noise is suppressed.
    #[arg(long, value_enum, default_value_t = Algorithm::Spectral)]
    pub algorithm: Algorithm,
    /// How strongly.
    #[arg(long, value_enum, default_value_t = Level::Moderate)]
    pub level: Level,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw the levels before and after over time (.svg or .png).
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
        NsParams { algorithm: self.algorithm.into(), level: self.level.into() }
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
    let (sound, rate) = wav::read_engine(&args.input)?;
    let block = rate.block_samples();
    let mut progress = Progress::new("suppressing noise", sound.samples() * sound.channels.len());
    let mut result = Sound { rate: sound.rate, channels: Vec::new() };
    let mut delay = 0;
    for (n, channel) in sound.channels.iter().enumerate() {
        let mut suppressor = Ns::new(rate, args.params())?;
        delay = suppressor.delay_samples();
        // Silence behind it brings out the end.
        let mut samples = channel.clone();
        samples.resize((channel.len() + delay).next_multiple_of(block), 0.0);
        for (at, block) in samples.chunks_exact_mut(block).enumerate() {
            suppressor.process(block)?;
            progress.at(n * channel.len() + (at * block.len()).min(channel.len()));
        }
        samples.drain(..delay);
        samples.truncate(channel.len());
        result.channels.push(samples);
    }
    let clipped = wav::write(&args.output, &result)?;
    drop(progress);
    let (before, after) = (levels(&sound, block), levels(&result, block));
    if let Some(path) = &args.plot {
        let line = |levels: &[f64]| levels.iter().enumerate().map(|(n, l)| (n as f64 / 100.0, *l)).collect::<Vec<_>>();
        let panel = Panel::new("Noise suppression", "level, dB of full scale")
            .line("before", line(&before))
            .line("after", line(&after));
        Chart { x: "s".into(), panels: vec![panel] }.write(path)?;
    }
    let (quiet, loud) = changes(&before, &after);
    let round = |x: f64| (x * 100.0).round() / 100.0;
    let told = json!({
        "algorithm": args.params().algorithm.to_string(),
        "level": format!("{:?}", args.level).to_lowercase(),
        "delay_ms": round(delay as f64 * 1e3 / f64::from(sound.rate)),
        "quiet_db": quiet.map(round),
        "loud_db": loud.map(round),
        "clipped": clipped,
    });
    report::print(args.json, &told);
    Ok(())
}

/// The level of each block of the first channel, dB of full scale; -100 at least.
fn levels(sound: &Sound, block: usize) -> Vec<f64> {
    let level = |b: &[f32]| 10.0 * (b.iter().map(|x| f64::from(x * x)).sum::<f64>() / b.len() as f64 + 1e-10).log10();
    sound.channels.first().map_or(Vec::new(), |c| c.chunks(block).map(level).collect())
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
