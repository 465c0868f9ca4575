//! Real-time: media buffering: from packets as the network delivers them to one block of audio per tick.
//!
//! [`JitterBuffer`] orders packets and says what is due; it holds `Copy` handles only, octets stay in the caller's pool.
//! [`Receiver`] is the whole receive path of a leg on top of it: decoding, concealment, time stretching. Both are built by
//! the control side and run on a media thread. Inside, one idea a file: `store` (packets by number), `red` and `redundancy`
//! (packets that carry older ones again), `source` (which
//! timeline a packet belongs to), `timestamp_repair` (where it lies in that), `run` and `rival` (when another timeline or
//! source begins), `transit`, `usual`, `baseline` and `skew` (what the network and the clocks do), `delay`
//! (what delay follows), `pacing` (by how much it should change), `playout` and `schedule` (where playout stands, what is
//! due).
#![deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

mod baseline;
mod clock;
mod config;
mod delay;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod holdings;
mod jitter;
mod opening;
mod others;
mod pacing;
mod packet;
mod playout;
mod receiver;
mod recovery;
mod red;
mod redundancy;
mod rise;
mod rival;
mod run;
mod schedule;
mod skew;
mod source;
mod statistics;
mod store;
mod timeline;
mod timestamp_repair;
mod transit;
mod usual;

pub use config::{JitterConfig, JitterConfigError, JitterPlan, JitterStrategy};
pub use jitter::{JitterBuffer, MAX_PACKET_BLOCKS};
pub use packet::{Arrived, Contents, Due, Inserted, Playout, Refusal};
pub use playout::PlayoutContext;
pub use receiver::{Begun, BlockKind, Decoders, Forward, PayloadSource, Receiver};
pub use red::{RedBlock, RedFault, RedPayload, write_red};
pub use statistics::JitterStatistics;

#[cfg(test)]
mod tests;
