//! Control: `media-lab aec`: echo cancellation on two files.

use super::chart::{Chart, Panel};
use super::progress::Progress;
use super::wav::{self, Sound};
use crate::files::Files;
use anyhow::{Result, ensure};
use media_core::processing::audio::aec::{Aec, AecAlgorithm, AecParams, EchoCanceller, EchoMetrics, EchoSuppression};
use std::path::PathBuf;

/// What `aec` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab aec --far far.wav --mic mic.wav --out clean.wav
  media-lab aec --far far.wav --mic mic.wav --out clean.wav --algorithm line --json
  media-lab aec --far far.wav --mic mic.wav --out clean.wav --suppression off --plot erle.svg

ERLE is the echo return loss enhancement in dB: of the filter alone, and with what is suppressed behind it.")]
pub struct Args {
    /// The reference: a WAV file of what was sent to the party, mono.
    #[arg(long, value_name = "FILE")]
    pub far: PathBuf,
    /// A WAV file of what came from the party: its voice and the echo, mono, of the same sample rate.
    #[arg(long, value_name = "FILE")]
    pub mic: PathBuf,
    /// The WAV file to write (16 bit), without the echo. It is not delayed.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The adaptive filter.
    #[arg(long, value_enum, default_value_t = Algorithm::FrequencyDomain)]
    pub algorithm: Algorithm,
    /// Milliseconds of echo path that the filter models, 16 to 500 [default: the algorithm's].
    #[arg(long, value_name = "MS")]
    pub tail: Option<u16>,
    /// Milliseconds of bulk delay that are searched, 0 to 500 [default: the algorithm's].
    #[arg(long, value_name = "MS")]
    pub max_delay: Option<u16>,
    /// What is done about the echo that the filter leaves [default: the algorithm's].
    #[arg(long, value_enum)]
    pub suppression: Option<Suppression>,
    /// Leave holes where noise was suppressed with the echo.
    #[arg(long)]
    pub no_comfort_noise: bool,
    /// Print the canceller's metrics as one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw levels, echo return loss enhancement and delay over time (SVG or PNG by the name).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// The algorithms by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Algorithm {
    /// Time domain, light, for a room.
    Nlms,
    /// The same for a hybrid's echo: 64 ms, no bulk delay.
    Line,
    /// Partitioned block frequency domain.
    FrequencyDomain,
}

/// The levels of suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Suppression {
    /// None: the linear part alone.
    Off,
    /// Least.
    Low,
    /// Between.
    Moderate,
    /// Most.
    High,
}

impl Algorithm {
    /// Its parameters as they are by default.
    pub fn params(self) -> AecParams {
        match self {
            Self::Nlms => AecParams::light(),
            Self::Line => AecParams::line(),
            Self::FrequencyDomain => AecParams { algorithm: AecAlgorithm::FrequencyDomain, ..AecParams::default() },
        }
    }
}

impl Args {
    fn params(&self) -> AecParams {
        let mut params = self.algorithm.params();
        params.tail_ms = self.tail.unwrap_or(params.tail_ms);
        params.max_delay_ms = self.max_delay.unwrap_or(params.max_delay_ms);
        params.suppression = match self.suppression {
            None => params.suppression,
            Some(Suppression::Off) => EchoSuppression::Off,
            Some(Suppression::Low) => EchoSuppression::Low,
            Some(Suppression::Moderate) => EchoSuppression::Moderate,
            Some(Suppression::High) => EchoSuppression::High,
        };
        params.comfort_noise &= !self.no_comfort_noise;
        params
    }
}

/// What was seen in a block: its levels in dBFS (far, near, out), and the canceller's own view.
struct Row {
    levels: [f64; 3],
    metrics: EchoMetrics,
}

impl Args {
    /// The files it reads and writes.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files::default().read(&self.far).read(&self.mic).write(&self.out).write(self.plot.as_ref())
    }
}

/// Runs the command. Where one file is shorter, it goes on as silence.
///
/// # Errors
/// Files, rates that differ or are not possible, parameters out of range.
pub fn run(args: &Args) -> Result<()> {
    let ((far, far_rate), (mic, rate)) = (wav::read_mono(&args.far)?, wav::read_mono(&args.mic)?);
    ensure!(
        far_rate == rate,
        "{} has {} Hz, {} has {} Hz: resample one (media-lab resample)",
        args.far.display(),
        far_rate.hz(),
        args.mic.display(),
        rate.hz()
    );
    let mut aec = Aec::new(rate, args.params())?;
    let mut out = Vec::with_capacity(mic.len());
    let mut rows = Vec::new();
    let mut progress = Progress::new("cancelling", mic.len());
    let (far, mic) = (&*far, &*mic);
    let size = rate.block_samples();
    for at in (0..mic.len()).step_by(size) {
        let (reference, mut block) = (block_of(far, at, size), block_of(mic, at, size));
        let before = [level(&reference), level(&block)];
        aec.process(&reference, &mut block)?;
        rows.push(Row { levels: [before[0], before[1], level(&block)], metrics: aec.metrics() });
        out.extend_from_slice(&block[..size.min(mic.len() - at)]);
        progress.at(at);
    }
    let clipped = wav::write(&args.out, &Sound::mono(rate.hz(), out))?;
    drop(progress);
    if let Some(plot) = &args.plot {
        chart(&rows).write(plot)?;
    }
    let last = aec.metrics();
    if args.json {
        let json = serde_json::json!({
            "erle_linear_db": last.erle_linear_db, "erle_db": last.erle_db, "delay_ms": last.delay_ms,
            "divergences": last.divergences, "samples_clipped": clipped,
            "double_talk_blocks": rows.iter().filter(|row| row.metrics.double_talk).count(), "blocks": rows.len(),
        });
        println!("{json}");
    } else {
        let delay = last.delay_ms.map_or("not found".to_owned(), |ms| format!("{ms} ms"));
        println!(
            "at the end: echo return loss enhancement {:.1} dB, {:.1} dB by the filter alone; delay {delay}; \
             {} divergences; {clipped} samples clipped",
            last.erle_db, last.erle_linear_db, last.divergences
        );
    }
    Ok(())
}

fn block_of(sound: &[f32], at: usize, size: usize) -> Vec<f32> {
    (at..at + size).map(|n| sound.get(n).copied().unwrap_or(0.0)).collect()
}

fn level(block: &[f32]) -> f64 {
    let power = block.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / block.len().max(1) as f64;
    10.0 * (power + 1e-10).log10()
}

fn chart(rows: &[Row]) -> Chart {
    let over = |value: &dyn Fn(&Row) -> f64| -> Vec<(f64, f64)> {
        rows.iter().enumerate().map(|(n, row)| (n as f64 / 100.0, value(row))).collect()
    };
    let levels = Panel::new("levels", "dBFS")
        .line("far", over(&|row| row.levels[0]))
        .line("mic", over(&|row| row.levels[1]))
        .line("out", over(&|row| row.levels[2]));
    let erle = Panel::new("echo return loss enhancement", "dB")
        .line("filter", over(&|row| f64::from(row.metrics.erle_linear_db)))
        .line("with suppression", over(&|row| f64::from(row.metrics.erle_db)));
    let delay = Panel::new("bulk delay", "ms").line("delay", over(&|row| row.metrics.delay_ms.map_or(0.0, f64::from)));
    Chart { x: "s".to_owned(), panels: vec![levels, erle, delay] }
}
