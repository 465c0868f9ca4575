//! Control: many calls of the agent gateway at once: is each sample heard as it was said, and no tick late?

use clap::Parser;
use media_core_tools::agent_gateway::load::args::LoadArgs;
use media_core_tools::agent_gateway::load::run;
use media_core_tools::cli;
use std::process::ExitCode;

/// Many calls of the agent gateway at once, over WebSockets and RTP on loopback: is each sample heard as it was said?
///
/// Each call has a UDP phone and an agent of its own; both say noise, in which no two samples are alike. What agents said
/// and phones heard is compared octet by octet, what phones said and agents heard by blocks of 10 ms. Some agents stop
/// reading after a second: they must lose the oldest, and nobody else anything. No tick may be late.
///
/// Phones and agents are driven by two threads of this process: give the machine a core or two more than the engine has
/// threads, or what is late may be they.
///
/// Exit codes: 0 nothing is wrong; 1 something was; 2 it could not run, or the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "agent-load", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    args: LoadArgs,
}

const EXAMPLES: &str = "Examples:
  agent-load
      50 calls for a minute, two of them with agents that stall
  agent-load --calls 5 --stalled 0 --seconds 5 --json
      a short one for a script";

fn main() -> ExitCode {
    cli::end("agent-load", load(&Cli::parse().args).map(|good| ExitCode::from(u8::from(!good))), 2)
}

fn load(args: &LoadArgs) -> anyhow::Result<bool> {
    let outcome = run::run(args)?;
    match args.json {
        true => println!("{}", serde_json::to_string(&outcome)?),
        false => print!("{outcome}"),
    }
    Ok(outcome.is_good())
}
