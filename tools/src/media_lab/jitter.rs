//! Control: `media-lab jitter`: a sound through a network trace and the receive path of a call, or a trace by itself.

use super::wav::{self, Sound};
use crate::files::Files;
use crate::jitter_lab::{BufferArgs, ImpairArgs, Trace, read_sound, run as play};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What `jitter` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  media-lab jitter --trace T.csv --in speech.wav --out heard.wav --log playout.csv
  media-lab jitter --impair T.csv --network wifi --seed 7                             makes a trace
  media-lab jitter --impair T.csv --network mobile --in speech.wav --out heard.wav    both at once

A trace is CSV: seq,arrival_ms,lost,send_ms. Numbers may begin anywhere and wrap at 65536, times be of any clock; where
packets arrive before they are sent, or 10 s later, these are two clocks, and the least transit counts as 0. Time 0 of
the output is when the first packet was sent, so that comparing the files shows the delay from mouth to ear.")]
pub struct Args {
    /// The network: a CSV of seq,arrival_ms,lost,send_ms.
    #[arg(long, value_name = "T.csv", required_unless_present = "impair")]
    pub trace: Option<PathBuf>,
    /// The sound that is sent: a mono WAV file.
    #[arg(long = "in", value_name = "IN.wav", required_unless_present = "impair")]
    pub input: Option<PathBuf>,
    /// What is heard.
    #[arg(long = "out", value_name = "OUT.wav")]
    pub output: Option<PathBuf>,
    /// Stream and buffer.
    #[command(flatten)]
    pub buffer: BufferArgs,
    /// Write when each packet was played: seq,playout_ms,concealed.
    #[arg(long, value_name = "PLAYOUT.csv")]
    pub log: Option<PathBuf>,
    /// Write the buffer's state at each tick: t_ms,delay_ms,target_ms,level_ms,kind (for plot-jitter).
    #[arg(long, value_name = "LEVELS.csv")]
    pub levels: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// What a made trace is like.
    #[command(flatten)]
    pub network: ImpairArgs,
}

impl Args {
    /// The files it reads and writes.
    #[must_use]
    pub fn files(&self) -> Files<'_> {
        Files::default()
            .read(self.trace.as_ref())
            .read(self.input.as_ref())
            .write(self.network.impair.as_ref())
            .write(self.output.as_ref())
            .write(self.log.as_ref())
            .write(self.levels.as_ref())
    }
}

/// Runs the command.
///
/// # Errors
/// Files, or settings that are not possible.
pub fn run(args: &Args) -> Result<()> {
    let trace = match (&args.network.impair, &args.trace) {
        (Some(path), _) => {
            let trace = args.network.trace(args.buffer.ptime)?;
            save(path, &trace.to_csv())?;
            if args.input.is_none() {
                let lost = trace.0.iter().filter(|packet| packet.arrival_ms.is_none()).count();
                println!("{}: {} packets, {lost} lost", path.display(), trace.0.len());
            }
            trace
        }
        (None, Some(path)) => Trace::read(path)?,
        (None, None) => bail!("--trace or --impair is missing"),
    };
    let Some(input) = &args.input else { return Ok(()) };
    let (rate, pcm) = read_sound(input, |hz| args.buffer.codec.rate(hz))?;
    let setup = args.buffer.setup(rate.hz())?;
    let source = args.network.impair.as_ref().or(args.trace.as_ref());
    let outcome =
        play(&setup, &trace, &pcm).with_context(|| source.map_or(String::new(), |p| p.display().to_string()))?;
    if let Some(path) = &args.output {
        wav::write(path, &Sound::mono(rate.hz(), outcome.audio.clone()))?;
    }
    if let Some(path) = &args.log {
        save(path, &outcome.playout_csv())?;
    }
    if let Some(path) = &args.levels {
        save(path, &outcome.levels_csv())?;
    }
    let summary = outcome.summary(&trace, rate.hz());
    if args.json {
        println!("{}", serde_json::to_string(&summary)?);
    } else {
        println!("{summary}");
    }
    Ok(())
}

fn save(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
