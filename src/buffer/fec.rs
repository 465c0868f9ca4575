//! Real-time: what a hole held, from the packet after it: its last packet (forward error correction), or all of it (Deep
//! Redundancy).

use super::jitter::JitterBuffer;
use super::playout::Phase;
use crate::types::MediaTime;

/// The first packet after a hole, in units of the RTP clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct BehindHole<P> {
    pub(super) payload: P,
    pub(super) sequence: i64,
    /// How far before it what was said to be concealed last begins, and how far before it that ends.
    pub(super) begins: u32,
    pub(super) ends: u32,
    /// Of a packet.
    pub(super) length: u32,
    /// Packets of the hole.
    pub(super) missing: u32,
}

impl<P> BehindHole<P> {
    /// What was said to be concealed last is a part of the hole, and not what was heard before it.
    pub(super) const fn is_within(&self) -> bool {
        self.begins <= self.missing.saturating_mul(self.length)
    }
}

impl<P: Copy> JitterBuffer<P> {
    /// The payload behind the hole, which may carry the last packet of the hole again; how much of the hole is left in
    /// units of the RTP clock after the `units` said to be concealed last; and the length of that packet. `None` while
    /// the hole goes back further than that packet.
    pub fn after_hole(&self, units: u32) -> Option<(P, u32, u32)> {
        let first = self.store.first()?;
        let (left, length) = (first.timestamp - self.playout.timestamp, self.playout.last_samples);
        let last = first.sequence > self.playout.sequence && left >= 0 && left + i64::from(units) <= length;
        (last && self.playout.phase == Phase::Running).then_some((first.packet.payload, left as u32, length as u32))
    }

    /// The packet behind the hole, if it is there, and where before it the `units` said to be concealed last lie.
    pub(super) fn behind_hole(&self, units: u32) -> Option<BehindHole<P>> {
        let first = self.store.first()?;
        let left = u32::try_from(first.timestamp - self.playout.timestamp).ok()?;
        let length = u32::try_from(self.playout.last_samples).ok().filter(|length| *length > 0)?;
        let there = first.sequence > self.playout.sequence && self.playout.phase == Phase::Running;
        let (payload, begins) = (first.packet.payload, left.checked_add(units)?);
        let missing = self.playout.missing_before(first.sequence) as u32;
        there.then_some(BehindHole { payload, sequence: first.sequence, begins, ends: left, length, missing })
    }

    /// The packet behind the hole, where nothing came until now.
    pub(super) fn behind_dry_hole(&self) -> Option<BehindHole<P>> {
        if self.playout.starved == 0 { None } else { self.behind_hole(0).filter(|behind| behind.ends > 0) }
    }

    /// The `units` said to be concealed last were recovered from the packet behind the hole instead.
    pub(super) fn recovered_part(&mut self, units: u32, behind: &BehindHole<P>) {
        self.counted.concealed_blocks = self.counted.concealed_blocks.saturating_sub(1);
        self.counted.concealed_ms -= self.ms(i64::from(units));
        if behind.is_within() {
            self.counted.recovered += u64::from(behind.ends.is_multiple_of(behind.length));
        } else {
            // What was heard before the hole is heard again, so that the delay grows.
            self.counted.lengthened_ms += self.ms(i64::from(units));
        }
        self.holes.recover(i64::from(units));
    }

    /// The packet that was played last, behind `missing` lost ones, carries what was `reach` units before it: what of it came too late
    /// to be of use, one that was waited for would not have.
    pub(super) fn carries_redundancy(&mut self, arrival: MediaTime, missing: i64, reach: i64) {
        let (sequence, time) = (self.playout.sequence - 1, self.packet_time(arrival));
        self.redundancy.found_deep(sequence, missing, reach, time);
    }

    /// A packet behind lost ones carries the last of them again, which came too late to be of use: one that was waited for
    /// would be.
    pub fn carries_fec(&mut self, arrival: MediaTime) {
        self.redundancy.found(self.clock.units(arrival), self.playout.last_samples);
    }

    /// The rest of the hole was recovered from the packet after it, and with it the `units` said to be concealed last.
    pub fn recovered(&mut self, units: u32, left: u32) {
        self.playout.timestamp += i64::from(left);
        self.playout.concealed += i64::from(left);
        self.counted.concealed_blocks = self.counted.concealed_blocks.saturating_sub(1);
        self.counted.concealed_ms -= self.ms(i64::from(units));
        self.counted.recovered += 1;
        self.holes.recover(i64::from(units));
        if let Some(first) = self.store.first() {
            let arrival = self.clock.units(first.packet.arrival);
            self.redundancy.found(arrival, self.playout.last_samples);
        }
    }
}
