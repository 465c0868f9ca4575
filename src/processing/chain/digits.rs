//! Real-time: the chain's last place: a digit's tones leave the audio where events replace them.

use crate::processing::audio::tone::ToneSuppressor;
use crate::types::SampleRate;

/// The chain's last place: a digit's tones leave the audio where events replace them.
///
/// The detector hears the audio as it came, ahead of what other stages hold back; muting lasts by so much longer.
#[derive(Debug)]
pub(super) struct DigitRemoval {
    suppressor: ToneSuppressor,
    rate: SampleRate,
    /// Whether it is wanted; if not, it is fading out.
    pub(super) on: bool,
    /// Blocks that stay muted after the detector let go.
    left: usize,
}

/// What it did to a block.
///
/// Example: [`AudioProcessor`](crate::processing::AudioProcessor).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removal {
    /// A digit is being taken out.
    pub muted: bool,
    /// By how much the audio is held back, in microseconds.
    pub delay_us: u32,
}

impl DigitRemoval {
    /// For audio of `rate`. Allocates: control side.
    pub(super) fn new(rate: SampleRate) -> Self {
        Self { suppressor: ToneSuppressor::new(rate), rate, on: true, left: 0 }
    }

    /// Whether it is off, and has faded out.
    pub(super) fn is_done(&self) -> bool {
        !self.on && self.suppressor.delay_samples() == 0
    }

    /// A block in place: `heard` while the detector hears a digit in it, `behind` what the stages before hold back, in
    /// samples.
    pub(super) fn process(&mut self, block: &mut [f32], heard: bool, behind: usize) -> Removal {
        let muted = heard || self.left > 0;
        self.left = match heard {
            true => behind.div_ceil(self.rate.block_samples()),
            false => self.left.saturating_sub(1),
        };
        // A block of another length is no block of this chain's: it was refused before.
        let _ = self.suppressor.process(block, self.on, muted);
        let delay_us = self.suppressor.delay_samples() as u64 * 1_000_000 / u64::from(self.rate.hz());
        Removal { muted: muted && self.on, delay_us: delay_us as u32 }
    }
}
