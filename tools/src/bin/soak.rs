//! Control: a full house of calls for a long time: memory flat, counters add up?

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use media_core_tools::cli;
use media_core_tools::soak::args::Mode;
use media_core_tools::soak::memory::Counting;
use media_core_tools::soak::{report, run};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A full house of calls for a long time: does memory stay flat, do the counters add up?
///
/// Phones talk through an engine in this process, in bridges and conferences. Every ten
/// seconds a hundredth of them hang up and call again. Strangers send forged packets;
/// phones send RTCP and rubbish. At the end of each session, the counts of its phone, its
/// port and its leg must add up: every packet was played, sent on, or counted where it was
/// dropped. Memory must not grow after the first quarter of the run; it is judged from
/// eight samples on.
///
/// Exit codes: 0 nothing is wrong; 1 memory grew or a count does not add up; 2 it could not run,
/// or the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "soak", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    mode: Mode,
}

const EXAMPLES: &str = "Examples:
  soak virtual --seconds 3600
      an hour at 1,000 legs on virtual time; takes some ten minutes of one core
  soak real --seconds 300
      five minutes at 1,000 legs on real threads and UDP sockets; `ulimit -n 4096` first
  soak real --legs 100 --seconds 20 --every 1 --json
      a short one for a script
  soak real --seconds 600 --stats-socket /tmp/soak.sock
      meanwhile, elsewhere: latency-histogram attach /tmp/soak.sock";

fn main() -> ExitCode {
    let good = soak(&Cli::parse().mode);
    cli::end("soak", good.map(|good| ExitCode::from(u8::from(!good))), 2)
}

fn soak(mode: &Mode) -> Result<bool> {
    let outcome = run::run(mode, |seconds, memory| {
        let (kib, live, calls) = (memory.resident_kib, memory.live, memory.calls);
        eprintln!("{seconds:>6} s: resident {kib} KiB, {live} live allocations, {calls} made so far");
    })?;
    if mode.args().json {
        println!("{}", serde_json::to_string(&outcome)?);
    } else {
        print!("{}", report::text(&outcome));
    }
    Ok(outcome.is_good())
}
