//! Control: `stress flood`: one port is flooded beside calls, on real threads and sockets of this machine. Tells what the
//! flooded session counted, what the others lost, and how late their packets were, beside the same calls without a flood.

pub mod args;
mod flooder;
mod parties;
pub mod report;
pub mod run;

#[cfg(test)]
mod tests;
