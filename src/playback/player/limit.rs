//! Real-time: nothing that a player gives goes beyond full scale, and nothing is cut there.

use crate::playback::player::Player;
use crate::processing::effects::BlockLimiter;

/// Holds a block within full scale.
pub(in crate::playback) fn limit(limiter: &mut BlockLimiter, block: &mut [f32]) {
    let peak = block.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
    limiter.process(block, 1, Some(peak).filter(|peak| *peak > 1.0));
}

impl Player {
    /// The gain of its limiter at the end of the last block.
    pub(crate) const fn gain(&self) -> f32 {
        self.limiter.gain()
    }
}
