//! Real-time: echo cancellation in the time domain: normalized least mean squares with a step from the filter's own
//! uncertainty.
//!
//! The step is that of a Kalman filter whose state covariance is one number (Enzner and Vary 2006; Paleologu, Benesty,
//! Ciochină 2013, "joint-optimized NLMS"): large while the filter is uncertain, small when the error is more than the
//! uncertainty explains, which is what a near speaker looks like. A path that has changed looks like that too, but then
//! the error correlates with the estimated echo: that correlation raises the uncertainty again. Both ends are
//! pre-emphasized, so that speech is less coloured and adapts faster.

use super::analysis::{Analysis, MOST};
use super::delay::DelayFinder;
use super::echo_detector::EchoDetector;
use super::echo_subtraction::EchoSubtraction;
use super::erle_meter::{Course, ErleMeter, power};
use super::kernels::dot;
use super::residual::Residual;
use super::spectrum::{Transform, zeros};
use super::step_size::{EMPHASIS, StepSize};
use super::suppressor::Filtered;
use super::{AecParams, EchoCanceller, EchoMetrics};
use crate::processing::finite::copy_bounded;
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;

/// Blocks that the far-end history grows by before it is moved to its start.
const SLACK: usize = 8;

/// The canceller `nlms`: normalized least mean squares in the time domain, with a step from the filter's own uncertainty. Memory at
/// 16 kHz, by count: about 130 KiB for a tail of 100 ms with delay search and suppressor.
///
/// Example: [`EchoCanceller`].
#[derive(Debug)]
pub struct Nlms {
    block: usize,
    taps: usize,
    /// How many of them are at work: those of the shortest lags.
    active: usize,
    delay: Option<DelayFinder>,
    /// Whole blocks by which the reference is delayed.
    aligned: usize,
    /// Pre-emphasized far end, oldest first, up to `filled`.
    history: Box<[f32]>,
    filled: usize,
    far: Box<[f32]>,
    near: Box<[f32]>,
    echo: Box<[f32]>,
    /// The tap of the longest lag first.
    weights: Box<[f32]>,
    step_size: StepSize,
    memory: [f32; 2],
    meter: ErleMeter,
    analysis: Analysis,
    detector: EchoDetector,
    subtraction: EchoSubtraction,
    transform: Transform,
    residual: Residual,
}

impl Nlms {
    /// For blocks at `rate`. Control side.
    ///
    /// # Errors
    /// A parameter out of its range.
    pub fn new(rate: SampleRate, params: AecParams) -> Result<Self, ProcessingError> {
        let params = params.checked()?;
        let block = rate.block_samples();
        let taps = (usize::from(params.tail_ms) * block / 10).next_multiple_of(32);
        let blocks = usize::from(params.max_delay_ms).div_ceil(10);
        let history = blocks * block + taps + (1 + SLACK) * block;
        let mut canceller = Self {
            block,
            taps,
            active: taps,
            delay: (blocks > 0).then(|| DelayFinder::new(block, blocks + 1)),
            aligned: 0,
            history: zeros(history),
            filled: history,
            far: zeros(block),
            near: zeros(block),
            echo: zeros(block),
            weights: zeros(taps),
            step_size: StepSize::default(),
            memory: [0.0; 2],
            meter: ErleMeter::default(),
            analysis: Analysis::new(block),
            detector: EchoDetector::new(blocks),
            subtraction: EchoSubtraction::default(),
            transform: Transform::new(block),
            residual: Residual::new(block, &params),
        };
        canceller.forget();
        Ok(canceller)
    }

    /// The filter knows nothing: an echo as loud as the reference is thought possible.
    fn forget(&mut self) {
        self.weights.fill(0.0);
        self.step_size = StepSize::new(self.taps);
    }

    fn remember(&mut self) {
        if self.filled + self.block > self.history.len() {
            self.history.copy_within(SLACK * self.block..self.filled, 0);
            self.filled -= SLACK * self.block;
        }
        if let Some(room) = self.history.get_mut(self.filled..self.filled + self.block) {
            emphasize(&self.far, &mut self.memory[0], room);
        }
        self.filled += self.block;
    }

    /// Follows the delay: the window over the reference moves, and the weights with it.
    fn align(&mut self) {
        let Some(found) = self.delay.as_ref().and_then(DelayFinder::delay) else { return };
        let wanted = found.saturating_sub(1);
        if wanted.abs_diff(self.aligned) < 2 {
            return;
        }
        let shift = (wanted.abs_diff(self.aligned) * self.block).min(self.taps);
        if wanted > self.aligned {
            self.weights.copy_within(..self.taps - shift, shift);
            self.weights.iter_mut().take(shift).for_each(|w| *w = 0.0);
        } else {
            self.weights.copy_within(shift.., 0);
            self.weights.iter_mut().rev().take(shift).for_each(|w| *w = 0.0);
        }
        self.aligned = wanted;
        self.step_size.raise_uncertainty(0.1 / self.taps as f32);
    }

