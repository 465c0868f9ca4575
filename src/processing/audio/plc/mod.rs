//! Real-time: packet loss concealment for codecs that bring none of their own.
//!
//! What was heard last goes on at its pitch (`pitch`), mixed with noise of its colour where it was not voiced, and fades
//! to the background of the stream (`background`); the first good audio is joined to it (`merge`). The idea is that of
//! ITU-T G.711 Appendix I, the mixture that of Gündüzhan and Momtahan (IEEE Trans. SAP, 2001); there is no added delay.
#![deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

mod background;
mod merge;
mod pitch;

use crate::types::SampleRate;
use background::Background;
use pitch::{Pitch, analyse};

/// Full level for this long, in blocks; then down to the background over this many.
const HOLD_BLOCKS: f32 = 1.0;
const FADE_BLOCKS: f32 = 15.0;
/// For so many blocks a level that was falling goes on falling.
const SLOPE_BLOCKS: f32 = 4.0;

/// Concealment of one stream of one channel. Real-time safe except for its construction.
#[derive(Debug)]
pub struct Concealer {
    block: usize,
    thin: usize,
    /// Samples concealed in this loss.
    concealed: usize,
    pitch: Pitch,
    background: Background,
}

impl Concealer {
    /// For audio at `rate`. Allocates.
    pub fn new(rate: SampleRate) -> Self {
        let block = rate.block_samples();
        let pitch = Pitch { period: block, voicing: 0.0, slope: 0.0 };
        Self { block, thin: (block / 80).max(1), concealed: 0, pitch, background: Background::new(block) }
    }

    /// Back to the state after construction.
    pub fn reset(&mut self) {
        self.concealed = 0;
        self.background.reset();
    }

    /// The loss is over and needs no joining.
    pub const fn resume(&mut self) {
        self.concealed = 0;
    }

    /// Takes note of a good block.
    pub fn observe(&mut self, block: &[f32]) {
        self.background.observe(block);
    }

    /// What is concealed now has faded to the background.
    pub fn is_faded(&self) -> bool {
        self.concealed as f32 >= (HOLD_BLOCKS + FADE_BLOCKS) * self.block as f32
    }

    /// Audio that is no louder than the background of the stream.
    pub fn is_background(&self, audio: &[f32]) -> bool {
        self.background.covers(audio)
    }

    /// The level of concealed sample `t` against the last good one, without the slope.
    fn level(&self, t: f32) -> f32 {
        let block = self.block as f32;
        (1.0 - (t - HOLD_BLOCKS * block).max(0.0) / (FADE_BLOCKS * block)).max(0.0)
    }

    /// The slope's part in the level of sample `t` against that of `lag` before.
    fn fall(&self, t: f32, lag: f32) -> f32 {
        let end = SLOPE_BLOCKS * self.block as f32;
        let x = -self.pitch.slope * (t.clamp(0.0, end) - (t - lag).clamp(0.0, end));
        // exp(-x) for 0 <= x < 2, within 2 % of full level.
        1.0 / (1.0 + x * (1.0 + x * (0.5 + x / 6.0)))
    }

    /// Continues `before` (the latest sample last; at least 60 ms) into `out`. Returns the samples written.
    pub fn conceal(&mut self, before: &[f32], out: &mut [f32]) -> usize {
        if self.concealed == 0 {
            self.pitch = analyse(before, self.block, self.thin);
        }
        self.extrapolate(before, out);
        let start = self.concealed;
        for (i, sample) in out.iter_mut().enumerate() {
            let level = self.level((start + i) as f32);
            if level < 1.0 {
                *sample += (1.0 - level) * self.background.next();
            }
        }
        self.concealed += out.len();
        out.len()
    }

    /// The continuation alone, without counting it: periods of the past, falling in level.
    fn extrapolate(&self, before: &[f32], out: &mut [f32]) {
        let n = before.len();
        let Pitch { period, .. } = self.pitch;
        let period = period.max(1);
        let start = self.concealed;
        // One period is repeated at first; two later, which keeps the ear from hearing a buzz.
        let lag = if start >= 2 * self.block && 2 * period <= n { 2 * period } else { period };
        // The step from the last sample to one a period earlier is spread over a short time.
        let last = before.last().copied().unwrap_or(0.0);
        let step = last - before.get(n.wrapping_sub(lag + 1)).copied().unwrap_or(last);
        let spread = (self.block / 4).max(1);
        for i in 0..out.len() {
            let source = if i < lag { before.get(n + i - lag).copied().unwrap_or(0.0) } else { out[i - lag] };
            let t = (start + i) as f32;
            let (now, then) = (self.level(t), self.level(t - lag as f32));
            let smooth = if i < spread { step * (1.0 - (i + 1) as f32 / (spread + 1) as f32) } else { 0.0 };
            out[i] = if then > 0.0 { (source + smooth) * self.fall(t, lag as f32) * (now / then) } else { 0.0 };
        }
    }

    /// Fills with the background of the stream. Returns the samples written.
    pub fn comfort(&mut self, out: &mut [f32]) -> usize {
        for sample in out.iter_mut() {
            *sample = self.background.next();
        }
        out.len()
    }
}

#[cfg(test)]
mod tests;
