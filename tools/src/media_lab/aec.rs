//! Control: `media-lab aec`: echo cancellation on two files.

use super::blocks::{block, level_dbfs};
use super::chart::{Chart, Panel, over_time};
use super::progress::Progress;
use super::wav::{self, Sound};
use crate::cli::Command;
use crate::cli::files::{self, Files};
use crate::cli::report::Report;
use anyhow::{Context as _, Result};
use media_core::processing::audio::aec::training::append_training_frame;
use media_core::processing::audio::aec::{Aec, AecAlgorithm, AecParams, EchoCanceller, EchoMetrics, EchoSuppression};
use std::path::{Path, PathBuf};

/// What `aec` takes.
#[derive(Debug, clap::Args)]
#[command(override_usage = "media-lab aec [OPTIONS] --far <FILE> <INPUT> <OUTPUT>")]
#[command(after_help = "\
Examples:
  media-lab aec --far far.wav mic.wav clean.wav
  media-lab aec --far far.wav --algorithm line --json mic.wav clean.wav
  media-lab aec --far far.wav --suppression off --plot erle.svg mic.wav clean.wav

ERLE is the echo return loss enhancement at the end of the file, in dB: of the adaptive filter alone (linear), and with \
residual echo suppression. An echo that comes later than --max-delay-ms stays: it is told of as late_echo_ms. INPUT and OUTPUT can also be given by name, as --mic FILE and --out FILE.")]
pub struct Args {
    /// What came from the party, voice and echo: mono, with the sample rate of --far.
    #[arg(required_unless_present = "mic")]
    pub input: Option<PathBuf>,
    /// The WAV file to write (16 bit), without the echo. It is not delayed.
    #[arg(required_unless_present = "out")]
    pub output: Option<PathBuf>,
    /// The reference, what was sent to the party: mono.
    #[arg(long, value_name = "FILE")]
    pub far: PathBuf,
    /// INPUT by name.
    #[arg(long, value_name = "FILE", hide = true, conflicts_with = "input")]
    pub mic: Option<PathBuf>,
    /// OUTPUT by name.
    #[arg(long, value_name = "FILE", hide = true, conflicts_with = "output")]
    pub out: Option<PathBuf>,
    /// The adaptive filter.
    #[arg(long, value_enum, default_value_t = Algorithm::FrequencyDomain)]
    pub algorithm: Algorithm,
    /// Length of the echo path that the filter models, 16 to 500 [default: the algorithm's].
    #[arg(long, value_name = "MS", alias = "tail")]
    pub tail_ms: Option<u16>,
    /// Greatest bulk delay to search for, 0 to 1000 [default: the algorithm's].
    #[arg(long, value_name = "MS", alias = "max-delay")]
    pub max_delay_ms: Option<u16>,
    /// Suppression of the residual echo behind the filter [default: the algorithm's].
    #[arg(long, value_enum)]
    pub suppression: Option<Suppression>,
    /// Do not fill what was suppressed with comfort noise.
    #[arg(long)]
    pub no_comfort_noise: bool,
    /// What the network of `neural` hears of each block, and the spectra that it works on, as 32-bit floats: see tools/networks.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub training: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw levels, ERLE and delay over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// The algorithms by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Algorithm {
    /// Time domain, light: for a room.
    Nlms,
    /// Time domain for the echo of a hybrid: 64 ms, no bulk delay.
    Line,
    /// Partitioned block, frequency domain.
    FrequencyDomain,
    /// The same, and a network that tells echo from a near speaker.
    Neural,
}

/// The levels of suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Suppression {
    /// None: the linear filter alone.
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
            Self::FrequencyDomain => AecParams::default().algorithm(AecAlgorithm::FrequencyDomain),
            Self::Neural => AecParams::default().algorithm(AecAlgorithm::Neural),
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nlms => "nlms",
            Self::Line => "line",
            Self::FrequencyDomain => "frequency_domain",
            Self::Neural => "neural",
        }
    }
}

