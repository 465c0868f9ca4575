//! Real-time: the last block that a leg's party was played, for who records what it hears.

use crate::playback::player::Player;
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::SampleRate;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct LastBlock {
    samples: [f32; MAX_BLOCK_SAMPLES],
    /// How loud what else is heard was, at both its ends; `None`: nothing was played.
    beside: Option<(f32, f32)>,
}

impl LastBlock {
    pub(super) const NONE: Self = Self { samples: [0.0; MAX_BLOCK_SAMPLES], beside: None };

    pub(super) fn keep(&mut self, block: &[f32], beside: (f32, f32)) {
        if let Some(samples) = self.samples.get_mut(..block.len()) {
            samples.copy_from_slice(block);
            self.beside = Some(beside);
        }
    }

    pub(super) fn forget(&mut self) {
        self.beside = None;
    }
}

impl Player {
    /// The block that its leg took last, how loud what else is heard was at both its ends, and its rate. Who asks before the leg has
    /// taken the block of this tick gets the one before.
    pub(crate) fn last_block(&self) -> Option<(&[f32], (f32, f32), SampleRate)> {
        let samples = self.last.samples.get(..self.rate.block_samples())?;
        Some((samples, self.last.beside?, self.rate))
    }
}
