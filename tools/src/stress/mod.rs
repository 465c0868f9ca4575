//! Control: `stress`: one engine after another is asked anything in any order, on virtual time or by several threads on
//! real ones, while anything comes by RTP, and is stopped at any moment. Nothing may panic, hang, leak, stay unanswered or
//! lose count.

mod actor;
mod agents;
pub mod args;
mod calls;
mod codec;
mod config;
mod dice;
mod findings;
pub mod flood;
mod life;
mod params;
mod real;
mod recordings;
mod refusal;
pub mod report;
mod rooms;
pub mod run;
mod traffic;
mod verbs;
mod virtual_time;
mod waiting;

#[cfg(test)]
mod tests;
