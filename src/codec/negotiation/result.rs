//! Pure: what a negotiation comes to.

use super::{EventSet, ListFault, Note, Refusal};
use crate::codec::format::{CapabilityList, CodecCapability, CodecName, CodecParameters, MediaKind};
use crate::types::{Ptime, PtimeSet};

/// One codec that both sides have.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NegotiatedCodec {
    /// Its name.
    pub name: CodecName,
    /// RTP clock rate in Hz, the same both ways.
    pub clock_rate: u32,
    /// The payload type that we send: the one in the peer's description.
    pub send_payload_type: u8,
    /// The payload type that the peer sends: the one in ours.
    pub receive_payload_type: u8,
    /// Channels that we may send.
    pub send_channels: u8,
    /// Channels to decode: for Opus 2 only where we wish stereo and the peer says that it is likely to send it.
    pub receive_channels: u8,
    /// What our encoder works within.
    pub parameters: CodecParameters,
    /// How this codec stands in our answer; for an offerer, in what both now hold true.
    pub answer: CodecCapability,
}

/// `telephone-event` at one clock rate.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NegotiatedEvents {
    /// Clock rate in Hz.
    pub clock_rate: u32,
    /// The payload type that we send.
    pub send_payload_type: u8,
    /// The payload type that the peer sends.
    pub receive_payload_type: u8,
    /// The events that the peer takes and we know.
    pub events: EventSet,
}

/// Comfort noise at one clock rate.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NegotiatedNoise {
    /// Clock rate in Hz.
    pub clock_rate: u32,
    /// The payload type that we send.
    pub send_payload_type: u8,
    /// The payload type that the peer sends.
    pub receive_payload_type: u8,
}

/// `red` for one codec.
///
/// Example: [`RedundancyFormat`](crate::RedundancyFormat).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NegotiatedRedundancy {
    /// The payload type that we send.
    pub send_payload_type: u8,
    /// The payload type that the peer sends.
    pub receive_payload_type: u8,
    /// The codec that it repeats, by the payload type that we send that with.
    pub carries: u8,
    /// Older packets in each: what both sides have, 1..=4.
    pub level: u8,
    /// How it stands in our answer.
    pub answer: CodecCapability,
}

/// The result: at least one codec, best first.
///
/// Into a session by [`MediaSessionParams::negotiated`](crate::MediaSessionParams::negotiated). Example:
/// [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodecNegotiationResult {
    /// Audio or video.
    pub kind: MediaKind,
    /// The codecs in common; we send the first, and take any.
    pub codecs: Vec<NegotiatedCodec>,
    /// Telephone events, one for each common clock rate.
    pub events: Vec<NegotiatedEvents>,
    /// Comfort noise, one for each common clock rate.
    pub comfort_noise: Vec<NegotiatedNoise>,
    /// Redundant audio data, one for each codec in common that both sides want it for.
    pub redundancy: Vec<NegotiatedRedundancy>,
    /// The packet time to send with the first codec.
    pub ptime: Ptime,
    /// All packet times that could be sent with it.
    pub ptimes: PtimeSet,
    /// The peer's payload types that were not taken, each with its reason.
    pub refused: Vec<Refusal>,
    /// What was odd but harmless.
    pub notes: Vec<Note>,
}

impl CodecNegotiationResult {
    /// The codec to send.
    pub fn codec(&self) -> &NegotiatedCodec {
        // `negotiate` makes no result without one.
        &self.codecs[0]
    }

    /// The events to send beside a codec: at its own clock rate (RFC 4733 section 2.1 wants the same clock within one
    /// RTP stream), else at any, as endpoints with Opus and events at 8000 Hz only expect.
    pub fn events_for(&self, clock_rate: u32) -> Option<&NegotiatedEvents> {
        self.events.iter().find(|e| e.clock_rate == clock_rate).or_else(|| self.events.first())
    }

    /// Comfort noise to send beside a codec: at its own clock rate or none (RFC 3389 section 4).
    pub fn noise_for(&self, clock_rate: u32) -> Option<&NegotiatedNoise> {
        self.comfort_noise.iter().find(|n| n.clock_rate == clock_rate)
    }

    /// Redundancy to send that codec with.
    pub fn redundancy_for(&self, codec: &NegotiatedCodec) -> Option<&NegotiatedRedundancy> {
        self.redundancy.iter().find(|r| r.carries == codec.send_payload_type)
    }

    /// Our answer: the common codecs in their order, then events, comfort noise and redundancy, with the packet time that we wish
    /// to receive as `local` stated it.
    pub fn answer(&self, local: &CapabilityList) -> CapabilityList {
        let mut codecs: Vec<_> = self.codecs.iter().map(|c| c.answer.clone()).collect();
        codecs.extend(self.events.iter().map(|e| {
            let line = CodecCapability::new(e.receive_payload_type, CodecName::TelephoneEvent, e.clock_rate, 1);
            line.with_fmtp(&e.events.to_string())
        }));
        codecs.extend(
            (self.comfort_noise.iter())
                .map(|n| CodecCapability::new(n.receive_payload_type, CodecName::ComfortNoise, n.clock_rate, 1)),
        );
        codecs.extend(self.redundancy.iter().map(|r| r.answer.clone()));
        CapabilityList { codecs, ..local.clone() }
    }
}

/// Why there is no result.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NegotiationError {
    /// One list is audio, the other video.
    #[error("one list is of {local}, the other of {remote}: compare lists of one medium")]
    MediaMismatch {
        /// Ours.
        local: MediaKind,
        /// The peer's.
        remote: MediaKind,
    },
    /// Our list contradicts itself.
    #[error("local list: {0}")]
    Local(#[source] ListFault),
    /// The peer's list is empty.
    #[error("remote list: {0}")]
    Remote(#[source] ListFault),
    /// Nothing in common.
    #[error("no codec in common; refused: {}", refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    NoCommonCodec {
        /// Each of the peer's codecs with the reason.
        refused: Vec<Refusal>,
    },
}
