//! Pure: what goes into a jitter buffer and what comes out of it.

use crate::types::MediaTime;

/// So many packets in a row must come again, or too late, at the pace of a stream to be another timeline: copies that
/// took another path are more than three at times.
pub(super) const COPIES: u8 = 5;
pub(super) const LATE_ONES: u8 = 3;

/// A packet as it arrived. The payload is a handle into the caller's pool: the buffer never looks at octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived<P> {
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP timestamp of its first sample.
    pub timestamp: u32,
    /// RTP synchronization source.
    pub ssrc: u32,
    /// RTP marker bit: the first packet of a talk spurt (RFC 3551 section 4.1).
    pub marker: bool,
    /// When it came in.
    pub arrival: MediaTime,
    /// Its duration in units of the RTP clock; at most 200 ms.
    pub samples: u32,
    /// Where its payload lies.
    pub payload: P,
}

/// What a packet holds, as far as time is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// Audio.
    Audio,
    /// Audio, with whose end the sender says in its codec's own way that it is silent from then on (G.729 Annex B).
    AudioThenSilence,
    /// A description of comfort noise (RFC 3389).
    Noise,
}

/// What became of a packet that was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// It waits for its time.
    Stored,
    /// It begins a new source or timeline; what was stored of the old one has been given back.
    Restarted,
    /// It was not taken; its handle has been given back.
    Refused(Refusal),
}

/// Why a packet is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The same packet is here, or has been played.
    Duplicate,
    /// Its time is over.
    Late,
    /// Its sequence number, timestamp or source does not follow what came before; if the next packet continues it, that
    /// one restarts the timeline.
    Suspect,
    /// It has no samples, or more than 200 ms of them.
    Malformed,
}

/// A packet that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due<P> {
    /// Where its payload lies. The caller owns it from now on.
    pub payload: P,
    /// Its duration in units of the RTP clock.
    pub samples: u32,
    /// How much of its start has been concealed already (it came late) and must not be heard again; less than `samples`.
    pub skip: u32,
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP timestamp; where the sender's does not keep to its samples, the one that it should have.
    pub timestamp: u32,
    /// RTP marker bit.
    pub marker: bool,
    /// When it came in.
    pub arrival: MediaTime,
    /// The first of a source or timeline: decoders are to be reset, outward numbers go on without a gap.
    pub fresh: bool,
    /// 1 for the packet after the last one, n if n - 1 were lost between. A fresh source has 1.
    pub step: u16,
    /// Its audio does not continue what was handed out or concealed last: some was dropped, or time went by.
    pub cut: bool,
    /// Its payload describes comfort noise (RFC 3389): the sender is silent until the next packet.
    pub noise: bool,
    /// Its payload is decoded, and the sender is silent from its end until the next packet (G.729 Annex B).
    pub silence_follows: bool,
}

/// What to play next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Playout<P> {
    /// This packet.
    Play(Due<P>),
    /// Nothing is there for these units of the RTP clock (at most one block); conceal them.
    Conceal(u32),
    /// The sender is silent (discontinuous transmission) for these units, or nothing is due yet.
    Gap(u32),
    /// No stream, or it ended more than a second ago.
    Idle,
}
