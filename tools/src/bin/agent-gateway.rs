//! Control: the port of a speech machine over a WebSocket: a Python agent talks to a phone.

use clap::Parser;
use media_core_tools::agent_gateway::args::GatewayArgs;
use media_core_tools::agent_gateway::run;
use media_core_tools::cli;
use std::process::ExitCode;

/// Voice agents on phone calls, over WebSockets: JSON for what is asked and told, binary frames for audio.
///
/// There is no SIP here: an agent, or the PBX beside it, opens ws://HOST:PORT/call/NAME for each call, sends `start` with
/// what was negotiated, and gets the address for the SDP. From then on audio flows both ways: what the agent sends is
/// spoken to the phone, exact to a sample; what the phone says comes in frames of 20 ms with the time of each.
///
///   in    start attach media mark clear finish begin_turn pause resume dtmf position remote stop
///   out   connected started media mark mark_forgotten cleared interrupted dry_began dry_ended dtmf backlog_low
///         lost position error stopped
///
/// An agent that reads too slowly loses the oldest audio, and is told; one that is gone leaves its call alive for --grace
/// seconds, in which another may `attach` to it. What befalls calls is printed, a line of JSON each, and comes at
/// ws://HOST:PORT/events as well. docs/agent-gateway.md describes each message; tools/agent_gateway/echo_agent.py is an agent.
///
/// It ends on SIGINT and SIGTERM: each agent is told `stopped`.
///
/// Exit codes: 0 ended as it was told to; 1 it could not run; 2 the command line is wrong.
#[derive(Debug, Parser)]
#[command(name = "agent-gateway", version, verbatim_doc_comment, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    args: GatewayArgs,
}

const EXAMPLES: &str = "Examples:
  agent-gateway
      agents of this machine, at ws://127.0.0.1:8765/call/NAME
  agent-gateway --hold tone --grace 60
      who has lost his agent hears a tone for up to a minute
  agent-gateway --listen 0.0.0.0:8765 --token-file token.txt --rtp-address 192.0.2.10
      agents and phones of other machines; put TLS before it where the network is not yours";

fn main() -> ExitCode {
    cli::end("agent-gateway", run::run(&Cli::parse().args).map(|()| ExitCode::SUCCESS), 1)
}