impl Args {
    fn params(&self) -> AecParams {
        let mut params = self.algorithm.params();
        params.tail_ms = self.tail_ms.unwrap_or(params.tail_ms);
        params.max_delay_ms = self.max_delay_ms.unwrap_or(params.max_delay_ms);
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

impl Command for Args {
    fn files(&self) -> Files<'_> {
        let (input, output) = (self.input.as_ref().or(self.mic.as_ref()), self.output.as_ref().or(self.out.as_ref()));
        let files = Files::default().read(input).read(&self.far).write(output).draw(self.plot.as_ref());
        files.write(self.training.as_ref())
    }

    fn run(&self) -> Result<()> {
        let files = self.files();
        run(self, files.input().context("INPUT is missing")?, files.output().context("OUTPUT is missing")?)
    }
}

/// What was seen in a block: its levels in dBFS (far, near, out), and the canceller's own view.
struct Row {
    levels: [f64; 3],
    metrics: EchoMetrics,
}

/// Where one file is shorter, it goes on as silence.
fn run(args: &Args, input: &Path, output: &Path) -> Result<()> {
    let hears = args.training.is_none() || matches!(args.algorithm, Algorithm::Neural);
    anyhow::ensure!(hears, "--training needs --algorithm neural: the others have no network that hears something");
    let (mic, rate) = wav::read_mono(input)?;
    let far = wav::read_mono_at(&args.far, rate, input)?;
    let params = args.params();
    let mut aec = Aec::new(rate, params)?;
    let (mut out, mut rows, mut frames) = (Vec::with_capacity(mic.len()), Vec::new(), Vec::new());
    let mut progress = Progress::new("cancelling", mic.len());
    let size = rate.block_samples();
    for at in (0..mic.len()).step_by(size) {
        let (reference, mut near) = (block(&far, at, size), block(&mic, at, size));
        let before = [level_dbfs(&reference), level_dbfs(&near)];
        aec.process(&reference, &mut near)?;
        rows.push(Row { levels: [before[0], before[1], level_dbfs(&near)], metrics: aec.metrics() });
        if args.training.is_some() {
            append_training_frame(&aec, &mut frames);
        }
        out.extend_from_slice(&near[..size.min(mic.len() - at)]);
        progress.at(at);
    }
    drop(progress);
    let clipped = wav::write(output, &Sound::mono(rate.hz(), out))?;
    if let Some(path) = &args.training {
        files::write(path, octets(&frames))?;
    }
    if let Some(plot) = &args.plot {
        chart(args, &params, input, &rows).write(plot)?;
    }
    let last = aec.metrics();
    Report::on(&args.files())
        .with("algorithm", args.algorithm.name())
        .with("erl_db", last.erl_db)
        .with("erle_db", last.erle_db)
        .with("erle_linear_db", last.erle_linear_db)
        .with("echo_delay_ms", last.delay_ms)
        .with("late_echo_ms", last.late_echo_ms)
        .with("divergences", last.divergences)
        .with("blocks", rows.len())
        .with("double_talk_blocks", rows.iter().filter(|row| row.metrics.double_talk).count())
        .with("clipped", clipped)
        .print(args.json);
    Ok(())
}

fn octets(frames: &[f32]) -> Vec<u8> {
    frames.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn chart(args: &Args, params: &AecParams, input: &Path, rows: &[Row]) -> Chart {
    let name = args.algorithm.name();
    let suppression = format!("{:?}", params.suppression).to_lowercase();
    let said = format!("{name}, tail {} ms, suppression {suppression}, far {}", params.tail_ms, args.far.display());
    let levels = |n: usize| over_time(rows.iter().map(|row| row.levels[n]));
    Chart::of("aec", input, &said)
        .panel(Panel::new("Level", "dBFS").line("far", levels(0)).line("input", levels(1)).line("output", levels(2)))
        .panel(
            Panel::new("Echo return loss enhancement", "dB")
                .line("linear filter", over_time(rows.iter().map(|row| row.metrics.erle_linear_db.into())))
                .line("with suppression", over_time(rows.iter().map(|row| row.metrics.erle_db.into()))),
        )
        .panel(
            Panel::new("Echo delay", "ms")
                .line("delay", over_time(rows.iter().map(|row| row.metrics.delay_ms.map_or(f64::NAN, f64::from)))),
        )
}
