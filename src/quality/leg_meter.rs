//! Real-time: what a leg measures of the quality that it hears, packet by packet and block by block.
//!
//! Plain numbers: counts since the call began, or as of now. Whoever wants them of an interval takes the difference; a loss that
//! comes late after all, or a burst that goes on, takes one back.

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
