//! Control: `call-load`: many calls against a node, what comes back of each, and how many it can carry.
//!
//! `scenario` says what is called and `sound` what is said there; `calls` sets calls up (by SIP, or at a relay of ours) and `wire` says
//! and hears their packets, a thread for each of the generator's cores; `step` is so many calls for so long with a verdict, `search`
//! finds the most that are good, `node` and `serve` are the node in a process of its own, `report` and `plot` tell of it.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

pub mod args;
mod calls;
mod ears;
mod heard;
mod node;
mod offer;
mod phones;
mod plot;
mod relay;
pub mod report;
pub mod run;
pub mod scenario;
mod search;
pub mod serve;
mod sockets;
mod sound;
mod step;
mod stream;
mod usage;
mod verdict;
mod wire;

#[cfg(test)]
mod tests;
