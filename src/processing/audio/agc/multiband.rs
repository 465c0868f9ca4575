//! Real-time: gain control in three bands: the gain of the [`Leveler`], then a gentle compressor in each band with attack
//! and release of its own, then a limiter that looks 8 ms ahead.
//!
//! What the compressors take away from speech on average is given back behind them, so that it is the sound that comes
//! out that has the target's loudness. A booming room or a sharp voice is tamed in its own band; in pauses the gain stands still.

#[cfg(test)]
mod tests;

use super::crossover::{BANDS, Crossover};
use super::leveler::Leveler;
use super::wideband::linear;
use super::{AgcParams, GainControl};
use crate::processing::audio::loudness::KWeighting;
use crate::processing::effects::{Compressor, CompressorParams, PeakLimiter, clean};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;

/// How far the limiter looks ahead.
const LOOK_AHEAD_MS: usize = 8;
/// Its release time constant in ms.
const RELEASE_MS: f32 = 60.0;
/// For low, middle and high: threshold over the target in dB, attack, release in ms.
const COMPRESSION: [[f32; 3]; BANDS] = [[-2.0, 12.0, 200.0], [2.0, 6.0, 120.0], [-8.0, 3.0, 60.0]];
const RATIO: f32 = 2.0;
/// What remains of the mean power of speech after a block.
const KEEP: f32 = 0.99;
/// 9 dB.
const MOST_MAKE_UP: f32 = 2.8;
const MOST: usize = SampleRate::Hz48000.block_samples();

/// Gain control of one channel in three bands.
#[derive(Debug, Clone)]
pub struct MultibandAgc {
    rate: SampleRate,
    params: AgcParams,
    crossover: Crossover,
    bands: [Compressor; BANDS],
    weighting: KWeighting,
    leveler: Leveler,
    limiter: PeakLimiter,
    gain: f32,
    /// Power of speech before and behind the compressors, forgotten with a time constant of 1 s of speech.
    speech: [f32; 2],
    make_up: f32,
}

impl MultibandAgc {
    /// Gain control for audio of `rate`. Control side: allocates.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub fn new(rate: SampleRate, params: AgcParams) -> Result<Self, ProcessingError> {
        params.check()?;
        let [low, middle, high] = COMPRESSION.map(|band| Compressor::new(rate, compression(band, &params)));
        Ok(Self {
            rate,
            params,
            crossover: Crossover::new(rate),
            bands: [low?, middle?, high?],
            weighting: KWeighting::new(rate),
            leveler: Leveler::new(),
            limiter: PeakLimiter::new(rate, params.ceiling_dbfs, LOOK_AHEAD_MS, RELEASE_MS)?,
            gain: 1.0,
            speech: [0.0; 2],
            make_up: 1.0,
        })
    }

    /// Other settings, from the next block on, without a jump in gain. Real-time safe.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`]; the old ones stay.
    pub fn set_params(&mut self, params: AgcParams) -> Result<(), ProcessingError> {
        params.check()?;
        for (band, of) in self.bands.iter_mut().zip(COMPRESSION) {
            band.set_params(compression(of, &params))?;
        }
        self.limiter.set_ceiling(params.ceiling_dbfs)?;
        self.params = params;
        Ok(())
    }
}

impl MultibandAgc {
    /// The gain that gives back what the compressors take, given the power of a block before and behind them.
    fn make_up_for(&mut self, before: f32, behind: f32) -> f32 {
        if self.leveler.speaking() {
            let [b, a] = self.speech;
            self.speech = [KEEP * b + before, KEEP * a + behind];
        }
        let [before, behind] = self.speech;
        if behind > 1e-9 { (before / behind).sqrt().clamp(1.0, MOST_MAKE_UP) } else { 1.0 }
    }
}

fn square(pcm: &[f32]) -> f32 {
    pcm.iter().map(|x| x * x).sum()
}

fn compression([over, attack_ms, release_ms]: [f32; 3], params: &AgcParams) -> CompressorParams {
    let threshold_dbfs = params.target_lufs + over;
    CompressorParams { threshold_dbfs, ratio: RATIO, knee_db: 6.0, attack_ms, release_ms, make_up_db: 0.0 }
}

impl GainControl for MultibandAgc {
    fn process(&mut self, block: &mut [f32], voice: f32) -> Result<(), StageFault> {
        let length = block.len();
        if length != self.rate.block_samples() || length > MOST {
            return Err(StageFault::BadBlock);
        }
        clean(block);
        let power = self.weighting.mean_square(block);
        let to = linear(self.leveler.take(power, voice, &self.params) as f32);
        let step = (to - self.gain) / length as f32;
        for (i, x) in (1_i32..).zip(block.iter_mut()) {
            *x *= self.gain + step * i as f32;
        }
        self.gain = to;
        let before = square(block);
        let (mut low, mut middle, mut high) = ([0.0; MOST], [0.0; MOST], [0.0; MOST]);
        let (low, middle, high) = (&mut low[..length], &mut middle[..length], &mut high[..length]);
        self.crossover.split(block, &mut [&mut *low, &mut *middle, &mut *high]);
        for (band, pcm) in self.bands.iter_mut().zip([&mut *low, &mut *middle, &mut *high]) {
            band.process(pcm)?;
        }
        for (((x, low), middle), high) in block.iter_mut().zip(low).zip(middle).zip(high) {
            *x = *low + *middle + *high;
        }
        let to = self.make_up_for(before, square(block));
        let step = (to - self.make_up) / length as f32;
        for (i, x) in (1_i32..).zip(block.iter_mut()) {
            *x *= self.make_up + step * i as f32;
        }
        self.make_up = to;
        self.limiter.process(block)
    }

    fn gain_db(&self) -> f32 {
        self.leveler.gain_db() as f32
    }

    fn delay_samples(&self) -> usize {
        self.limiter.delay_samples()
    }

    fn reset(&mut self) {
        self.crossover.reset();
        self.bands.iter_mut().for_each(Compressor::reset);
        self.weighting.reset();
        self.leveler.reset();
        self.limiter.reset();
        (self.gain, self.speech, self.make_up) = (1.0, [0.0; 2], 1.0);
    }
}
