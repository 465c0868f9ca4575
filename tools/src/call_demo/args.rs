//! Control: what `call-demo` takes.

use std::path::PathBuf;

use clap::Args;

/// What `call-demo` takes.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// A WAV file for the next party to say: mono, 8, 16 or 48 kHz, a second or more. Up to five, for alice, bob,
    /// carol, dave and erin in this order; who gets none speaks with a built-in voice.
    #[arg(long, value_name = "FILE.wav")]
    pub speech: Vec<PathBuf>,
    /// How long the parties talk, 2 to 600.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(2..=600))]
    pub seconds: u64,
    /// Folder for the WAV files of what each party said and heard; made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "out/demo")]
    pub out: PathBuf,
    /// Media threads of the engine, 1 to 16.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub workers: u8,
    /// The engine's tick: 10 or 20.
    #[arg(long, value_name = "MS", default_value = "10", value_parser = ["10", "20"])]
    pub tick_ms: String,
    /// Serve live figures at this Unix-domain socket, for `latency-histogram attach`.
    #[arg(long, value_name = "PATH")]
    pub stats_socket: Option<PathBuf>,
    /// Write the latency histograms to this HdrHistogram log, for `latency-histogram report`.
    #[arg(long, value_name = "FILE.hlog")]
    pub histogram_log: Option<PathBuf>,
    /// Print one line of JSON instead of tables.
    #[arg(long)]
    pub json: bool,
}
