//! Real-time: packet loss concealment for codecs that bring none of their own.
#![deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

use crate::types::SampleRate;

/// Concealment of one stream of one channel. Real-time safe except for its construction.
#[derive(Debug)]
pub struct Concealer {
    block: usize,
    /// Samples concealed in this loss, and the pitch period that is repeated.
    concealed: usize,
    period: usize,
    silent: bool,
}

impl Concealer {
    /// For audio at `rate`.
    pub const fn new(rate: SampleRate) -> Self {
        Self { block: rate.block_samples(), concealed: 0, period: 0, silent: true }
    }

    /// Back to the state after construction.
    pub const fn reset(&mut self) {
        (self.concealed, self.period, self.silent) = (0, 0, true);
    }

    /// The last audio was silence or background noise.
    pub const fn is_silent(&self) -> bool {
        self.silent
    }

    /// Audio that is no louder than the background of the stream.
    pub fn is_background(&self, audio: &[f32]) -> bool {
        let power = audio.iter().map(|s| s * s).sum::<f32>() / audio.len().max(1) as f32;
        power < 1e-6
    }

    /// Continues `history` (the latest sample last; at least 60 ms) into `out`. Returns the samples written.
    pub fn conceal(&mut self, history: &[f32], out: &mut [f32]) -> usize {
        let n = history.len();
        if self.concealed == 0 {
            self.period = self.pitch(history).max(1);
            self.silent = false;
        }
        let fade_from = 2 * self.block;
        let fade_over = 6 * self.block;
        for (i, sample) in out.iter_mut().enumerate() {
            let t = self.concealed + i;
            // One period back in the history, which ends with what has been concealed so far.
            let back = self.period - i % self.period;
            let source = history.get(n.wrapping_sub(back)).copied().unwrap_or(0.0);
            let gain = 1.0 - (t.saturating_sub(fade_from) as f32 / fade_over as f32).min(1.0);
            let before = 1.0 - ((t.saturating_sub(i)).saturating_sub(fade_from) as f32 / fade_over as f32).min(1.0);
            *sample = if before > 0.0 { source * gain / before } else { 0.0 };
        }
        self.concealed += out.len();
        self.silent = self.concealed > fade_from + fade_over;
        out.len()
    }

    /// Joins good audio to what came before it: concealment, a gap or a cut.
    pub fn merge(&mut self, history: &[f32], good: &mut [f32]) {
        let n = history.len();
        let over = good.len().min(self.block / 2);
        let period = self.period.max(1);
        for (i, sample) in good.iter_mut().take(over).enumerate() {
            let back = period - i % period;
            let old = if self.concealed > 0 { history.get(n.wrapping_sub(back)).copied().unwrap_or(0.0) } else { 0.0 };
            let share = (i + 1) as f32 / (over + 1) as f32;
            *sample = *sample * share + old * (1.0 - share);
        }
        self.concealed = 0;
        self.silent = false;
    }

    /// Fills with the background of the stream. Returns the samples written.
    pub fn background(&mut self, out: &mut [f32]) -> usize {
        out.fill(0.0);
        self.silent = true;
        out.len()
    }

    /// The lag of 5 to 15 ms at which the end of the history repeats best.
    fn pitch(&self, history: &[f32]) -> usize {
        let n = history.len();
        let (shortest, longest) = (self.block / 2, self.block * 3 / 2);
        let window = self.block;
        let end = history.get(n.saturating_sub(window)..).unwrap_or_default();
        let mut best = (shortest, f32::MIN);
        for lag in shortest..=longest.min(n.saturating_sub(window)) {
            let past = history.get(n - window - lag..n - lag).unwrap_or_default();
            let (mut dot, mut energy) = (0.0, 1e-6);
            for (a, b) in end.iter().zip(past) {
                dot += a * b;
                energy += b * b;
            }
            let score = dot / f32::sqrt(energy);
            if score > best.1 {
                best = (lag, score);
            }
        }
        best.0
    }
}
