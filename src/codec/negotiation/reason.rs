//! Pure: why a payload type was not taken, and what was odd but harmless.

use super::ListFault;
use crate::codec::format::CodecCapability;
use crate::types::Ptime;

/// One of the peer's payload types that is not in the result.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{capability}: {reason}")]
#[non_exhaustive]
pub struct Refusal {
    /// What the peer stated.
    pub capability: CodecCapability,
    /// Why not.
    pub reason: RefusalReason,
}

/// Why one of the peer's payload types was not taken.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusalReason {
    /// We have no codec of this name, clock rate and number of channels.
    #[error("not among our codecs")]
    NotOffered,
    /// The same format stands in the list more than once with equal meaning.
    #[error("stated more than once")]
    Duplicate,
    /// It contradicts itself, or an entry before it that has its payload type.
    #[error("{0}")]
    Malformed(ListFault),
    /// A format parameter that cannot be read.
    #[error("parameter {key} has no meaning as {value:?}")]
    BadParameter {
        /// The key.
        key: &'static str,
        /// What stood there.
        value: String,
    },
    /// H.264: another profile, or another way to put it into packets.
    #[error("{parameter}: we have {ours}, the peer {theirs}")]
    Incompatible {
        /// Which parameter.
        parameter: &'static str,
        /// Our value.
        ours: String,
        /// Theirs.
        theirs: String,
    },
    /// No packet time of the codec fits the tick and the peer's `maxptime`.
    #[error("no packet time fits the tick{}", maxptime_ms.map_or(String::new(), |ms| format!(" and maxptime {ms} ms")))]
    NoPtime {
        /// The peer's `maxptime`.
        maxptime_ms: Option<u32>,
    },
    /// Redundancy of a payload type that is no codec in common, or of several.
    #[error("it repeats what is no codec in common")]
    NoCommonRedundancy,
    /// Events of which we know none.
    #[error("no event in common")]
    NoCommonEvent,
}

/// Something in the peer's list that was passed over.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// A format parameter that we do not know; ignored, as RFC 7587 section 7.1 and its like ask.
    UnknownParameter {
        /// The payload type it was for.
        payload_type: u8,
        /// Its key.
        key: String,
    },
    /// An entry that was read as another: Opus with a number of channels that it does not have.
    ReadAs {
        /// What the peer stated.
        stated: CodecCapability,
        /// What it was taken for.
        read: CodecCapability,
    },
    /// A list of telephone events that cannot be read: the digits, 0 to 15, which an absent one means (RFC 4733 section
    /// 2.4.1), were taken for it.
    EventsUnread {
        /// The payload type it was for.
        payload_type: u8,
        /// What stood there.
        list: String,
    },
    /// `ptime` is above `maxptime`: the latter holds.
    PtimeAboveMaxptime {
        /// `ptime` in ms.
        ptime_ms: u32,
        /// `maxptime` in ms.
        maxptime_ms: u32,
    },
    /// The peer's `ptime` cannot be sent.
    PtimeNotServed {
        /// What it asked for, in ms.
        asked_ms: u32,
        /// What it gets.
        sent: Ptime,
    },
}
