//! Control: the jitter laboratory: a receive path of the library driven in virtual time by a packet trace.
//!
//! `trace` reads and writes traces, `impair` makes seeded ones, `codec` is the sender's half, `run` drives the receive
//! path tick by tick, `command` is the command line of `media-lab jitter`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

mod codec;
mod command;
mod impair;
mod run;
mod trace;

pub use codec::LabCodec;
pub use command::jitter;
pub use impair::{Impairment, impair};
pub use run::{Outcome, Playback, Setup, run};
pub use trace::{Packet, Trace};

#[cfg(test)]
mod tests;
