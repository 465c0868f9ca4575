//! Real-time: voice detection by energy over an adaptive noise floor: the cheap one, which overload sheds to.
//!
//! The energy of each block is measured where voiced speech has most of it, 200 to 1,200 Hz. The floor is the minimum of
//! the smoothed energy over the last one to two seconds (Martin, 2001): a steady sound, white noise or a tone, is at its
//! own floor within that time and no voice; a sound that comes and goes cannot be told from speech by this detector.

#[cfg(test)]
#[path = "energy_tests.rs"]
mod tests;

use super::VoiceDetector;
use crate::processing::audio::fast_math::{exp2, log2};
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
/// Smoothing of the energy of which the minimum is taken; blocks after which a minimum is renewed.
const SMOOTHING: f32 = 0.3;
const RENEWAL_BLOCKS: u16 = 100;
/// How fast the floor follows the minimum down and up, per block.
const FLOOR_DOWN: f32 = 0.15;
const FLOOR_UP: f32 = 0.03;
/// How fast the excess over the floor rises and falls, per block.
const ATTACK: f32 = 0.2;
const RELEASE: f32 = 0.06;
/// The excess, in dB, of which half is speech, and the width of the transition.
const MIDDLE: f32 = 8.0;
const WIDTH: f32 = 2.5;

/// Voice detection by energy. Real-time safe, its construction too.
#[derive(Debug, Clone)]
pub struct EnergyDetector {
    block: usize,
    /// Coefficients and states of the two filters.
    low: f32,
    high: f32,
    low_state: f32,
    high_state: f32,
    levels: Option<Levels>,
}

/// All in dB.
#[derive(Debug, Clone, Copy)]
struct Levels {
    smooth: f32,
    minimum: f32,
    candidate: f32,
    floor: f32,
    excess: f32,
    since_renewal: u16,
}

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
            levels: None,
        }
    }

    /// The level of the block's band in dB of full scale.
    fn level(&mut self, block: &[f32]) -> f32 {
        let mut energy = 0.0;
        for &x in block {
            let x = if x.is_finite() { x.clamp(-GREATEST, GREATEST) } else { 0.0 };
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
        Ok(self.levels.get_or_insert_with(|| Levels::at(level)).update(level))
    }

    fn reset(&mut self) {
        (self.low_state, self.high_state, self.levels) = (0.0, 0.0, None);
    }
}

impl Levels {
    const fn at(level: f32) -> Self {
        Self { smooth: level, minimum: level, candidate: level, floor: level, excess: 0.0, since_renewal: 0 }
    }

    /// Takes in a block's level; returns the probability of speech.
    fn update(&mut self, level: f32) -> f32 {
        self.smooth += SMOOTHING * (level - self.smooth);
        self.minimum = self.minimum.min(self.smooth);
        self.candidate = self.candidate.min(self.smooth);
        self.since_renewal += 1;
        if self.since_renewal >= RENEWAL_BLOCKS {
            (self.minimum, self.candidate, self.since_renewal) = (self.candidate, self.smooth, 0);
        }
        let pace = if self.minimum < self.floor { FLOOR_DOWN } else { FLOOR_UP };
        self.floor += pace * (self.minimum - self.floor);
        let excess = level - self.floor;
        let pace = if excess > self.excess { ATTACK } else { RELEASE };
        self.excess += pace * (excess - self.excess);
        1.0 / (1.0 + exp2((MIDDLE - self.excess) / WIDTH * LOG2_E))
    }
}
