//! Control: where the time of a media engine's ticks goes: live, recorded, compared.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use media_core_tools::latency::{attach, compare, gauges, plot, record, report, selftest};

/// Where the time of a media engine's ticks goes.
///
/// A media thread wakes up every 10 ms (or 20) and works through its phases:
/// orders, intake, decode, process, mix, encode, emit. It measures itself at
/// each tick; this tool shows what it found and never touches the thread.
///
/// How to read a table:
///   wake_up_lateness  from the deadline to the wake-up: what the MACHINE costs.
///                     If long: look at steal, privileges, other threads.
///   tick_work         from the wake-up to the end: what WE cost.
///                     If near the period: too many legs for the core.
///   phase_*           the parts of tick_work.
///   packet_residence  from a packet's arrival to the departure of its audio,
///                     the jitter buffer included.
///   command_latency   from a command to the tick that applied it.
/// p99 = 99 of 100 values were at most this. Sound breaks up when lateness and
/// work together exceed the period.
#[derive(Debug, Parser)]
#[command(name = "latency-histogram", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  latency-histogram attach /run/media.sock
      a live screen; its last line names the keys
  latency-histogram attach /run/media.sock --once --json
      one snapshot for a script
  latency-histogram gauges /run/media.sock '/session/*/lost'
      one figure of each session, for a script (--json: a page a line)
  latency-histogram record /run/media.sock -o night.hlog --for 28800
      eight hours into a log that any HdrHistogram tool opens
  latency-histogram report night.hlog
      percentiles of a recorded night
  latency-histogram compare before.hlog after.hlog --check
      in a script: fails if anything became slower; 60 s each are enough
  latency-histogram plot before.hlog after.hlog -o tick.png --of tick_work
      both runs in one picture (.svg or .png)
  latency-histogram selftest
      before anything else, on the machine that is to carry calls";

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a running engine live: percentiles for each histogram and worker, load, late ticks, steal, legs.
    Attach(attach::AttachArgs),
    /// Show single figures of a running engine by their paths: /worker/0, /session/17, /session/*/lost.
    Gauges(gauges::GaugesArgs),
    /// Record a running engine into an interval log (.hlog), one interval a second.
    Record(record::RecordArgs),
    /// Show a recorded interval log (.hlog): percentiles for each histogram and worker.
    Report(report::ReportArgs),
    /// Compare two recorded logs: what is slower or faster in B than in A, beyond the noise of both.
    Compare(compare::CompareArgs),
    /// Draw recorded logs: percentile curves and time lines as SVG or PNG.
    Plot(plot::PlotArgs),
    /// How good is this machine for a media tick, idle and under load? Needs no engine.
    Selftest(selftest::SelftestArgs),
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let done = match Cli::parse().command {
        Command::Attach(args) => attach::run(&args, &mut out),
        Command::Record(args) => record::run(&args, &mut io::stderr(), io::stderr().is_terminal()).map(|_| ()),
        Command::Gauges(args) => gauges::run(&args, &mut out),
        Command::Compare(args) => compare::run(&args, &mut out),
        Command::Selftest(args) => selftest::run(&args, &mut out),
        Command::Plot(args) => plot::run(&args),
        Command::Report(args) => report::run(&args, &mut out),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of a pipe had enough (`| head`).
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|io| io.kind() == io::ErrorKind::BrokenPipe)
}
