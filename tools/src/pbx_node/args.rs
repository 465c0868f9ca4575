//! Control: what `pbx-node` takes.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What is to be done.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Run the node until SIGINT or SIGTERM; then calls are ended.
    Run(RunArgs),
    /// Check a configuration, and say what is wrong in it.
    Check {
        /// The file.
        config: PathBuf,
    },
    /// Print a configuration with all there is to set.
    Example,
}

/// What `run` takes.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// The configuration; none: as `pbx-node example` prints it, without users: anybody of this machine may call.
    pub config: Option<PathBuf>,
}

/// A configuration with all there is to set, at its defaults.
pub const EXAMPLE: &str = r#"# pbx-node: everything is optional; what stands here is what is so without it, but for the users.

[sip]
listen = "127.0.0.1:5060"   # UDP and TCP; beyond loopback only with users
# websocket = "127.0.0.1:8088"  # SIP of browsers: the page of [status] has a telephone then
realm = "media-core"
ring_s = 60                 # how long a phone may ring
ringback = false            # true: the caller hears our ringback tone as early media

# Who may register and call. Nobody here: anybody of this machine may.
[users.alice]
password = "change me"
[users.bob]
password = "and me"
srtp = true                 # it is called with SRTP, and may not call without; "dtls": its keys by DTLS

# Phones and gateways that do not register: a name, and where it is.
[phones]
# gateway = { uri = "sip:trunk@192.0.2.20:5060", srtp = false }

[media]
address = "127.0.0.1"       # of RTP, as phones are told
ports = [20000, 29999]
calls = 100
workers = 1
tick_ms = 10                # or 20
timeout_s = 60              # who sends nothing for so long, though he should, is hung up; 0: never
codecs = ["opus", "G722", "PCMU", "PCMA", "G729"]   # the best first
tones = "europe"            # north_america, united_kingdom
# stats_socket = "/tmp/pbx-node.sock"   # for latency-histogram attach

[files]
# announcement = "welcome.wav"   # what sip:play@ says
# hold = "music.wav"             # music on hold
recordings = "recordings"        # where sip:record@ puts them

[status]
# listen = "127.0.0.1:8080"      # a page with calls, rooms, MOS and the ticks

[limits]
messages = 200              # SIP messages a second of one address
burst = 1000
contacts = 4                # phones that one name may have
connections = 1024          # TCP and WebSocket connections at a time; a further one is closed
connections_of_one = 256    # of these, from one address
"#;
