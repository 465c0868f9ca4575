//! Real-time: gain control with one gain for all frequencies and no delay.
//!
//! The [`Leveler`] says the gain; within a block it moves in a straight line. What would go over the ceiling is taken by a
//! limiter that looks ahead within the block.

#[cfg(test)]
mod tests;

use super::leveler::Leveler;
use super::{AgcParams, GainControl};
use crate::processing::audio::loudness::KWeighting;
use crate::processing::effects::BlockLimiter;
use crate::processing::finite::scrub;
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;

/// Gain control of one channel.
///
/// Example: [`GainControl`].
#[derive(Debug, Clone)]
pub struct WidebandAgc {
    rate: SampleRate,
    params: AgcParams,
    ceiling: f32,
    weighting: KWeighting,
    leveler: Leveler,
    limiter: BlockLimiter,
    gain: f32,
}

impl WidebandAgc {
    /// Gain control for audio of `rate`.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`].
    pub fn new(rate: SampleRate, params: AgcParams) -> Result<Self, ProcessingError> {
        params.check()?;
        Ok(Self {
            rate,
            params,
            ceiling: linear(params.ceiling_dbfs),
            weighting: KWeighting::new(rate),
            leveler: Leveler::default(),
            limiter: BlockLimiter::new(),
            gain: 1.0,
        })
    }

    /// Other settings, from the next block on, without a jump in gain. Real-time safe.
    ///
    /// # Errors
    /// [`ProcessingError::Parameter`]; the old ones stay.
    pub fn set_params(&mut self, params: AgcParams) -> Result<(), ProcessingError> {
        params.check()?;
        (self.params, self.ceiling) = (params, linear(params.ceiling_dbfs));
        Ok(())
    }
}

impl GainControl for WidebandAgc {
    fn process(&mut self, block: &mut [f32], voice: f32) -> Result<(), StageFault> {
        if block.len() != self.rate.block_samples() {
            return Err(StageFault::BadBlock);
        }
        scrub(block);
        let power = self.weighting.mean_square(block);
        let to = linear(self.leveler.update(power, voice, &self.params) as f32);
        // In units of the ceiling, which is what the limiter takes for full scale.
        let scale = 1.0 / self.ceiling;
        let (from, step) = (self.gain * scale, (to - self.gain) * scale / block.len() as f32);
        let mut peak = 0.0f32;
        for (i, x) in (1_i32..).zip(block.iter_mut()) {
            *x *= from + step * i as f32;
            peak = peak.max(x.abs());
        }
        self.limiter.process(block, 1, (peak > 1.0).then_some(peak));
        for x in block.iter_mut() {
            *x *= self.ceiling;
        }
        self.gain = to;
        Ok(())
    }

    fn adjust(&mut self, params: &AgcParams) {
        let _ = self.set_params(*params);
    }

    fn leveler(&self) -> Option<&Leveler> {
        Some(&self.leveler)
    }

    fn continue_from(&mut self, former: &Leveler) {
        self.leveler.clone_from(former);
        self.gain = linear(former.gain_db() as f32);
    }

    fn gain_db(&self) -> f32 {
        self.leveler.gain_db() as f32
    }

    fn delay_samples(&self) -> usize {
        0
    }

    fn reset(&mut self) {
        self.weighting.reset();
        self.leveler.reset();
        self.limiter.reset();
        self.gain = 1.0;
    }
}

pub(super) fn linear(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}
