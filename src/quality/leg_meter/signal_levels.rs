//! Real-time: how loud a party speaks, how loud its noise is, and whether it clips; from one block in eight.

/// One block of so many is looked at: a level over seconds needs no more, and it costs a leg as good as nothing.
const STRIDE: u64 = 8;
/// What stands so much over the noise is speech, dB.
const OVER_NOISE: f32 = 12.0;
/// The noise follows a rise by so much in a look: 5 dB in a second, so that a word does not lift it far.
const RISE: f32 = 0.4;
/// Samples from here on are clipped.
const FULL: f32 = 0.999;
/// The loudest value of µ-law is 0.9803, of A-law 0.9844 (ITU-T G.711): there clipping is a flat top.
const TOP: f32 = 0.98;
/// The quietest level that is told, dBov.
const QUIET: f32 = -96.0;

/// Levels of what a leg hears, dBov.
#[derive(Debug, Default)]
pub(crate) struct SignalLevels {
    noise: Option<f32>,
    speech: Option<f32>,
    clipped: u64,
}

impl SignalLevels {
    /// Whether leg number `leg` is looked at in a tick: not all in the same one.
    #[inline]
    pub fn looks(tick: u64, leg: u32) -> bool {
        (tick + u64::from(leg)).is_multiple_of(STRIDE)
    }

    /// A block that is looked at, with its mean square.
    pub fn hear(&mut self, samples: &[f32], mean_square: f32) {
        let level = if mean_square > 0.0 { (10.0 * mean_square.log10()).max(QUIET) } else { QUIET };
        if !level.is_finite() {
            return;
        }
        let noise = self.noise.get_or_insert(level);
        if level < *noise {
            *noise += 0.5 * (level - *noise);
        } else {
            *noise += (level - *noise).min(RISE);
        }
        if level > *noise + OVER_NOISE {
            let speech = self.speech.get_or_insert(level);
            *speech += 0.1 * (level - *speech);
        }
        self.clipped += u64::from(is_clipped(samples));
    }

    /// The level of speech; `None`: nobody spoke yet.
    pub fn speech_dbov(&self) -> Option<f32> {
        self.speech
    }

    /// The level of what is heard in its pauses.
    pub fn noise_dbov(&self) -> Option<f32> {
        self.noise
    }

    /// Blocks with a clipped sample, of those that were looked at, times eight.
    pub fn clipped_blocks(&self) -> u64 {
        self.clipped * STRIDE
    }
}

fn is_clipped(samples: &[f32]) -> bool {
    // Several samples at a time, without a branch: next to no block is so loud that more is asked of it.
    if !samples.iter().fold(false, |loud, sample| loud | (sample.abs() >= TOP)) {
        return false;
    }
    let flat = |top: &[f32]| matches!(top, [a, b, c] if a.abs() >= TOP && a == b && b == c);
    samples.iter().any(|sample| sample.abs() >= FULL) || samples.windows(3).any(flat)
}
