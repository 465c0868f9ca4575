//! Real-time: what is made up, counted by whether the sender was speaking meanwhile.

use super::jitter::JitterBuffer;
use super::packet::Playout;
use super::playout::PlayoutContext;
use super::store::Stored;

impl<P: Copy> JitterBuffer<P> {
    /// The next packet is there, a `hole` after what has been played and concealed: was the sender speaking meanwhile?
    #[inline]
    pub(super) fn classify_concealment(&mut self, next: &Stored<P>, hole: i64) {
        if self.playout.unclassified.units == 0 {
            return;
        }
        let missing = self.playout.missing_before(next.sequence);
        // A packet that follows was held up on its way, unless it begins a talk spurt (RFC 3551 section 4.1).
        let held_up = hole <= 0 && !next.packet.marker;
        if missing == 0 && !held_up {
            return self.count_as_silence();
        }
        let spoken = if missing == 0 { i64::MAX } else { missing * self.playout.last_samples };
        let part = std::mem::take(&mut self.playout.unclassified);
        let block = self.clock.block();
        let blocks = part.blocks.min(spoken.saturating_add(block - 1) as u64 / block as u64);
        self.counted.concealed_blocks += blocks;
        self.counted.concealed_silence_blocks += part.silent_blocks;
        self.counted.gap_blocks += part.blocks - blocks;
        self.counted.concealed_ms += self.ms(part.units.min(spoken));
    }

    /// The sender was silent while it was concealed.
    pub(super) fn count_as_silence(&mut self) {
        let part = std::mem::take(&mut self.playout.unclassified);
        self.holes.note_pause();
        self.counted.gap_blocks += part.blocks + part.silent_blocks;
    }

    pub(super) fn ms(&self, units: i64) -> f64 {
        units as f64 * 10.0 / self.clock.block() as f64
    }

    pub(super) fn conceal(&mut self, units: i64, context: PlayoutContext) -> Playout<P> {
        self.note_hole(units, context);
        self.counted.concealed_ms += self.ms(units);
        if context.silent {
            self.counted.concealed_silence_blocks += 1;
        } else {
            self.counted.concealed_blocks += 1;
        }
        Playout::Conceal(units as u32)
    }
}
