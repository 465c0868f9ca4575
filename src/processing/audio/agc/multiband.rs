//! Real-time: gain control in three bands: the gain of the [`Leveler`], then a gentle compressor in each band with attack
//! and release of its own, then a limiter that looks 8 ms ahead.
//!
//! What the compressors take away from speech on average is given back behind them, so that it is the sound that comes
//! out that has the target's loudness. A booming room or a sharp voice is tamed in its own band; in pauses the gain stands still.

#[cfg(test)]
mod tests;

use super::bands::{Bands, Powers};
use super::crossover::{BANDS, Crossover, LANES, Parts};
use super::leveler::Leveler;
use super::wideband::linear;
use super::{AgcParams, GainControl};
use crate::processing::effects::{CompressorParams, PeakLimiter};
use crate::processing::finite::scrub;
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
///
/// Example: [`GainControl`].
#[derive(Debug, Clone)]
pub struct MultibandAgc {
    rate: SampleRate,
    params: AgcParams,
    crossover: Crossover,
    bands: Bands,
    leveler: Leveler,
    limiter: PeakLimiter,
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
        Ok(Self {
            rate,
            params,
            crossover: Crossover::new(rate),
            bands: Bands::new(COMPRESSION.map(|band| compression(band, &params))),
            leveler: Leveler::default(),
            limiter: PeakLimiter::new(rate, params.ceiling_dbfs, LOOK_AHEAD_MS, RELEASE_MS)?,
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
        self.limiter.set_ceiling(params.ceiling_dbfs)?;
        self.bands.set_params(COMPRESSION.map(|band| compression(band, &params)));
        self.params = params;
        Ok(())
    }
}

impl MultibandAgc {
    /// The gain that gives back what the compressors take, given the power of a block before and behind them (make-up in
    /// both).
    fn make_up_for(&mut self, powers: Powers) -> f32 {
        if self.leveler.speaking() {
            let [before, behind] = self.speech;
            self.speech = [KEEP * before + powers.before, KEEP * behind + powers.behind];
        }
        let [before, behind] = self.speech;
        if behind > 1e-12 { (before / behind).sqrt().clamp(1.0, MOST_MAKE_UP) } else { 1.0 }
    }
}

/// The mean square of the weighted part.
fn loudness(parts: &[Parts]) -> f64 {
    let sums = parts.chunks_exact(8).fold([0.0; 8], |sums: [f32; 8], eight| {
        std::array::from_fn(|k| sums[k] + eight[k][LANES - 1] * eight[k][LANES - 1])
    });
    f64::from(sums.iter().sum::<f32>() / parts.len().max(1) as f32)
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
        scrub(block);
        let mut parts = [[0.0; LANES]; MOST];
        let parts = &mut parts[..length];
        self.crossover.split(block, parts);
        let gain = linear(self.leveler.update(loudness(parts), voice, &self.params) as f32);
        let powers = self.bands.join(parts, gain, self.make_up, block);
        self.make_up = self.make_up_for(powers);
        self.limiter.process(block)
    }

    fn adjust(&mut self, params: &AgcParams) {
        let _ = self.set_params(*params);
    }

    fn leveler(&self) -> Option<&Leveler> {
        Some(&self.leveler)
    }

    fn continue_from(&mut self, former: &Leveler) {
        self.leveler.clone_from(former);
    }

    fn gain_db(&self) -> f32 {
        self.leveler.gain_db() as f32
    }

    fn delay_samples(&self) -> usize {
        self.limiter.delay_samples()
    }

    fn reset(&mut self) {
        self.crossover.reset();
        self.bands.reset();
        self.leveler.reset();
        self.limiter.reset();
        (self.speech, self.make_up) = ([0.0; 2], 1.0);
    }
}
