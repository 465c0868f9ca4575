//! Control: many calls against a node: what comes back of each, and how many it can carry.

use clap::Parser;
use media_core_tools::call_load::args::{Command, LoadArgs};
use media_core_tools::call_load::{run, serve};
use media_core_tools::cli;
use std::process::ExitCode;

/// Many calls against a node: what comes back of each stream, and how many calls it can carry.
///
/// Scenarios: relay (packets pass undecoded), g711, opus, g722 and g729 (a phone of G.711 calls one of that codec), rooms.
/// Phones are two SIP users of this tool, who call each other through the node; each leg says a tone, a packet each 20 ms,
/// and counts what comes: packets lost, their distance from 20 ms by the kernel's time of arrival. Some streams are listened
/// to: the tone's ratio to everything else, and its delay from phone to phone.
///
/// The capacity is the largest number of calls with which, for --seconds, no packet was lost either way and no tick of the
/// node was late or left out: found by doubling from --from, then by halves. What is not good is tried again (--tries).
/// Without --node a pbx-node is started in a process of its own, on the cores that the generator leaves. What the node
/// refuses (an engine admits no more calls beyond its load limit, 80 %) is the node's limit too.
///
/// The generator measures itself: a step in which one of its own packets left more than 20 ms late, or one in a thousand
/// more than 5 ms, or in which its own sockets dropped one, is not counted, whatever came back.
///
/// Progress goes to standard error, the report to standard output.
///
/// Exit codes: 0 good (each search has found some, the step of --calls is good); 1 not good; 2 it could not run, or the
/// command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "call-load", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    args: LoadArgs,
}

const EXAMPLES: &str = "Examples:
  call-load --out /tmp/load
      all scenarios against a node of its own; half an hour
  call-load --scenario g711,opus --seconds 30 --rate 200
      two of them, each step for half a minute
  call-load --calls 100 --scenario g711 --seconds 60
      no search: are a hundred calls good for a minute?
  pbx-node run node.toml & call-load --node 127.0.0.1:5060 --stats /tmp/pbx-node.sock --pid $! --most 100
      a node that runs already; its limits of messages and calls hold
  call-load --node 192.0.2.1:5060 --caller alice:secret --called bob:secret --scenario g711 --most 50
      one that asks for passwords; what it counts itself is not known then";

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Some(Command::Serve(args)) => serve::run(args).map(|()| ExitCode::SUCCESS),
        None => load(&cli.args),
    };
    cli::end("call-load", result, 2)
}

fn load(args: &LoadArgs) -> anyhow::Result<ExitCode> {
    let report = run::run(args)?;
    match args.json {
        true => println!("{}", serde_json::to_string(&report)?),
        false => print!("{report}"),
    }
    Ok(ExitCode::from(u8::from(!report.is_good())))
}
