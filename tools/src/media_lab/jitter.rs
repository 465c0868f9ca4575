//! Control: `media-lab jitter`: a sound through a network trace and the receive path of a call, or a trace by itself.

use super::plot_jitter;
use super::wav::{self, Sound};
use crate::cli::Command;
use crate::cli::files::{self, Files};
use crate::cli::report::Report;
use crate::jitter_lab::{BufferArgs, ImpairArgs, Trace, read_sound, run as play};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// What `jitter` takes.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
media-lab jitter [OPTIONS] --trace <FILE> <INPUT> [OUTPUT]
       media-lab jitter [OPTIONS] --impair <FILE> [INPUT] [OUTPUT]")]
#[command(after_help = "\
Examples:
  media-lab jitter --trace wifi.csv --log playout.csv speech.wav heard.wav
  media-lab jitter --trace wifi.csv --strategy aggressive --plot jitter.svg --json speech.wav
  media-lab jitter --impair wifi.csv --network wifi --seed 7
  media-lab jitter --impair mobile.csv --network mobile speech.wav heard.wav

A trace is a CSV of seq,arrival_ms,lost,send_ms. Sequence numbers may begin anywhere and wrap at 65536; times may be \
of any clock. If packets arrive before they are sent, or 10 s later, the two times are taken as two clocks, and the \
least transit counts as 0. Time 0 of OUTPUT is when the first packet was sent: comparing the files shows the delay \
from mouth to ear. INPUT and OUTPUT can also be given by name, as --in FILE and --out FILE.")]
pub struct Args {
    /// The sound that is sent: mono, any sample rate.
    #[arg(required_unless_present_any = ["impair", "named_input"])]
    pub input: Option<PathBuf>,
    /// The WAV file to write (16 bit): what is heard.
    pub output: Option<PathBuf>,
    /// The trace of the network to play through.
    #[arg(long, value_name = "FILE", required_unless_present = "impair")]
    pub trace: Option<PathBuf>,
    /// INPUT by name.
    #[arg(long = "in", value_name = "FILE", hide = true, conflicts_with = "input")]
    pub named_input: Option<PathBuf>,
    /// OUTPUT by name.
    #[arg(long = "out", value_name = "FILE", hide = true, conflicts_with = "output")]
    pub named_output: Option<PathBuf>,
    /// The CSV file to write: seq,playout_ms,concealed, when each packet was played.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// The CSV file to write: t_ms,delay_ms,target_ms,level_ms,kind, the buffer's state at each tick.
    #[arg(long, value_name = "FILE")]
    pub levels: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Draw arrivals, delay, target and level over time (.svg or .png).
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// Stream and buffer.
    #[command(flatten)]
    pub buffer: BufferArgs,
    /// What a made trace is like.
    #[command(flatten)]
    pub network: ImpairArgs,
}

impl Args {
    fn input(&self) -> Option<&PathBuf> {
        self.input.as_ref().or(self.named_input.as_ref())
    }

    fn output(&self) -> Option<&PathBuf> {
        self.output.as_ref().or(self.named_output.as_ref())
    }
}

impl Command for Args {
    fn files(&self) -> Files<'_> {
        Files::default()
            .read(self.input())
            .read(self.trace.as_ref())
            .write(self.output())
            .write(self.network.impair.as_ref())
            .write(self.log.as_ref())
            .write(self.levels.as_ref())
            .draw(self.plot.as_ref())
    }

    fn run(&self) -> Result<()> {
        run(self)
    }
}

fn run(args: &Args) -> Result<()> {
    let (path, trace) = match (&args.network.impair, &args.trace) {
        (Some(path), _) => {
            let trace = args.network.trace(args.buffer.ptime)?;
            files::write(path, trace.to_csv())?;
            (path, trace)
        }
        (None, trace) => {
            let path = trace.as_ref().context("--trace or --impair is missing")?;
            (path, Trace::read(path)?)
        }
    };
    let Some(input) = args.input() else {
        let lost = trace.0.iter().filter(|packet| packet.arrival_ms.is_none()).count();
        Report::on(&args.files()).with("packets", trace.0.len()).with("lost", lost).print(args.json);
        return Ok(());
    };
    played(args, path, &trace, input)
}

fn played(args: &Args, path: &Path, trace: &Trace, input: &Path) -> Result<()> {
    let (rate, pcm) = read_sound(input, |hz| args.buffer.codec.rate(hz))?;
    let setup = args.buffer.setup(rate.hz())?;
    let outcome = play(&setup, trace, &pcm).with_context(|| path.display().to_string())?;
    if let Some(path) = args.output() {
        wav::write(path, &Sound::mono(rate.hz(), outcome.audio.clone()))?;
    }
    if let Some(path) = &args.log {
        files::write(path, outcome.playout_csv())?;
    }
    if let Some(path) = &args.levels {
        files::write(path, outcome.levels_csv())?;
    }
    if let Some(plot) = &args.plot {
        plot_jitter::chart("jitter", path, &args.buffer, trace, &outcome, 0.0..=f64::INFINITY).write(plot)?;
    }
    let summary = outcome.summary(trace, rate.hz());
    let files = args.files();
    println!("{}", if args.json { Report::on(&files).json_before(&summary)? } else { summary.to_string() });
    Ok(())
}
