//! Shared parts of the tools.

pub mod latency;
