//! Control: what `agent-load` takes.

use crate::cli::values::within;
use clap::Args;

/// What `agent-load` takes.
#[derive(Debug, Clone, Args)]
pub struct LoadArgs {
    /// Calls at once, 1 to 500.
    #[arg(long, default_value_t = 50, value_parser = within(1..=500_u32))]
    pub calls: u32,
    /// Of these, how many have an agent that reads nothing after its first second, 0 to 500.
    #[arg(long, default_value_t = 2, value_parser = within(0..=500_u32))]
    pub stalled: u32,
    /// How long they last, 3 to 3600.
    #[arg(long, default_value_t = 60, value_parser = within(3..=3_600_u32))]
    pub seconds: u32,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}
