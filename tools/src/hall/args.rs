//! Control: what `hall` takes.

use crate::cli::values::within;
use clap::Args;
use std::path::PathBuf;

/// What `hall` takes.
#[derive(Debug, Clone, Args)]
pub struct HallArgs {
    /// Phones in the conference, 2 to 2000.
    #[arg(long, default_value_t = 300, value_parser = within(2..=2_000_u32))]
    pub phones: u32,
    /// Of these, how many talk, 1 to 20; they are spread over the media threads.
    #[arg(long, default_value_t = 5, value_parser = within(1..=20_u32))]
    pub talkers: u32,
    /// How long they talk, 5 to 3600.
    #[arg(long, default_value_t = 60, value_parser = within(5..=3_600_u32))]
    pub seconds: u32,
    /// Media threads of the engine, and of the room: 1 to 16.
    #[arg(long, default_value_t = 2, value_parser = within(1..=16_u8))]
    pub workers: u8,
    /// I/O threads, 1 to 16.
    #[arg(long, default_value_t = 1, value_parser = within(1..=16_u8))]
    pub io_threads: u8,
    /// Serve live figures at this Unix-domain socket, for `latency-histogram attach`.
    #[arg(long, value_name = "PATH")]
    pub stats_socket: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}
