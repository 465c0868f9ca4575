//! Control: `soak`: a full house of calls for a long time, on virtual time or on real threads and sockets: does memory
//! stay flat, and do the counters of phones, transport and legs add up, for each session and in total?

pub mod args;
pub mod ledger;
pub mod memory;
mod network;
pub(crate) mod phone;
pub mod report;
pub mod run;
mod world;

#[cfg(test)]
mod tests;
