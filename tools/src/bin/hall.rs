//! Control: one conference of many real UDP phones: is every stream whole, every level right, no tick late?

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use media_core_tools::cli;
use media_core_tools::hall::args::HallArgs;
use media_core_tools::hall::run;

/// One conference of many phones on UDP sockets, in real time: is every stream whole, every level right, no tick late?
///
/// Some phones talk: each says a tone of its own. The others are silent, and send that, as phones do.
/// Afterwards each phone's stream must be whole (no sequence number missing, none twice, as many
/// packets as time went by), each must have heard every tone but its own at its level, the room must
/// be on as many media threads as there are, and none of these may have been late.
///
/// Phones are driven by a thread of this process: give the machine a core more than the engine has threads,
/// or what is late may be the phones.
///
/// Exit codes: 0 nothing is wrong; 1 something was; 2 it could not run, or the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "hall", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    args: HallArgs,
}

const EXAMPLES: &str = "Examples:
  hall
      300 phones in one room of two media threads for a minute; `ulimit -n 4096` first
  hall --phones 50 --seconds 10 --json
      a short one for a script
  hall --stats-socket /tmp/hall.sock
      meanwhile, elsewhere: latency-histogram attach /tmp/hall.sock";

fn main() -> ExitCode {
    let good = hall(&Cli::parse().args);
    cli::end("hall", good.map(|good| ExitCode::from(u8::from(!good))), 2)
}

fn hall(args: &HallArgs) -> Result<bool> {
    let outcome = run::run(args, |second| eprintln!("{second:>6} s of {}", args.seconds))?;
    match args.json {
        true => println!("{}", serde_json::to_string(&outcome)?),
        false => print!("{outcome}"),
    }
    Ok(outcome.is_good())
}
