//! Real-time: media buffering: from packets as the network delivers them to one block of audio per tick.
//!
//! [`JitterBuffer`] orders packets and says what is due; it holds `Copy` handles only, octets stay in the caller's pool.
//! [`PlayoutReceiver`] is the whole receive path of a leg on top of it: decoding, concealment, time stretching. Both are built by
//! the control side and run on a media thread. Inside, one idea a file: `store` (packets by number), `red` and `redundancy`
//! (packets that carry older ones again), `source` (which
//! timeline a packet belongs to), `timestamp_repair` (where it lies in that), `run` and `rival` (when another timeline or
//! source begins), `transit`, `usual`, `baseline` and `skew` (what the network and the clocks do), `delay`
//! (what delay follows), `pacing` (by how much it should change), `playout` and `schedule` (where playout stands, what is
//! due).
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

mod arrival;
mod clock;
mod competing_source;
mod concealment;
mod config;
mod delay;
mod delay_adjustment;
mod fec;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod hole;
mod hole_notes;
mod holes;
mod holes_if_any;
mod jitter;
mod lost_runs;
mod non_audio_seq;
mod packet;
mod payload_handles;
mod playout;
mod playout_receiver;
mod probation;
mod reading;
mod red;
mod redundancy;
mod redundant_insert;
mod schedule;
mod skew;
mod source;
mod statistics;
mod store;
mod stream_start;
mod timeline;
mod timestamp_repair;
mod transit;
mod transit_percentile;
mod transit_trend;
mod waited;
mod window_min;

pub use config::{JitterConfig, JitterConfigError, JitterPlan, JitterStrategy};
pub use hole::{Hole, HoleCause, Stretched};
pub use jitter::{JitterBuffer, MAX_PACKET_BLOCKS};
pub use packet::{Arrived, Contents, Due, Inserted, Playout, Refusal};
pub use playout::PlayoutContext;
pub use playout_receiver::{BlockKind, Decoders, Forward, PayloadSource, PlayoutMark, PlayoutReceiver};
pub use red::{RedBlock, RedFault, RedPayload, write_red};
pub use statistics::JitterStatistics;

#[cfg(test)]
mod tests;
