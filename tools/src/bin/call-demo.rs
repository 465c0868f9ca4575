//! Control: real calls on loopback through a real engine; says who heard whom.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use anyhow::Result;
use clap::Parser;
use media_core_tools::call_demo::args::DemoArgs;
use media_core_tools::call_demo::report::Report;
use media_core_tools::call_demo::run;
use media_core_tools::cli;

/// Real calls on loopback through a real engine; says who heard whom.
///
/// Starts a media engine with pinned real-time media threads in this process, and
/// five parties. Each party is an RTP endpoint with a UDP socket of its own:
///   alice (µ-law) and bob (A-law) are bridged,
///   carol, dave and erin are in a conference.
/// They talk in real time. At the end each must have heard its partners, and
/// neither itself nor anyone of the other call. To find out, what came to a party
/// is correlated with what each party said. What each said and heard is kept as
/// WAV files.
///
/// Runs as an ordinary user. If the system refuses something (real-time priority,
/// locked memory), the table of the engine names it, and what to do about it.
///
/// Exit codes: 0 all heard whom they should; 1 somebody did not, or heard whom it
/// should not, or a replay differs; 2 it could not run, or the command line is wrong; 130 interrupted
/// by Ctrl-C: the calls were ended in order and the tables printed.
#[derive(Debug, Parser)]
#[command(name = "call-demo", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    args: DemoArgs,
}

const EXAMPLES: &str = "Examples:
  call-demo
      ten seconds with the built-in voices; listen to out/demo/*-heard.wav
  call-demo --speech me.wav --speech you.wav --seconds 30
      alice and bob say what you recorded
  call-demo --seconds 600 --stats-socket /tmp/demo.sock
      ten minutes; meanwhile, elsewhere: latency-histogram attach /tmp/demo.sock
  call-demo --histogram-log demo.hlog
      then: latency-histogram report demo.hlog
  call-demo --flights flights --seconds 5
      each call as the flight recorder wrote it, replayed; then: media-lab replay flights/alice.flight --wav out
  call-demo --workers 2 --json
      two media threads; figures for a script";

fn main() -> ExitCode {
    cli::end("call-demo", demo(&Cli::parse().args), 2)
}

fn demo(args: &DemoArgs) -> Result<ExitCode> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    // The second Ctrl-C does not wait for anything.
    ctrlc::set_handler(move || {
        if asked.swap(true, SeqCst) {
            std::process::exit(130);
        }
    })?;
    let outcome = run::run(args, &stop)?;
    let report = Report::of(&outcome);
    if args.json {
        println!("{}", report.json()?);
    } else {
        print!("{}", report.text(args));
    }
    Ok(match (report.interrupted, report.ok) {
        (true, _) => ExitCode::from(130),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::FAILURE,
    })
}
