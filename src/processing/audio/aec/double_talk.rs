//! Real-time: whether the near end speaks while the far end is heard through it.

use super::residual_tracker::ResidualTracker;

/// Bins that decide: 300 Hz to 6 kHz.
const BINS: std::ops::Range<usize> = 6..120;

/// The share of the error beyond what could be echo, and the error over the echo thought to be left, that speak for the
/// near end: while it speaks, and before. Mostly echo alone stays below 0.05 and 14,
/// but not in all scenes.
const STILL: (f32, f32) = (0.05, 8.0);
const ANEW: (f32, f32) = (0.15, 15.0);

/// Power over all that could be echo which is surely the near end's.
const SURELY: f32 = 30.0;

/// EchoDetector that the near end speaks, gathered over blocks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DoubleTalkDetector {
    /// 0..=1.4: above 1 it lasts.
    evidence: f32,
    tracker: ResidualTracker,
    follows: bool,
}

impl DoubleTalkDetector {
    /// How surely the near end speaks, 0..=1.
    pub(super) fn share(self) -> f32 {
        self.evidence.clamp(0.0, 1.0)
    }

    pub(super) fn speaks(self) -> bool {
        self.evidence > 0.5
    }

    /// What was left in the last block is the echo's, for it rises and falls with it, and nobody speaks.
    pub(super) fn follows_echo(self) -> bool {
        self.follows && self.evidence <= 0.0
    }

    /// Takes a block: power in each bin of the error, of what could be echo at most, and of the noise; and the power of
    /// the echo thought to be left. `converged`: no other filter does better.
    pub(super) fn update(
        &mut self,
        error: &[f32],
        bound: &[f32],
        noise: &[f32],
        residual: f32,
        converged: bool,
        fits: bool,
    ) {
        let (mut beyond, mut all, mut hiss, mut most) = (0.0, 0.0, 0.0, 0.0);
        for ((e, b), n) in error.iter().zip(bound).zip(noise).take(BINS.end).skip(BINS.start) {
            if *e > 4.0 * b && *e > 8.0 * n {
                beyond += e;
            }
            all += e;
            most += b;
            hiss += n;
        }
        let heard = all > 4.0 * hiss + 2e-3;
        self.follows = self.tracker.update(all, most, heard);
        let (sure, likely) = if self.speaks() { STILL } else { ANEW };
        if self.follows {
            self.evidence -= 0.1;
        } else if heard && !converged && all < SURELY * most {
            self.evidence -= 0.3;
        } else if heard && beyond > sure * all {
            self.evidence += 0.25;
        } else if heard && fits && all > likely * residual + 4.0 * hiss {
            self.evidence += 0.03;
        } else {
            self.evidence -= if fits { 0.02 } else { 0.1 };
        }
        self.evidence = self.evidence.clamp(0.0, 1.4);
    }
}
