//! Control: the parts of `latency-histogram`: one file a subcommand, and what they share.
//!
//! Live figures come over the engine's stats socket ([`client`]), recorded ones from HdrHistogram interval logs
//! ([`log`]). None of it ever touches a media thread.

pub mod attach;
pub mod client;
pub mod compare;
pub mod gauges;
pub mod legs;
pub mod log;
pub mod plot;
pub mod record;
pub mod report;
pub mod selftest;
pub mod serve_metrics;
pub mod stretches;
pub mod why;

#[cfg(test)]
mod compare_tests;
#[cfg(test)]
mod foreign_tests;
#[cfg(test)]
mod real_engine_tests;
#[cfg(test)]
mod record_tests;
#[cfg(test)]
mod tests;
