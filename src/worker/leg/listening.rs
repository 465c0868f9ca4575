//! Real-time: how loud a leg hears what is summed for it: a gain that moves in a straight line over a block.

use crate::conference::{apply_gain_ramp, peak};

/// The gain of what an output hears.
#[derive(Debug, Clone, Copy)]
pub(in crate::worker) struct Listening {
    now: f32,
    target: f32,
    /// It hears what all hear on its bus who have no part in it, by the limiter of the bus.
    pub(in crate::worker) follows: bool,
}

impl Default for Listening {
    fn default() -> Self {
        Self { now: 1.0, target: 1.0, follows: false }
    }
}

impl Listening {
    /// The gain that is reached at the end of the next block.
    pub(in crate::worker) fn turn(&mut self, target: f32) {
        self.target = target;
    }

    /// What comes next begins at silence: there was something else to hear.
    pub(in crate::worker) fn begin(&mut self) {
        (self.now, self.follows) = (0.0, false);
    }

    /// A block passes; the gains at its two ends.
    pub(in crate::worker) fn step(&mut self) -> (f32, f32) {
        (std::mem::replace(&mut self.now, self.target), self.target)
    }
}

/// A block as it is heard with gains like these at its ends; its greatest magnitude where that is beyond full scale. `over` is
/// what it was.
pub(in crate::worker) fn heard(block: &mut [f32], (from, to): (f32, f32), over: Option<f32>) -> Option<f32> {
    if (from, to) == (1.0, 1.0) {
        return over;
    }
    apply_gain_ramp(block, from, to);
    Some(peak(block)).filter(|peak| *peak > 1.0)
}
