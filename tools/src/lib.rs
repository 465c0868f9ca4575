//! Shared parts of the tools.

pub mod jitter_lab;
pub mod latency;
