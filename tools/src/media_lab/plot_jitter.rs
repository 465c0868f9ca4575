//! Control: `media-lab plot-jitter`: what the network and the jitter buffer did over time, as a picture.

use super::chart::{Chart, Panel};
use crate::cli::Command;
use crate::cli::files::Files;
use crate::cli::report::Report;
use crate::cli::values::within;
use crate::jitter_lab::{BufferArgs, Outcome, Timeline, Trace, read_sound, run as play};
use anyhow::{Context as _, Result, ensure};
use media_core::buffer::BlockKind;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// What `plot-jitter` takes.
#[derive(Debug, clap::Args)]
#[command(override_usage = "media-lab plot-jitter [OPTIONS] --trace <FILE> --plot <FILE> [INPUT]")]
#[command(after_help = "\
Examples:
  media-lab plot-jitter --trace wifi.csv --plot jitter.svg
  media-lab plot-jitter --trace wifi.csv --plot jitter.png --from 10 --until 20 speech.wav

The trace is played through the receive path of a call, as `media-lab jitter` does, and its state at each tick is drawn. \
Transit is from sending to arrival, playout delay from sending to the first sample heard. INPUT and the picture can also \
be given as --in FILE and --out FILE.")]
pub struct Args {
    /// The sound that is sent: mono, any sample rate. In pauses of speech the delay changes at less cost [default: a
    /// synthetic voice].
    pub input: Option<PathBuf>,
    /// The network: a CSV of seq,arrival_ms,lost,send_ms.
    #[arg(long, value_name = "FILE")]
    pub trace: PathBuf,
    /// INPUT by name.
    #[arg(long = "in", value_name = "FILE", hide = true, conflicts_with = "input")]
    pub named_input: Option<PathBuf>,
    /// The picture to write (.svg or .png).
    #[arg(long, value_name = "FILE", alias = "out")]
    pub plot: PathBuf,
    /// When the picture begins.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = within(0.0..=1e9), allow_negative_numbers = true)]
    pub from: f64,
    /// When the picture ends [default: the end of the trace].
    #[arg(long, value_name = "SECONDS", alias = "to", value_parser = within(0.0..=1e9), allow_negative_numbers = true)]
    pub until: Option<f64>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Stream and buffer.
    #[command(flatten)]
    pub buffer: BufferArgs,
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        let input = self.input.as_ref().or(self.named_input.as_ref());
        Files::default().read(input).read(&self.trace).draw(&self.plot)
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    let until = args.until.unwrap_or(f64::INFINITY);
    ensure!(args.from < until, "--from = {}: must be before --until = {until}", args.from);
    let file = || args.trace.display().to_string();
    let trace = Trace::read(&args.trace)?;
    let (rate, pcm) = match args.input.as_ref().or(args.named_input.as_ref()) {
        Some(path) => read_sound(path, |hz| args.buffer.codec.rate(hz))?,
        None => {
            let rate = args.buffer.codec.rate(16_000);
            let ptime = f64::from(args.buffer.ptime);
            let timeline = Timeline::of(&trace, ptime, f64::from(rate.hz())).with_context(file)?;
            let last = timeline.places.last().map_or(0, |place| place.number - timeline.places[0].number);
            (rate, voice(rate.hz(), last as f64 * ptime / 1e3 + 1.0))
        }
    };
    let outcome = play(&args.buffer.setup(rate.hz())?, &trace, &pcm).with_context(file)?;
    chart("plot-jitter", &args.trace, &args.buffer, &trace, &outcome, args.from..=until).write(&args.plot)?;
    let summary = outcome.summary(&trace, rate.hz());
    let files = args.files();
    println!("{}", if args.json { Report::on(&files).json_before(&summary)? } else { summary.to_string() });
    Ok(())
}

/// What the network and the buffer did in those seconds.
pub fn chart(
    command: &str,
    file: &Path,
    args: &BufferArgs,
    trace: &Trace,
    outcome: &Outcome,
    seconds: RangeInclusive<f64>,
) -> Chart {
    let within = |point: &(f64, f64)| seconds.contains(&point.0);
    let at = |ms: f64| (ms - outcome.origin_ms) / 1e3;
    let offset = outcome.clock_offset_ms;
    let transit = trace.0.iter().filter_map(|p| p.arrival_ms.map(|ms| (at(p.send_ms), ms - p.send_ms - offset)));
    let playout = trace.0.iter().zip(&outcome.playback);
    let playout = playout.filter_map(|(sent, p)| p.playout_ms.map(|ms| (at(sent.send_ms), ms - sent.send_ms)));
    let state = |which: usize| {
        let at = outcome.levels.iter().enumerate().map(move |(n, state)| (n as f64 / 100.0, f64::from(state[which])));
        at.filter(within).collect::<Vec<_>>()
    };
    // Concealed time of the last second, so that single blocks can be seen.
    let bad: Vec<bool> = outcome.kinds.iter().map(|k| !matches!(k, BlockKind::Speech | BlockKind::Idle)).collect();
    let concealed = (0..bad.len()).map(|n| {
        let last = &bad[n.saturating_sub(99)..=n];
        (n as f64 / 100.0, 10.0 * last.iter().filter(|bad| **bad).count() as f64)
    });
    Chart::of(command, file, &args.to_string())
        .panel(
            Panel::new("From sending to arrival and to playout", "ms")
                .line("transit", transit.filter(within))
                .line("playout delay", playout.filter(within)),
        )
        .panel(
            Panel::new("Jitter buffer, over the fastest packet", "ms")
                .line("delay", state(0))
                .line("target", state(1))
                .line("level", state(2)),
        )
        .panel(
            Panel::new("Time without packets", "ms in the last second")
                .line("concealed or silent", concealed.filter(within)),
        )
}

/// Syllables of a gliding voice with pauses.
fn voice(rate: u32, seconds: f64) -> Vec<f32> {
    let rate = f64::from(rate);
    let mut phase = 0.0f64;
    (0..(seconds * rate) as usize)
        .map(|i| {
            let t = i as f64 / rate;
            let pause = (t * 3.1) as u32 % 8 > 5;
            let open = if pause { 0.0 } else { ((t * 3.1).fract() * std::f64::consts::PI).sin().powi(2) };
            phase += (110.0 + 40.0 * (t * 0.7).sin()) / rate;
            let tone: f64 = (1..12).map(|k| (phase * std::f64::consts::TAU * f64::from(k)).sin() / f64::from(k)).sum();
            (tone * open * 0.15) as f32
        })
        .collect()
}
