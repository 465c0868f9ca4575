//! Real-time: outward RTP numbering: continuous whatever happens inward.
//!
//! Timestamps count samples of media time: a block that is not sent (hold, silence, skipped ticks) still advances them,
//! found from the tick number when the next block comes. Sequence numbers advance per packet sent; a packet after a gap
//! carries the marker (RFC 3551 section 4.1). Never wall-clock time.

use crate::types::TickNumber;

/// Blocks for which a new stream waits for something to be heard.
const FIRST_WAIT: u64 = 20;

/// Sequence number, timestamp and marker of the next packet.
#[derive(Debug, Clone, Copy)]
pub struct RtpSequencer {
    pub(in crate::worker) ssrc: u32,
    sequence: u16,
    timestamp: u32,
    /// The tick whose block would follow on without a gap.
    next_tick: TickNumber,
    started: bool,
    marker: bool,
    /// By how many blocks the timestamps of what passed through lie behind the ticks at which it did.
    behind: i32,
}

/// A source that leaves time out of its timestamps is followed for so many blocks; then ours catch up with the ticks.
const MAX_BEHIND: i32 = 6;

/// Numbers of one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP marker.
    pub marker: bool,
    /// What it carries, and so its payload type.
    pub kind: PacketKind,
}

/// What a source that passes through skipped before a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) struct Skipped {
    /// Packets lost.
    pub(in crate::worker) lost: u16,
    /// Timestamp units.
    pub(in crate::worker) gap: u32,
    /// The packet has the source's marker.
    pub(in crate::worker) marked: bool,
    /// More time than the lost packets had.
    pub(in crate::worker) paused: bool,
}

/// What a packet carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PacketKind {
    /// Audio.
    #[default]
    Audio,
    /// A telephone event.
    Event,
    /// A description of comfort noise (RFC 3389), of a payload type of its own.
    Noise,
    /// A description of comfort noise in the codec's own way, of the codec's payload type.
    Descriptor,
}

impl PacketKind {
    /// Whether it says that the source is silent.
    pub(in crate::worker) const fn is_noise(self) -> bool {
        matches!(self, Self::Noise | Self::Descriptor)
    }
}

impl RtpSequencer {
    pub(in crate::worker) const fn new(ssrc: u32, sequence: u16, timestamp: u32) -> Self {
        Self { ssrc, sequence, timestamp, next_tick: TickNumber(0), started: false, marker: true, behind: 0 }
    }

    /// Whether the block of `tick` follows on; if not, the next packet begins anew.
    pub(in crate::worker) fn follows_on(&self, tick: TickNumber) -> bool {
        self.started && tick <= self.next_tick
    }

    /// Whether the block of `tick` has been taken, or is part of a packet that passed.
    pub(in crate::worker) fn has_taken(&self, tick: TickNumber) -> bool {
        self.started && tick < self.next_tick
    }

    /// Whether anything was sent yet.
    pub(in crate::worker) fn has_started(&self) -> bool {
        self.started
    }

    /// Whether a stream is to begin although nothing was heard yet: not for 200 ms, so that its packets line up with those of a
    /// source that begins at once.
    pub(in crate::worker) fn may_begin(&mut self, tick: TickNumber) -> bool {
        if !self.started && self.next_tick == TickNumber(0) {
            self.next_tick = tick + FIRST_WAIT;
        }
        self.started || tick >= self.next_tick
    }

    /// The timestamp of the packet being filled.
    pub(in crate::worker) fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// Notes that audio goes on at `tick` after a gap (or begins): timestamps catch up, the marker is due.
    pub(in crate::worker) fn resume(&mut self, tick: TickNumber, step: u32) {
        if self.started {
            let missed = tick.since(self.next_tick);
            self.timestamp = self.timestamp.wrapping_add((missed as u32).wrapping_mul(step));
        }
        self.started = true;
        self.marker = true;
        self.next_tick = tick;
    }

    /// Notes a block taken into the packet being filled.
    pub(in crate::worker) fn take_block(&mut self) {
        self.next_tick = self.next_tick + 1;
    }

    /// Forgets `blocks` blocks that were taken but will not be sent: their time passes unsent.
    pub(in crate::worker) fn discard(&mut self, blocks: u8, step: u32) {
        self.timestamp = self.timestamp.wrapping_add(u32::from(blocks) * step);
    }

    /// Passes over `blocks` blocks for which the encoder has nothing to send; the next packet has the marker.
    pub(in crate::worker) fn pause(&mut self, blocks: u8, step: u32) {
        self.discard(blocks, step);
        self.marker = true;
    }

    /// Stamps the packet of `blocks` blocks that is complete now.
    pub(in crate::worker) fn stamp(&mut self, blocks: u8, step: u32) -> Stamp {
        let stamp =
            Stamp { sequence: self.sequence, timestamp: self.timestamp, marker: self.marker, kind: PacketKind::Audio };
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(u32::from(blocks) * step);
        self.marker = false;
        stamp
    }

    /// Stamps a description of comfort noise, which stands for `blocks` blocks. It begins no talk spurt, and the packet
    /// after it does (RFC 3551 section 4.1).
    pub(in crate::worker) fn stamp_noise(&mut self, kind: PacketKind, blocks: u8, step: u32) -> Stamp {
        let stamp = Stamp { marker: false, kind, ..self.stamp(blocks, step) };
        self.marker = true;
        stamp
    }

    /// Moves on by what the passed-through source skipped before `tick`: `lost` packets and `gap` timestamp units, so that
    /// an inward loss leaves an equal outward gap. Where the source skipped less than time went by, our own time holds in
    /// the end. The packet has the marker if the source paused, or marks it after time went by.
    pub(in crate::worker) fn mirror_gap(&mut self, tick: TickNumber, skipped: Skipped, step: u32) {
        let Skipped { lost, gap, marked, paused } = skipped;
        self.sequence = self.sequence.wrapping_add(lost);
        self.timestamp = self.timestamp.wrapping_add(gap);
        let passed = tick.since(self.next_tick).min(i32::MAX as u64) as i32;
        let told = (gap / step.max(1)).min(i32::MAX as u32) as i32;
        self.behind = self.behind.saturating_add(passed).saturating_sub(told);
        let catches_up = self.behind >= MAX_BEHIND;
        if catches_up {
            self.timestamp = self.timestamp.wrapping_add(self.behind as u32 * step);
            self.behind = 0;
        }
        self.marker |= paused || catches_up || (marked && (passed > 0 || lost > 0));
    }

    /// Lets the time of a packet of `blocks` blocks pass at `tick` that has nothing to send for this output.
    pub(in crate::worker) fn withhold(&mut self, tick: TickNumber, blocks: u8, step: u32) {
        self.pause(blocks, step);
        self.passed(tick, blocks);
    }

    /// Notes that a packet of `blocks` blocks passed through at `tick`.
    pub(in crate::worker) fn passed(&mut self, tick: TickNumber, blocks: u8) {
        self.next_tick = tick + u64::from(blocks);
        self.started = true;
    }
}
