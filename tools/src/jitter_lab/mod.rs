//! Control: the jitter laboratory: a receive path of the library driven in virtual time by a packet trace.
//!
//! `trace` reads and writes traces, `timeline` puts them on one clock, `impair` makes seeded ones, `network` names some, `codec` is the sender's half,
//! `sound` what it sends, `wire` its packets, `run` drives the receive path tick by tick. The command lines are `media-lab jitter` and `media-lab plot-jitter`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

mod args;
mod codec;
mod impair;
mod network;
mod report;
mod run;
mod sound;
mod timeline;
mod trace;
mod wire;

pub use args::{BufferArgs, ImpairArgs, strategy};
pub use codec::{Format, LabCodec};
pub use impair::{Impairment, impair};
pub use network::Network;
pub use report::Summary;
pub use run::{Outcome, Playback, Setup, run};
pub use sound::read_sound;
pub use timeline::{Place, Timeline};
pub use trace::{Packet, Trace};

#[cfg(test)]
mod growing_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trace_tests;
