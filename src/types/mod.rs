//! Pure: the vocabulary of the library: identifiers, media time, wrapping counters, rates, packet times, levels.
//!
//! Values only, both sides use them; nothing here allocates except [`DialogId`] and the capability lists, which stay on
//! the control side.

mod capabilities;
mod codec_name;
mod digit;
mod fmtp;
mod gain;
mod id;
mod parameters;
mod profile;
mod ptime;
mod rate;
mod thread;
mod time;
mod wrap;

pub use capabilities::{CapabilityList, CodecCapability};
pub use codec_name::{CodecName, MediaKind};
pub use digit::{Digit, DigitFault, DigitString};
pub use fmtp::Fmtp;
pub use gain::{Decibels, Gain};
pub use id::{BindingKey, ConferenceId, DialogId, LegKey, PortId, SessionId, StreamId, WorkerId};
pub use parameters::{CodecParameters, H264Parameters, OpusParameters};
pub use profile::{H264Profile, ProfileLevelId};
pub use ptime::{BLOCK_MS, Ptime, PtimeSet};
pub use rate::SampleRate;
pub use thread::EngineThread;
pub use time::{MediaTime, TickNumber};
pub use wrap::{SequenceNumber, timestamp_delta};

#[cfg(test)]
mod tests;
