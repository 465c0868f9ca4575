//! Control: what `soak` takes.

use crate::cli::values::within;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// On which clock.
#[derive(Debug, Clone, Subcommand)]
pub enum Mode {
    /// Run on virtual time, through a network that loses, delays and reorders. Each run is the same.
    #[command(after_help = "\
Examples:
  soak virtual --seconds 3600
  soak virtual --legs 100 --seconds 60 --every 1 --json
  soak virtual --seconds 3600 --stats-socket /tmp/soak.sock")]
    Virtual(SoakArgs),
    /// Run on real threads and UDP sockets on loopback, in real time.
    #[command(after_help = "\
Examples:
  soak real --seconds 300
  soak real --legs 100 --seconds 20 --every 1 --json
  soak real --seconds 600 --stats-socket /tmp/soak.sock")]
    Real(SoakArgs),
}

impl Mode {
    /// What was asked for.
    pub fn args(&self) -> &SoakArgs {
        match self {
            Self::Virtual(args) | Self::Real(args) => args,
        }
    }
}

/// What `soak` takes.
#[derive(Debug, Clone, Args)]
pub struct SoakArgs {
    /// Sessions at a time, 20 to 10000. Of every 20, sixteen are in bridges that transcode, two in a bridge that does
    /// not, and two in a conference of ten.
    #[arg(long, default_value_t = 1_000, value_parser = within(20..=10_000_u32))]
    pub legs: u32,
    /// Length of the run on its clock, 10 to 86400.
    #[arg(long, default_value_t = 300, value_parser = within(10..=86_400_u32))]
    pub seconds: u32,
    /// Time between samples of memory, and between lines of progress, 1 to 3600. Memory is judged from eight samples
    /// on.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = within(1..=3_600_u32))]
    pub every: u32,
    /// Media threads, 1 to 16.
    #[arg(long, default_value_t = 1, value_parser = within(1..=16_u8))]
    pub workers: u8,
    /// I/O threads, 1 to 16.
    #[arg(long, default_value_t = 1, value_parser = within(1..=16_u8))]
    pub io_threads: u8,
    /// Seed of the random numbers.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Serve live figures at this Unix-domain socket, for `latency-histogram attach`.
    #[arg(long, value_name = "PATH")]
    pub stats_socket: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}
