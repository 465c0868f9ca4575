//! Control: where the time of a media engine's ticks goes: live, recorded, compared.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use media_core_tools::cli;
use media_core_tools::latency::{
    attach, client, compare, gauges, legs, plot, record, report, selftest, serve_metrics, why,
};

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
///
/// Exit codes: 0 done; 1 with compare --check, something is slower; 1 too if the
/// engine was killed, or has nothing of what was named; 2 it could not run, or
/// the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "latency-histogram", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  latency-histogram attach /run/media.sock
      a live screen; its last line names the keys
  latency-histogram attach --once --json /run/media.sock
      one snapshot for a script
  latency-histogram gauges /run/media.sock '/session/*/lost'
      one figure of each session, for a script (--json: a page a line)
  latency-histogram legs /run/media.sock
      the sick calls of all that there are, the worst first (--dialog PART: those)
  latency-histogram serve-metrics /run/media.sock
      for Prometheus, at http://127.0.0.1:9464/metrics
  latency-histogram why /run/media.sock 17
      each gap in the audio of session 17, with its cause
  latency-histogram record -o night.hlog --seconds 28800 /run/media.sock
      eight hours into a log that any HdrHistogram tool opens
  latency-histogram report night.hlog
      percentiles of a recorded night
  latency-histogram compare --check before.hlog after.hlog
      in a script: fails if anything became slower; 60 s each are enough
  latency-histogram plot -o tick.png --of tick_work before.hlog after.hlog
      both runs in one picture (.svg or .png)
  latency-histogram selftest
      before anything else, on the machine that is to carry calls";

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a running engine live: percentiles for each histogram and worker, load, late ticks, steal, legs.
    #[command(
        after_help = "Examples:\n  latency-histogram attach /run/media.sock\n  latency-histogram attach --once --json /run/media.sock"
    )]
    Attach(attach::AttachArgs),
    /// Show single figures of a running engine by path prefix: /worker/0, /session/17, /session/*/lost.
    #[command(
        after_help = "Examples:\n  latency-histogram gauges /run/media.sock /worker/0\n  latency-histogram gauges --json /run/media.sock '/session/*/lost'"
    )]
    Gauges(gauges::GaugesArgs),
    /// Show the calls that stand out of all that there are: the sick ones (stopped, one-way, refused, concealed), or the greatest by another order.
    #[command(
        after_help = "Examples:\n  latency-histogram legs /run/media.sock\n  latency-histogram legs --by lost --first 50 --json /run/media.sock\n  latency-histogram legs --dialog a84b4c76 /run/media.sock"
    )]
    Legs(legs::LegsArgs),
    /// Serve a running engine's figures to Prometheus over HTTP.
    #[command(
        after_help = "Examples:\n  latency-histogram serve-metrics /run/media.sock\n  latency-histogram serve-metrics --listen 10.0.0.5:9464 /run/media.sock"
    )]
    ServeMetrics(serve_metrics::ServeMetricsArgs),
    /// Record a running engine into an interval log (.hlog), one interval a second.
    #[command(after_help = "Example:\n  latency-histogram record -o night.hlog --seconds 28800 /run/media.sock")]
    Record(record::RecordArgs),
    /// Show a recorded interval log (.hlog): percentiles for each histogram and worker.
    #[command(
        after_help = "Examples:\n  latency-histogram report night.hlog\n  latency-histogram report --json night.hlog"
    )]
    Report(report::ReportArgs),
    /// Compare two recorded logs: what is slower or faster in B than in A, beyond the noise of both.
    #[command(
        after_help = "Examples:\n  latency-histogram compare before.hlog after.hlog\n  latency-histogram compare --check --ignore-below-percent 5 before.hlog after.hlog"
    )]
    Compare(compare::CompareArgs),
    /// Draw recorded logs: percentile curves and time lines as SVG or PNG.
    #[command(
        after_help = "Examples:\n  latency-histogram plot -o tick.svg night.hlog\n  latency-histogram plot -o tick.png --of tick_work before.hlog after.hlog"
    )]
    Plot(plot::PlotArgs),
    /// Show why the audio of a session broke: each gap with its cause, and how far its audio comes, each way.
    ///
    /// A line a gap: when it began (UTC), how long it was, why. Each has one cause:
    ///   lost, late         the network lost packets, or brought them too late
    ///   flooded, ring_full, dropped   packets came and were dropped here
    ///   sender_paused      nothing was sent, amid sound, without a word
    ///   stretched          time stretching followed the network's delay
    ///   limited            a limiter worked hard (6 dB), or long (1 dB for 200 ms)
    ///   prompt_dry, injection_dry, pcm_dry, agent_dry   a source ran dry
    ///   late_tick          the media thread came late; what was stolen is beside it
    ///   stalled_reader     whoever reads the samples did not
    ///   held, codec_changed, source_changed, undecodable, outbound_ring_full
    /// The last line says how far the audio comes: "flows", or where it ends.
    #[command(
        verbatim_doc_comment,
        after_help = "Examples:\n  latency-histogram why /run/media.sock 17\n  latency-histogram why /run/media.sock dialog-a --plot a.svg\n  latency-histogram why --json /run/media.sock 17"
    )]
    Why(why::WhyArgs),
    /// Measure how well this machine keeps a media tick, idle and under load. Needs no engine.
    #[command(
        after_help = "Examples:\n  latency-histogram selftest\n  latency-histogram selftest --seconds 60 --core 1 --json"
    )]
    Selftest(selftest::SelftestArgs),
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let done = match Cli::parse().command {
        Command::Attach(args) => attach::run(&args, &mut out),
        Command::Record(args) => record::run(&args, &mut io::stderr(), io::stderr().is_terminal()).map(|_| ()),
        Command::Gauges(args) => gauges::run(&args, &mut out),
        Command::Legs(args) => legs::run(&args, &mut out),
        Command::ServeMetrics(args) => serve_metrics::run(&args, &mut io::stderr()),
        Command::Compare(args) => compare::run(&args, &mut out),
        Command::Selftest(args) => selftest::run(&args, &mut out),
        Command::Plot(args) => plot::run(&args),
        Command::Why(args) => why::run(&args, &mut out),
        Command::Report(args) => report::run(&args, &mut out),
    };
    let done = match done {
        // The reader of a pipe had enough (`| head`).
        Err(error) if is_closed_pipe(&error) => Ok(ExitCode::SUCCESS),
        Err(error) if is_a_finding(&error) => {
            eprintln!("latency-histogram: {error}");
            Ok(ExitCode::FAILURE)
        }
        done => done.map(|()| ExitCode::SUCCESS),
    };
    cli::end("latency-histogram", done, 2)
}

/// It is no failure of the tool's.
fn is_a_finding(error: &anyhow::Error) -> bool {
    let of_names = error.is::<gauges::NoSuchPath>() || error.is::<legs::NoSuchDialog>();
    of_names || error.is::<compare::Slower>() || error.is::<client::EngineGone>()
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|io| io.kind() == io::ErrorKind::BrokenPipe)
}