    /// Filters and adapts over a block; the estimated echo goes to `echo`, still pre-emphasized.
    fn adapt(&mut self) {
        let start = self.filled.saturating_sub(self.aligned * self.block + self.block + self.active);
        let Some(window) = self.history.get(start..start + self.active + self.block) else { return };
        let Some(weights) = self.weights.get_mut(self.taps - self.active..) else { return };
        let power = dot(weights, weights) / self.active as f32;
        self.step_size.adapt(weights, window, &self.near, &mut self.echo, power);
        self.step_size.recover(power);
    }
}

impl EchoCanceller for Nlms {
    fn process(&mut self, far: &[f32], near: &mut [f32]) -> Result<(), StageFault> {
        if far.len() != self.block || near.len() != self.block {
            return Err(StageFault::BadBlock);
        }
        clean(far, &mut self.far);
        clean(near, &mut self.near);
        if let Some(delay) = &mut self.delay {
            delay.update(&self.far, &self.near);
        }
        self.align();
        self.remember();
        self.adapt();
        for ((out, near), echo) in near.iter_mut().zip(&self.near).zip(&mut self.echo) {
            *echo += EMPHASIS * self.memory[1];
            self.memory[1] = *echo;
            *out = near - *echo;
        }
        let left = power(near);
        self.analysis.update(&self.echo, near, &mut self.transform);
        let clear = self.delay.as_ref().is_some_and(DelayFinder::clear);
        let powers = [power(&self.far), power(&self.near)];
        self.detector.update(self.analysis.heard(MOST), powers, clear);
        let share = self.detector.believed_share();
        self.subtraction.apply(share, [&self.near, &self.echo], near);
        let taken = power(near);
        let filtered = Filtered {
            spectra: &self.analysis,
            uncertainty: &[],
            converged: true,
            lost: self.detector.lost(),
            fits: self.detector.fits(),
            trust: share,
            confidence: self.detector.confidence(),
            quiet: self.detector.is_quiet(),
            renewed: false,
            far: &[],
            trained: None,
        };
        self.residual.process(filtered, near, &mut self.transform);
        if self.meter.update(power(&self.far), power(&self.near), left, taken, power(near)) != Course::Steady
            || !self.step_size.is_finite()
        {
            // Less bold than at first: what led astray was hardly an echo.
            self.weights.fill(0.0);
            self.step_size = StepSize::new(50 * self.taps);
            self.memory[1] = 0.0;
            near.copy_from_slice(&self.near);
        }
        Ok(())
    }

    fn set_params(&mut self, params: &AecParams) {
        self.residual.set(params);
        let taps = (usize::from(params.tail_ms) * self.block / 10).next_multiple_of(32).min(self.taps);
        if std::mem::replace(&mut self.active, taps) < taps {
            // What the others have learnt stays, and is doubted somewhat: the path may have changed meanwhile.
            self.step_size.raise_uncertainty(0.1 * dot(&self.weights, &self.weights) / self.taps as f32);
        }
    }

    fn metrics(&self) -> EchoMetrics {
        let found = self.delay.as_ref().map_or(Some(0), DelayFinder::delay);
        EchoMetrics {
            erl_db: self.meter.erl_db(),
            erle_linear_db: self.meter.erle_linear_db(),
            erle_db: self.meter.erle_db(),
            delay_ms: found.map(|blocks| 10 * blocks as u16),
            late_echo_ms: self.delay.as_ref().and_then(DelayFinder::late_ms),
            divergences: self.meter.divergences(),
            double_talk: self.residual.near_speaks(),
        }
    }

    fn reset(&mut self) {
        self.forget();
        self.residual.reset();
        self.analysis.reset();
        self.detector.reset();
        self.subtraction = EchoSubtraction::default();
        self.history.fill(0.0);
        self.aligned = 0;
        self.memory = [0.0; 2];
        self.meter = ErleMeter::default();
        if let Some(delay) = &mut self.delay {
            delay.reset();
        }
    }
}

/// A copy without NaN, infinities, or what no sound can be.
pub(super) fn clean(block: &[f32], into: &mut [f32]) {
    copy_bounded(block, into, 4.0);
}

fn emphasize(block: &[f32], last: &mut f32, into: &mut [f32]) {
    for (to, from) in into.iter_mut().zip(block) {
        *to = from - EMPHASIS * std::mem::replace(last, *from);
    }
}
