//! Pure: what is wrong with a capability list before it is compared with another.

use super::Note;
use crate::types::{CapabilityList, CodecName};

/// A list that contradicts itself or is out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListFault {
    /// No payload type at all.
    #[error("it has no payload type")]
    Empty,
    /// A payload type out of range.
    #[error("payload type {0} is out of range: legal is 0 to 127 without 64 to 95 (RFC 5761)")]
    PayloadType(u8),
    /// One payload type with two meanings.
    #[error("payload type {payload_type} means {first} and {second}")]
    Ambiguous {
        /// The payload type.
        payload_type: u8,
        /// Its first meaning.
        first: String,
        /// Its other meaning.
        second: String,
    },
    /// Clock rate 0, or no channel.
    #[error("payload type {0} has clock rate 0 or no channel")]
    BadClock(u8),
    /// Opus with another clock rate or number of channels than 48000/2 (RFC 7587 section 7).
    #[error("payload type {0}: Opus must be opus/48000/2")]
    BadOpus(u8),
}

pub(super) fn list(list: &CapabilityList) -> Result<(), ListFault> {
    if list.codecs.is_empty() {
        return Err(ListFault::Empty);
    }
    for (i, c) in list.codecs.iter().enumerate() {
        if c.payload_type > 127 || (64..=95).contains(&c.payload_type) {
            return Err(ListFault::PayloadType(c.payload_type));
        }
        if c.clock_rate == 0 || c.channels == 0 {
            return Err(ListFault::BadClock(c.payload_type));
        }
        if c.name == CodecName::Opus && (c.clock_rate, c.channels) != (48_000, 2) {
            return Err(ListFault::BadOpus(c.payload_type));
        }
        if let Some(earlier) = list.codecs[..i].iter().find(|e| e.payload_type == c.payload_type && *e != c) {
            let describe = |c: &crate::types::CodecCapability| format!("{c} {}", c.fmtp).trim_end().to_owned();
            let (first, second) = (describe(earlier), describe(c));
            return Err(ListFault::Ambiguous { payload_type: c.payload_type, first, second });
        }
    }
    Ok(())
}

pub(super) fn notes(list: &CapabilityList) -> Vec<Note> {
    match (list.ptime_ms, list.maxptime_ms) {
        (Some(ptime_ms), Some(maxptime_ms)) if maxptime_ms > 0 && ptime_ms > maxptime_ms => {
            vec![Note::PtimeAboveMaxptime { ptime_ms, maxptime_ms }]
        }
        _ => Vec::new(),
    }
}
