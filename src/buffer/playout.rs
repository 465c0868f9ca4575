//! Real-time: the state of the playout clock.
//!
//! While nothing is stored, the timeline stands still: it is not known yet whether audio was lost or only delayed. The
//! next packet tells: what was concealed meanwhile is taken off the hole before it, and what remains is added delay.

use super::non_audio_seq::NonAudioSequences;
use super::store::Stored;
use crate::types::TickNumber;

/// Packets that are remembered, to tell copies from late ones.
const REMEMBERED: i64 = 128;

/// What was concealed while nothing came: whether the sender was speaking is told by its next packet.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct UnclassifiedConcealment {
    pub(super) units: i64,
    pub(super) blocks: u64,
    /// Where the stream was silent anyway.
    pub(super) silent_blocks: u64,
}

/// What the caller knows of the moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlayoutContext {
    /// Units of the RTP clock taken out of the buffer but not yet played.
    pub queued: u32,
    /// The last block was silence or background noise.
    pub silent: bool,
    /// Where nothing came until now: so many units before the first packet behind the hole are carried by it again.
    pub again: u32,
}

/// Where playout stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing was played yet.
    #[default]
    Fresh,
    /// The sender was silent, or the stream has ended: the next packet waits for its time.
    Waiting,
    /// The timeline runs.
    Running,
}

/// The state of the clock.
#[derive(Debug, Default)]
pub(super) struct PlayoutClock {
    pub(super) phase: Phase,
    /// The packet and the sample expected next.
    pub(super) sequence: i64,
    pub(super) timestamp: i64,
    /// The packets before `sequence` that came: bit 0 is the last.
    received: u128,
    /// The first packet that was played.
    first: i64,
    /// Concealed while the timeline stood still, in units; and in blocks since the last packet.
    pub(super) starved: i64,
    pub(super) dry_blocks: i64,
    /// When audio last came while it was being concealed, in units of the clock.
    pub(super) stalled: Option<i64>,
    /// Concealed of the present hole, in units.
    pub(super) concealed: i64,
    /// Concealed while the timeline stood still, and not counted yet.
    pub(super) unclassified: UnclassifiedConcealment,
    /// Something was dropped, or time went by, since the last packet.
    pub(super) cut: bool,
    pub(super) tick: Option<TickNumber>,
    /// Samples of the last packet, in units.
    pub(super) last_samples: i64,
    /// Packets of the stream that hold no audio.
    pub(super) non_audio: NonAudioSequences,
    /// The sender said that it is silent.
    pub(super) noise: bool,
}

impl PlayoutClock {
    /// Nothing has come for a packet's time or more.
    pub(super) const fn is_dry(&self) -> bool {
        self.dry_blocks >= 4 || !matches!(self.phase, Phase::Running)
    }

    pub(super) const fn has_begun(&self) -> bool {
        !matches!(self.phase, Phase::Fresh)
    }

    /// Whether that packet came, as far as can be remembered.
    pub(super) fn was_received(&self, sequence: i64) -> bool {
        let back = self.sequence - 1 - sequence;
        self.has_begun() && (0..REMEMBERED).contains(&back) && self.received >> back & 1 == 1
    }

    /// Notes a packet that came when its time was over; whether it had been counted as missing.
    pub(super) fn received_late(&mut self, sequence: i64) -> bool {
        let back = self.sequence - 1 - sequence;
        if back < 0 {
            self.non_audio.insert(sequence);
        }
        let missed = (0..REMEMBERED).contains(&back) && sequence >= self.first && !self.was_received(sequence);
        if missed {
            self.received |= 1 << back;
        }
        missed
    }

    /// The packet's time is over.
    pub(super) fn is_over<P>(&self, stored: &Stored<P>) -> bool {
        self.has_begun() && (stored.sequence < self.sequence || stored.end() <= self.timestamp)
    }

    pub(super) fn restart(&mut self) {
        *self = Self { tick: self.tick, ..Self::default() };
    }

    pub(super) fn next_timestamp(&self) -> Option<i64> {
        self.has_begun().then_some(self.timestamp)
    }

    /// The sample expected next, while the timeline runs.
    pub(super) fn running_timestamp(&self) -> Option<i64> {
        (self.phase == Phase::Running && self.starved == 0).then_some(self.timestamp)
    }

    /// How many packets of audio are missing before that one.
    pub(super) fn missing_before(&self, sequence: i64) -> i64 {
        let missing = (sequence - self.sequence).max(0);
        if missing == 0 { 0 } else { (missing - self.non_audio.since(self.sequence, sequence)).max(0) }
    }

    /// Passes over a packet: `heard` or dropped. Returns how many were missing before it.
    pub(super) fn pass<P>(&mut self, stored: &Stored<P>, heard: bool) -> i64 {
        let missing = if self.has_begun() { self.missing_before(stored.sequence) } else { 0 };
        if !self.has_begun() {
            (self.sequence, self.first) = (stored.sequence, stored.sequence);
        }
        let shift = (stored.sequence - self.sequence).max(0) + 1;
        self.received = if shift < REMEMBERED { self.received << shift } else { 0 } | 1;
        self.sequence = stored.sequence + 1;
        self.non_audio.forget_older();
        self.timestamp = stored.end();
        self.noise = stored.silence_follows();
        // A description of noise has no length.
        if !stored.is_noise() {
            self.last_samples = i64::from(stored.samples());
        }
        self.phase = if self.noise { Phase::Waiting } else { Phase::Running };
        (self.starved, self.concealed, self.dry_blocks) = (0, 0, 0);
        self.cut = !heard;
        missing
    }
}
