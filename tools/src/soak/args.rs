//! Control: what `soak` takes.

use clap::{Args, Subcommand};

/// On which clock.
#[derive(Debug, Clone, Subcommand)]
pub enum Mode {
    /// Virtual time, a network that loses, delays and reorders; the same each run.
    Virtual(SoakArgs),
    /// Real threads, UDP sockets on loopback, real time.
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
    /// Sessions at a time: of each 20, sixteen in bridges that transcode, two in one that passes through, two in a
    /// conference of ten.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(20..=10_000))]
    pub legs: u32,
    /// How long, in seconds.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(10..=86_400))]
    pub seconds: u32,
    /// Seconds between two samples of memory, and lines of progress.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub every: u32,
    /// Media threads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub workers: u8,
    /// I/O threads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub io_threads: u8,
    /// Of all random numbers.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print one line of JSON instead of the table.
    #[arg(long)]
    pub json: bool,
}
