//! Control: one engine after another is asked anything, hears anything, and is stopped at any moment.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use media_core_tools::soak::memory::Counting;
use media_core_tools::stress::args::Mode;
use media_core_tools::stress::flood::{self, args::FloodArgs};
use media_core_tools::stress::{report, run};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Asks one engine after another anything in any order, sends it anything, and stops it at any moment.
///
/// Each engine is set up differently: threads, queues and rings are as small as they can
/// be, so that each is full at times. Callers create sessions of every codec and setting,
/// legal or not. They connect, move, update and destroy them, and use handles of what has
/// ended. Some of the codecs panic, lie, or return numbers that are none. Phones send
/// streams of every payload type, jumps, floods, damaged packets, RTCP and noise. On
/// virtual time threads also hang, for up to a second. In the end the engine is stopped
/// while all that goes on.
///
/// These are wrong: a panic that was not planted; a parked session whose codec is sound; a
/// request that is not answered, by the stop at the latest; an engine that does not stop,
/// or does not get back all that it lent; counts of a session that do not add up once it
/// is silent; memory that grows from engine to engine; a hang. Each is reported with its
/// engine. Run that one again by --only (on virtual time it does the same again).
///
/// Exit codes: 0 nothing is wrong; 1 something is; 2 it could not run.
#[derive(Debug, Parser)]
#[command(name = "stress", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    #[command(flatten)]
    Anything(Mode),
    /// One port is flooded beside calls, on real threads and UDP sockets: what do the others lose?
    ///
    /// The calls run twice, without and with the flood, each time in an engine of its own in
    /// this process. Sender, phones and engine share this machine's cores: where the flood
    /// leaves the I/O thread no time, the kernel drops packets. Exit code 1: a count does not
    /// add up, or the engine itself dropped a packet of another call. How late packets were
    /// is reported, not judged.
    #[command(verbatim_doc_comment, after_help = FLOOD_EXAMPLES)]
    Flood(FloodArgs),
}

const FLOOD_EXAMPLES: &str = "Examples:
  stress flood
      200,000 packets a second, or as many as a core sends, beside 50 calls, for ten seconds
  stress flood --rate 50000 --calls 200 --seconds 60
      a smaller flood beside more calls
  stress flood --sender stranger --json
      sent by somebody else than the phone; one line for a script";

const EXAMPLES: &str = "Examples:
  stress virtual --seconds 3600
      an hour of virtual time, some hundred engines
  stress real --seconds 300 --callers 8
      five minutes with eight callers
  stress virtual --only 123456789
      again the engine that was reported as `#123456789: ...`
  stress flood --help
      one port flooded beside calls";

fn main() -> ExitCode {
    let done = match Cli::parse().what {
        What::Anything(mode) => stress(&mode),
        What::Flood(args) => flooded(&args),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("stress: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn stress(mode: &Mode) -> Result<bool> {
    let outcome = run::run(mode, |seconds, engines, wrong| {
        eprintln!("{seconds:>8.0} s of {}: {engines} engines, {wrong} findings", mode.args().seconds);
    })?;
    if mode.args().json {
        println!("{}", serde_json::to_string(&outcome)?);
    } else {
        print!("{}", report::text(&outcome));
    }
    Ok(outcome.is_good())
}

fn flooded(args: &FloodArgs) -> Result<bool> {
    let outcome = flood::run::run(args)?;
    if args.json {
        println!("{}", serde_json::to_string(&outcome)?);
    } else {
        print!("{}", flood::report::text(&outcome));
    }
    Ok(outcome.is_good())
}
