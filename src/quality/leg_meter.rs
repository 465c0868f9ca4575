//! Real-time: what a leg measures of the quality that it hears, packet by packet and block by block.
//!
//! Plain numbers that only grow, or are as of now: whoever wants them of an interval takes the difference.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod arrival_jitter;
mod burst_gap;
mod signal_levels;

pub(crate) use arrival_jitter::ArrivalJitter;
pub(crate) use burst_gap::{BurstGap, GMIN};
pub use burst_gap::{BurstGapCounts, BurstGapMetrics};
pub(crate) use signal_levels::SignalLevels;

#[cfg(test)]
mod tests;
