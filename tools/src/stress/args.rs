//! Control: what `stress` takes.

use clap::{Args, Subcommand};

/// On which clock.
#[derive(Debug, Clone, Subcommand)]
pub enum Mode {
    /// Virtual time, callers in turn. The same seed gives the same run.
    Virtual(StressArgs),
    /// Real threads, each caller in a thread of its own, UDP sockets on loopback.
    Real(StressArgs),
}

impl Mode {
    /// What was asked for.
    pub fn args(&self) -> &StressArgs {
        match self {
            Self::Virtual(args) | Self::Real(args) => args,
        }
    }
}

/// What `stress` takes.
#[derive(Debug, Clone, Args)]
pub struct StressArgs {
    /// How long all engines together run, in seconds of that clock.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=864_000))]
    pub seconds: u32,
    /// Seed of all random numbers. The seed of an engine is printed with what it did wrong.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Run this one engine only: the number behind the # of a finding.
    #[arg(long, value_name = "SEED")]
    pub only: Option<u64>,
    /// Number of callers.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    pub callers: u8,
    /// Seconds of the wall clock between two lines of progress.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub every: u32,
    /// Print one line of JSON instead of the table.
    #[arg(long)]
    pub json: bool,
}
