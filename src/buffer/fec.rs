//! Real-time: the last packet of a hole, from the packet after it (forward error correction).

use super::jitter::JitterBuffer;
use super::playout::Phase;
use crate::types::MediaTime;

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
