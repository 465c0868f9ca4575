//! Real-time: takes a digit's tones out of the audio where events replace them, so that nobody hears the digit twice.
//!
//! A digit is known some 40 ms after it began, so the audio has to be held back: a delay line of 20 ms, only while this is
//! on. Muting begins when the detector suspects a digit (25 to 35 ms after it began): at most 15 ms of it leak, and
//! 2.5 ms of fade. It lasts until the digit is over for longer than the delay. Switching on and off fades over a block.

#[cfg(test)]
mod tests;

use crate::processing::finite::or_zero;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;

/// Blocks of delay.
const BLOCKS: usize = 2;
/// A fade is this part of a block: 2.5 ms.
const FADE: usize = 4;

/// Mutes delayed audio.
#[derive(Debug, Clone)]
pub struct ToneSuppressor {
    samples: usize,
    late: Box<[f32]>,
    on: bool,
    muted: bool,
}

impl ToneSuppressor {
    /// For audio of `rate`; off. Control side: allocates.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(rate: SampleRate) -> Self {
        let samples = rate.block_samples();
        Self { samples, late: vec![0.0; BLOCKS * samples].into_boxed_slice(), on: false, muted: false }
    }

    /// Delays a block of 10 ms in place and mutes it while `mute` (see
    /// [`ToneDetector::suppresses`](super::ToneDetector::suppresses), after it heard the same block). With `on` false
    /// the block is left as it is. Real-time safe.
    ///
    /// # Errors
    /// [`StageFault::BadBlock`]: the length is wrong; the block is left as it was.
    pub fn process(&mut self, block: &mut [f32], on: bool, mute: bool) -> Result<(), StageFault> {
        let length = self.samples;
        if block.len() != length {
            return Err(StageFault::BadBlock);
        }
        let was_on = std::mem::replace(&mut self.on, on);
        if !on && !was_on {
            return Ok(());
        }
        let was_muted = std::mem::replace(&mut self.muted, mute && on);
        let fade = length / FADE;
        let (mut gain, step) = (f32::from(u8::from(!was_muted)), 1.0 / fade.max(1) as f32);
        let aim = f32::from(u8::from(!self.muted));
        // From direct to delayed audio, or back.
        let (mut share, share_step) = (f32::from(u8::from(was_on)), 1.0 / length.max(1) as f32);
        let shared = f32::from(u8::from(on));
        for n in 0..length {
            gain = if gain < aim { (gain + step).min(aim) } else { (gain - step).max(aim) };
            share = if share < shared { (share + share_step).min(shared) } else { (share - share_step).max(shared) };
            let (Some(x), Some(&late)) = (block.get_mut(n), self.late.get(n)) else { continue };
            let now = std::mem::replace(x, 0.0);
            *x = gain * (share * late + (1.0 - share) * now);
            if let Some(late) = self.late.get_mut(n) {
                *late = or_zero(now);
            }
        }
        // The oldest block has just been replaced by the newest.
        self.late.rotate_left(length);
        if !on {
            self.late.fill(0.0);
        }
        Ok(())
    }

    /// By how many samples the output is later now: 20 ms while on, else none.
    pub fn delay_samples(&self) -> usize {
        if self.on { self.late.len() } else { 0 }
    }

    /// Off, and silence again. Real-time safe.
    pub fn reset(&mut self) {
        self.late.fill(0.0);
        (self.on, self.muted) = (false, false);
    }
}
