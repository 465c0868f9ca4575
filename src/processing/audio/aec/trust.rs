//! Real-time: how much of the estimated echo is taken out: as much as is found in the near end. Without echo the estimate
//! is but noise of the weights, and would harm the near speaker.

use super::kernels::dot;

/// Regression of the near end on the estimated echo, over a quarter of a second.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trust {
    /// Their correlation over the near end's power.
    cross: f32,
    /// The estimate's power over the near end's.
    power: f32,
    share: f32,
}

impl Trust {
    /// Of the estimated echo that is taken out, 0..=1.
    pub(super) fn share(&self) -> f32 {
        self.share
    }

    /// Takes the echo out of a block; the share moves evenly over it.
    pub(super) fn take_out(&mut self, near: &[f32], echo: &[f32], out: &mut [f32]) {
        // Blocks in which the near end is loud count less.
        let loud = dot(near, near) + 1e-6;
        self.cross += 0.04 * (dot(near, echo) / loud - self.cross);
        self.power += 0.04 * (dot(echo, echo) / loud - self.power);
        let share = (4.0 * (self.cross / (self.power + 1e-9) - 0.15)).clamp(0.0, 1.0);
        let step = (share - self.share) / out.len().max(1) as f32;
        for ((out, near), echo) in out.iter_mut().zip(near).zip(echo) {
            self.share += step;
            *out = near - self.share * echo;
        }
        self.share = share;
    }
}
