//! Real-time: a jitter buffer's counters and state as of now.

use super::jitter::JitterBuffer;
use super::statistics::JitterStatistics;
use crate::types::MediaTime;

impl<P: Copy> JitterBuffer<P> {
    /// Counters and state as of `now`, with `queued` units of the RTP clock taken out but not yet played.
    pub fn statistics(&self, now: MediaTime, queued: u32) -> JitterStatistics {
        let ms = |units: i64| units as f32 * 10.0 / self.clock.block() as f32;
        let mut counted = self.counted;
        counted.jitter_ms = self.jitter.ms(self.clock.block());
        counted.packet_ms = ms(self.playout.last_samples);
        counted.burst_gap = self.burst_gap.counts(self.heard_packets());
        let fastest = self.delay.fastest().unwrap_or(0);
        if let Some(next) = self.playout.next_timestamp() {
            let queued = i64::from(queued);
            // What waits behind a pause of the sender is counted from its own beginning.
            let from = self.store.first().map_or(next, |first| first.timestamp.max(next));
            let from = if self.playout.running_timestamp().is_some() { next } else { from };
            counted.level_ms = ms(self.store.end().map_or(0, |end| (end - from).max(0)) + queued);
            counted.delay_ms = ms(self.clock.units(now) + queued - next - fastest);
            counted.target_ms = ms(self.delay.target() - fastest);
            counted.skew_ppm = self.delay.skew_ppm();
        }
        counted
    }
}
