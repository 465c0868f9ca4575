//! Control: a small PBX on the engine: phones register, call each other, meet in rooms.

use clap::Parser;
use media_core_tools::cli;
use media_core_tools::pbx_node::args::{Command, EXAMPLE};
use media_core_tools::pbx_node::config::Config;
use media_core_tools::pbx_node::run;
use std::process::ExitCode;

/// A small PBX on the media engine: SIP phones register, call each other, meet in rooms.
///
/// Who is called:
///   sip:NAME@       a phone that has registered (the one that did so last), bridged
///   sip:conf-NAME@  the room of that name: everybody in it hears everybody
///   sip:echo@       the caller hears himself
///   sip:play@       an announcement and a menu: 1 again, 2 echo, 3 record, 9 or # the end
///   sip:record@     after the tone it is recorded, until # or 5 s of silence, and played back
///
/// Audio goes through the engine, whatever codecs the two phones have; keys pass by telephone events, INFO and tones.
/// Hold (the other hears music), changes of codec, blind and attended transfer (REFER) are understood. What befalls
/// calls is printed, a line each.
///
/// It ends on SIGINT and SIGTERM: calls are hung up first.
///
/// Exit codes: 0 ended as it was told to; 1 it could not run, or the configuration is wrong; 2 the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "pbx-node", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  pbx-node run
      on 127.0.0.1:5060, for phones of this machine, without passwords
  pbx-node example > node.toml; pbx-node check node.toml; pbx-node run node.toml
      with names, passwords and whatever else is set there";

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Run(args) => {
            args.config.as_deref().map_or(Ok(Config::default()), Config::read).and_then(run::until_signal)
        }
        Command::Check { config } => Config::read(&config).map(|_| println!("{}: in order", config.display())),
        Command::Example => {
            print!("{EXAMPLE}");
            Ok(())
        }
    };
    cli::end("pbx-node", result.map(|()| ExitCode::SUCCESS), 1)
}
