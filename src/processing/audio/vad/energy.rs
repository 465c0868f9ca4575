//! Real-time: voice detection by energy over an adaptive noise floor: the cheap one, which overload sheds to.
//!
//! The energy of each block is measured where voiced speech has most of it, 200 to 1,200 Hz; `floor` follows the
//! minimum of the last one to two seconds: a steady sound, white noise or a tone, is at its
//! own floor within that time and no voice; a sound that comes and goes cannot be told from speech by this detector.

#[cfg(test)]
mod tests;

use super::VoiceDetector;
use super::noise_floor::Floors;
use crate::processing::audio::fast_math::{exp2, log2};
use crate::processing::finite::bounded;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use std::f32::consts::{LOG2_E, PI};

/// The band, in Hz: first-order slopes.
const LOW_EDGE: f32 = 200.0;
const HIGH_EDGE: f32 = 1_200.0;
/// Energies below -90 dB of full scale are silence.
const SILENCE: f32 = 1e-9;
/// No sample is taken for more.
const GREATEST: f32 = 16.0;
/// Decibels per doubling of power.
const DECIBELS: f32 = 3.010_3;
/// Blocks after which the floor is renewed.
const PERIOD: u16 = 100;
/// How fast the excess over the floor rises and falls, per block.
const ATTACK: f32 = 0.2;
const RELEASE: f32 = 0.06;
/// The excess, in dB, of which half is speech, and the width of the transition.
const MIDDLE: f32 = 8.0;
const WIDTH: f32 = 2.5;

/// Voice detection by energy. Real-time safe, its construction too.
///
/// Example: [`VoiceDetector`](crate::processing::VoiceDetector).
#[derive(Debug, Clone)]
pub struct EnergyDetector {
    block: usize,
    /// Coefficients and states of the two filters.
    low: f32,
    high: f32,
    low_state: f32,
    high_state: f32,
    floor: Option<Floors<1>>,
    /// Of the level over the floor, smoothed, dB.
    excess: f32,
}

/// All in dB.
impl EnergyDetector {
    /// For one channel at `rate`.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        let coefficient = |edge: f32| 1.0 - exp2(-2.0 * PI * edge / rate.hz() as f32 * LOG2_E);
        Self {
            block: rate.block_samples(),
            low: coefficient(LOW_EDGE),
            high: coefficient(HIGH_EDGE),
            low_state: 0.0,
            high_state: 0.0,
            floor: None,
            excess: 0.0,
        }
    }

    /// Goes on with what another has learnt of the same stream, which had another rate. Real-time safe.
    pub(crate) const fn continue_from(&mut self, before: &Self) {
        (self.floor, self.excess) = (before.floor, before.excess);
    }

    /// The level of the block's band in dB of full scale.
    fn level(&mut self, block: &[f32]) -> f32 {
        let mut energy = 0.0;
        for &x in block {
            let x = bounded(x, GREATEST);
            self.low_state += self.low * (x - self.low_state);
            self.high_state += self.high * (x - self.low_state - self.high_state);
            energy += self.high_state * self.high_state;
        }
        for state in [&mut self.low_state, &mut self.high_state] {
            if state.abs() < 1e-15 {
                *state = 0.0;
            }
        }
        DECIBELS * log2(energy / block.len() as f32 + SILENCE)
    }
}

impl VoiceDetector for EnergyDetector {
    fn process(&mut self, block: &[f32]) -> Result<f32, StageFault> {
        if block.len() != self.block {
            return Err(StageFault::BadBlock);
        }
        let level = self.level(block);
        let [excess] = self.floor.get_or_insert_with(|| Floors::at(&[level], PERIOD)).excess(&[level]);
        let pace = if excess > self.excess { ATTACK } else { RELEASE };
        self.excess += pace * (excess - self.excess);
        Ok(1.0 / (1.0 + exp2((MIDDLE - self.excess) / WIDTH * LOG2_E)))
    }

    fn reset(&mut self) {
        (self.low_state, self.high_state, self.floor, self.excess) = (0.0, 0.0, None, 0.0);
    }
}
