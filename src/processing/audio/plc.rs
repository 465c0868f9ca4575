//! Real-time: packet loss concealment for codecs that bring none of their own.
//!
//! What was heard last is split into an all-pole filter and what drives it (`model`). The driving goes on at its pitch
//! (`pitch`), mixed with noise where it was not voiced, through the filter, and fades to the background of the stream
//! (`background`); the first good audio is joined to it (`merge`). Repetition at the pitch is as in ITU-T G.711
//! Appendix I, the mixture that of Gündüzhan and Momtahan (IEEE Trans. SAP, 2001); there is no added delay.

mod background;
mod merge;
mod model;
mod pitch;

use crate::types::SampleRate;
use background::Background;
use model::{AllPole, ORDER};
use pitch::{Pitch, analyse};

/// Full level for this long, in blocks; then down to the background over this many.
const HOLD_BLOCKS: f32 = 1.0;
const FADE_BLOCKS: f32 = 15.0;
/// For so many blocks a level that was falling goes on falling.
const SLOPE_BLOCKS: f32 = 4.0;
/// At this correlation and above a sound counts as voiced throughout, at this one and below as noise.
const VOICED: f32 = 0.8;
const NOISY: f32 = 0.2;

/// Concealment of one stream of one channel. Real-time safe except for its construction.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::Concealer;
///
/// let tone = |n: usize| 0.3 * (n as f32 * std::f32::consts::TAU * 200.0 / 8_000.0).sin();
/// let heard: Vec<f32> = (0..400).map(tone).collect();
/// let mut concealer = Concealer::new(SampleRate::Hz8000);
/// heard.chunks(80).for_each(|block| concealer.observe(block));
/// let mut lost = [0.0; 80];
/// assert_eq!(concealer.conceal(&heard, &mut lost), 80);
/// let error = (0..80).map(|n| (lost[n] - tone(400 + n)).abs()).fold(0.0, f32::max);
/// assert!(error < 0.1, "the tone goes on: {error}");
/// ```
#[derive(Debug)]
pub struct Concealer {
    block: usize,
    thin: usize,
    /// Samples concealed in this loss.
    concealed: usize,
    pitch: Pitch,
    model: AllPole,
    /// Its state.
    memory: [f32; ORDER],
    /// What drove the filter in the last two periods.
    driving: Box<[f32]>,
    /// Its root mean square, and the greatest magnitude of the last two periods of the signal.
    power: f32,
    peak: f32,
    background: Background,
}

impl Concealer {
    /// For audio at `rate`. Allocates.
    #[expect(clippy::disallowed_macros, reason = "control side: the constructor allocates")]
    pub fn new(rate: SampleRate) -> Self {
        let block = rate.block_samples();
        let pitch = Pitch { period: block, voicing: 0.0, slope: 0.0 };
        Self {
            block,
            thin: (block / 40).max(1),
            concealed: 0,
            pitch,
            model: AllPole::default(),
            memory: [0.0; ORDER],
            driving: vec![0.0; 3 * block].into_boxed_slice(),
            power: 0.0,
            peak: 0.0,
            background: Background::new(block),
        }
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

    /// The level of concealed sample `t` against the last good one.
    fn level(&self, t: f32) -> f32 {
        let block = self.block as f32;
        let faded = 1.0 - (t - HOLD_BLOCKS * block).max(0.0) / (FADE_BLOCKS * block);
        // exp(-x) for 0 <= x < 2, within 2 % of full level.
        let x = -self.pitch.slope * t.min(SLOPE_BLOCKS * block);
        faded.max(0.0) / (1.0 + x * (1.0 + x * (0.5 + x / 6.0)))
    }

    /// The level of the next sample, and how it changes from each to the next over `n` samples.
    fn levels(&self, n: usize) -> (f32, f32) {
        let (from, to) = (self.level(self.concealed as f32), self.level((self.concealed + n) as f32));
        (from, (to - from) / n.max(1) as f32)
    }

    /// Finds out what the end of `before` is made of.
    fn begin(&mut self, before: &[f32]) {
        self.pitch = analyse(before, self.block, self.thin);
        self.model = AllPole::of(before, self.block);
        let span = 2 * self.pitch.period;
        if let Some(driving) = self.driving.get_mut(..span) {
            self.model.residual(before, driving);
            self.power = (driving.iter().map(|x| x * x).sum::<f32>() / span.max(1) as f32).sqrt();
        }
        self.memory = self.model.state_after(before);
        self.peak = before.iter().rev().take(span).fold(0.0, |peak, x| peak.max(x.abs()));
    }

    /// Continues `before` (the latest sample last; at least 60 ms) into `out`. Returns the samples written.
    pub fn conceal(&mut self, before: &[f32], out: &mut [f32]) -> usize {
        if self.concealed == 0 {
            self.begin(before);
        }
        self.memory = self.extrapolate(out);
        let (mut level, step) = self.levels(out.len());
        for sample in out.iter_mut() {
            *sample += (1.0 - level) * self.background.next();
            level += step;
        }
        self.concealed += out.len();
        out.len()
    }

    /// The continuation alone, without counting it. Returns the filter's state.
    fn extrapolate(&self, out: &mut [f32]) -> [f32; ORDER] {
        let period = self.pitch.period.max(1);
        let noisy = ((VOICED - self.pitch.voicing) / (VOICED - NOISY)).clamp(0.0, 1.0);
        let voiced = (1.0 - noisy * noisy).sqrt();
        let mut random = 0x9E37_79B9u32 ^ self.concealed as u32;
        let (mut level, step) = self.levels(out.len());
        // One period is repeated at first; two later, which keeps the ear from hearing a buzz.
        let long = self.concealed >= 2 * self.block;
        let (first, span) = if long { (0, 2 * period) } else { (period, period) };
        let mut place = self.concealed % span;
        let driving = self.driving.get(first..first + span).unwrap_or_default();
        for sample in out.iter_mut() {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Uniform, of power 1.
            let noise = (random >> 8) as f32 * (3.464_101_6 / 16_777_216.0) - 1.732_050_8;
            let driving = driving.get(place).copied().unwrap_or(0.0);
            *sample = (voiced * driving + noisy * self.power * noise) * level;
            level += step;
            place = if place + 1 == span { 0 } else { place + 1 };
        }
        let memory = self.model.run(self.memory, out);
        for sample in out {
            *sample = sample.clamp(-self.peak, self.peak);
        }
        memory
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
