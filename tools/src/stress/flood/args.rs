//! Control: what `stress flood` takes.

use clap::{Args, ValueEnum};
use serde::Serialize;

/// Who floods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sender {
    /// The phone of that session, from its own address. Packets beyond the bound count as `flooded`.
    Phone,
    /// Somebody else, while the phone speaks. The packets count as `refused`.
    Stranger,
}

/// What `stress flood` takes.
#[derive(Debug, Clone, Args)]
pub struct FloodArgs {
    /// Calls beside the flooded port, of two phones each.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub calls: u32,
    /// Packets per second to that port. What a core reaches is reported.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub rate: u32,
    /// How long the flood lasts, in seconds. The calls run as long without it, to compare.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub seconds: u32,
    /// Who floods.
    #[arg(long, value_enum, default_value_t = Sender::Phone)]
    pub sender: Sender,
    /// I/O threads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub io_threads: u8,
    /// Print one line of JSON instead of the table.
    #[arg(long)]
    pub json: bool,
}
