//! Pure: the vocabulary of the library: identifiers, media time, wrapping counters, rates, packet times, levels.
//!
//! Values only, both sides use them; nothing here allocates except [`DialogId`], which stays on the control side.

mod codec_name;
mod gain;
mod id;
mod mixing;
mod pcm_time;
mod ptime;
mod rate;
mod setters;
mod thread;
mod time;
mod wrap;

pub use codec_name::{CodecName, MediaKind};
pub use gain::{Decibels, Gain};
#[cfg(feature = "internals")]
pub use id::{BindingKey, LegKey};
#[cfg(not(feature = "internals"))]
pub(crate) use id::{BindingKey, LegKey};
pub use id::{ConferenceId, DialogId, PortId, RecordingId, SessionId, StreamId, WorkerId};
pub use mixing::Mixing;
pub use pcm_time::PcmTime;
pub use ptime::{BLOCK_MS, Ptime, PtimeSet};
pub use rate::SampleRate;
pub(crate) use setters::setters;
pub use thread::EngineThread;
pub use time::{MediaTime, TickNumber};
pub use wrap::{SequenceNumber, timestamp_delta};

#[cfg(test)]
mod tests;
