//! Control: what `call-load` takes.

use super::scenario::Scenario;
use crate::cli::values::within;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// What `call-load` takes.
#[derive(Debug, Clone, Args)]
pub struct LoadArgs {
    /// What is tried, separated by commas [default: all].
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME", hide_possible_values = false)]
    pub scenario: Vec<Scenario>,
    /// A node that runs already, by its SIP address over UDP. Without it one is started, in a process of its own.
    #[arg(long, value_name = "HOST:PORT")]
    pub node: Option<SocketAddr>,
    /// That node's stats socket (media.stats_socket of pbx-node): late ticks and packets lost on their way to it are counted by it.
    #[arg(long, value_name = "FILE", requires = "node")]
    pub stats: Option<PathBuf>,
    /// That node's process: what it takes of a core is told.
    #[arg(long, value_name = "NUMBER", requires = "node")]
    pub pid: Option<u32>,
    /// Who calls at that node: a name that it knows, and a password where it asks for one.
    #[arg(long, value_name = "NAME[:PASSWORD]", default_value = "load-a")]
    pub caller: String,
    /// Who is called there.
    #[arg(long, value_name = "NAME[:PASSWORD]", default_value = "load-b")]
    pub called: String,
    /// So many calls and no search, 1 to 10000; exit code 1 if they are not good.
    #[arg(long, value_parser = within(1..=10_000_u32))]
    pub calls: Option<u32>,
    /// The search begins with so many calls, 1 to 10000.
    #[arg(long, value_name = "CALLS", default_value_t = 50, value_parser = within(1..=10_000_u32))]
    pub from: u32,
    /// … and goes no further, 1 to 10000.
    #[arg(long, value_name = "CALLS", default_value_t = 5_000, value_parser = within(1..=10_000_u32))]
    pub most: u32,
    /// … and ends where good and bad are so near each other, in percent, 1 to 50.
    #[arg(long, value_name = "PERCENT", default_value_t = 5, value_parser = within(1..=50_u32))]
    pub within: u32,
    /// How often a number of calls is tried that is not good, 1 to 10: the machine may have been to blame. Twice as often where it is
    /// the generator that was late.
    #[arg(long, default_value_t = 3, value_parser = within(1..=10_u32))]
    pub tries: u32,
    /// How long calls are counted in each step, after three seconds that are not, 1 to 3600.
    #[arg(long, default_value_t = 10, value_parser = within(1..=3_600_u32))]
    pub seconds: u32,
    /// Calls that are set up a second at most, 1 to 1000 [default: 20, as nodes limit messages; 200 at a node of its own].
    #[arg(long, value_parser = within(1..=1_000_u32))]
    pub rate: Option<u32>,
    /// Phones in a room, 2 to 8.
    #[arg(long, value_name = "PHONES", default_value_t = 4, value_parser = within(2..=8_u32))]
    pub room_size: u32,
    /// Cores of the generator, a thread on each, 1 to 64: the first ones. A node of its own gets the others, if there are any.
    #[arg(long, default_value_t = 1, value_parser = within(1..=64_u32))]
    pub load_cores: u32,
    /// Streams that are listened to, 0 to 200: their tone's ratio to everything else, and their delay.
    #[arg(long, value_name = "STREAMS", default_value_t = 20, value_parser = within(0..=200_u32))]
    pub ears: u32,
    /// Where the report goes: call-load.json, call-load.txt and a picture for each scenario.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Pictures are .png in place of .svg.
    #[arg(long, requires = "out")]
    pub png: bool,
    /// Print the report as one JSON object; nothing is told meanwhile.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    args: LoadArgs,
}

impl LoadArgs {
    /// As a command line has them.
    ///
    /// # Errors
    /// As the command line is told.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Self, clap::Error> {
        Line::try_parse_from(["call-load"].into_iter().chain(words)).map(|line| line.args)
    }
}

/// Not for users: the process of a node of its own.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// A node until its standard input ends.
    #[command(hide = true)]
    Serve(ServeArgs),
}

/// What a node of its own is told.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Where its stats socket and its recordings are.
    #[arg(long)]
    pub folder: PathBuf,
    /// The most calls.
    #[arg(long)]
    pub calls: u32,
    /// Its cores.
    #[arg(long, value_delimiter = ',')]
    pub cores: Vec<usize>,
    /// It relays and has no SIP.
    #[arg(long)]
    pub relay: bool,
}
