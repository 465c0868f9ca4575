//! Control: `media-lab plot-jitter`: what the network and the jitter buffer did over time, as a picture.

use super::chart::{Chart, Panel};
use crate::files::Files;
use crate::jitter_lab::{BufferArgs, Outcome, Timeline, Trace, read_sound, run as play};
use anyhow::{Context as _, Result, ensure};
use media_core::buffer::BlockKind;
use std::path::PathBuf;

/// What `plot-jitter` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab plot-jitter --trace T.csv --out jitter.svg
  media-lab plot-jitter --trace T.csv --out jitter.png --from 10 --to 20 --strategy aggressive --in speech.wav

The trace is played through the receive path of a call again, as `media-lab jitter` does, and its state at each tick is
drawn. Transit is from send to arrival, playout delay from send to the first sample heard.")]
pub struct Args {
    /// The network: a CSV of seq,arrival_ms,lost,send_ms.
    #[arg(long, value_name = "T.csv")]
    pub trace: PathBuf,
    /// The sound that is sent (where speech pauses, the delay changes at less cost); without it a synthetic voice.
    #[arg(long = "in", value_name = "IN.wav")]
    pub input: Option<PathBuf>,
    /// The picture: SVG or PNG by its name.
    #[arg(long = "out", value_name = "OUT.svg|png")]
    pub output: PathBuf,
    /// Begin here.
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub from: f64,
    /// End here.
    #[arg(long, value_name = "S", default_value_t = f64::INFINITY)]
    pub to: f64,
    /// Stream and buffer.
    #[command(flatten)]
    pub buffer: BufferArgs,
}

impl Args {
    /// The files it reads and writes.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files::default().read(&self.trace).read(self.input.as_ref()).write(&self.output)
    }
}

/// Runs the command.
///
/// # Errors
/// Files, or settings that are not possible.
pub fn run(args: &Args) -> Result<()> {
    ensure!(args.from < args.to, "--from {} is not before --to {}", args.from, args.to);
    let file = || args.trace.display().to_string();
    let trace = Trace::read(&args.trace)?;
    let (rate, pcm) = match &args.input {
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
    chart(&trace, &outcome, args.from, args.to).write(&args.output)?;
    println!("{}", outcome.summary(&trace, rate.hz()));
    Ok(())
}

fn chart(trace: &Trace, outcome: &Outcome, from: f64, to: f64) -> Chart {
    let within = move |point: &(f64, f64)| (from..=to).contains(&point.0);
    let seconds = |ms: f64| (ms - outcome.origin_ms) / 1e3;
    let offset = outcome.clock_offset_ms;
    let transit = trace.0.iter().filter_map(|p| p.arrival_ms.map(|ms| (seconds(p.send_ms), ms - p.send_ms - offset)));
    let playout = trace.0.iter().zip(&outcome.playback);
    let playout = playout.filter_map(|(sent, p)| p.playout_ms.map(|ms| (seconds(sent.send_ms), ms - sent.send_ms)));
    let state = |which: usize| {
        let at = outcome.levels.iter().enumerate().map(move |(n, state)| (n as f64 / 100.0, f64::from(state[which])));
        at.filter(within)
    };
    // Concealed time of the last second, so that single blocks can be seen.
    let bad: Vec<bool> = outcome.kinds.iter().map(|k| !matches!(k, BlockKind::Speech | BlockKind::Idle)).collect();
    let concealed = (0..bad.len()).map(|n| {
        let last = &bad[n.saturating_sub(99)..=n];
        (n as f64 / 100.0, 10.0 * last.iter().filter(|bad| **bad).count() as f64)
    });
    Chart {
        x: "s".into(),
        panels: vec![
            Panel::new("From send to arrival and to playout", "ms")
                .line("transit", transit.filter(within))
                .line("playout delay", playout.filter(within)),
            Panel::new("Jitter buffer, over the fastest packet", "ms")
                .line("delay", state(0))
                .line("target", state(1))
                .line("level", state(2)),
            Panel::new("Not all from packets", "ms in the last second")
                .line("concealed or silent", concealed.filter(within)),
        ],
    }
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
