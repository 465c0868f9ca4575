//! Real-time: whether what the filter leaves rises and falls with the echo. Residual echo does, that of a distorting loudspeaker
//! too: over a second its level stays within 2 to 5 dB of a constant distance from the estimated echo's; beside a near speaker
//! it wanders by 6 to 15 dB.

/// How fast distance and deviation are followed in 10 ms.
const FOLLOW: f32 = 0.03;
/// Blocks after which they count.
const KNOWN: u16 = 40;
/// Variance of the distance, dB², up to which what is left follows the echo.
const STEADY: f32 = 25.0;
/// By how much a block may stand out, in dB and in standard deviations: what is more comes from the near end.
const WITHIN: (f32, f32) = (6.0, 2.0);
/// Decay in 10 ms of the echo's greatest power, and the share of it from which on there is an echo: 25 dB below.
const DECAY: f32 = 0.998;
const SOUNDS: f32 = 0.003;

/// The distance in level between what is left and what could be echo.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ResidualTracker {
    /// Mean in dB, and variance in dB².
    mean: f32,
    variance: f32,
    blocks: u16,
    /// Greatest power of the echo of late.
    most: f32,
}

impl ResidualTracker {
    /// Takes the power of what is left, `heard` above the noise or not, and of what could be echo; whether it follows the echo
    /// and does so in this block.
    pub(super) fn update(&mut self, left: f32, echo: f32, heard: bool) -> bool {
        self.most = (DECAY * self.most).max(echo);
        if !heard {
            return false;
        }
        let off = 10.0 * ((left + 1e-6) / (echo + 1e-6)).log10() - self.mean;
        let follows = self.blocks >= KNOWN
            && self.variance < STEADY
            && off < WITHIN.0.max(WITHIN.1 * self.variance.max(0.0).sqrt());
        if echo > SOUNDS * self.most && off.is_finite() {
            let rate = FOLLOW.max(1.0 / (f32::from(self.blocks) + 1.0));
            self.mean += rate * off;
            self.variance += rate * (off * off - self.variance);
            self.blocks = self.blocks.saturating_add(1);
        }
        follows
    }
}
