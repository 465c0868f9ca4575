//! Real-time: echo cancellation in the frequency domain: the filters of [`EchoEstimator`] over the bulk delay, what is believed of
//! them, residual suppression.

mod view;

use super::analysis::{Analysis, MOST, window_energy};
use super::delay::DelayFinder;
use super::echo_detector::EchoDetector;
use super::echo_estimator::{EchoEstimator, FilterState};
use super::echo_subtraction::EchoSubtraction;
use super::erle_meter::{Course, ErleMeter, power};
use super::nlms::clean;
use super::residual::Residual;
use super::residual_network::{EchoScene, ResidualNetwork};
use super::spectrum::{Transform, padded_bins, zeros};
use super::suppressor::Filtered;
use super::{AecAlgorithm, AecParams, EchoCanceller, EchoMetrics};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;

/// The cancellers `frequency_domain` and, with a network that judges what the filter leaves, `neural`: a partitioned Kalman filter, the mean of its weights and a quick filter in its shadow, search
/// of the bulk delay, following of clock drift, and residual suppression. Memory, by count: about 0.4 MiB at 16 kHz with the default
/// tail and delay search.
///
/// Example: [`EchoCanceller`].
#[derive(Debug)]
pub struct FrequencyDomain {
    block: usize,
    transform: Transform,
    delay: Option<DelayFinder>,
    estimator: EchoEstimator,
    residual: Residual,
    meter: ErleMeter,
    far: Box<[f32]>,
    near: Box<[f32]>,
    uncertainty_scale: f32,
    renewed: bool,
    analysis: Analysis,
    detector: EchoDetector,
    subtraction: EchoSubtraction,
    network: Option<Box<ResidualNetwork>>,
    /// The network is asked.
    trained: bool,
}

impl FrequencyDomain {
    /// For blocks at `rate`. Control side.
    ///
    /// # Errors
    /// A parameter out of its range, [`ProcessingError::NotBuilt`] for [`AecAlgorithm::Neural`] without feature `neural`.
    pub fn new(rate: SampleRate, params: AecParams) -> Result<Self, ProcessingError> {
        let params = params.checked()?;
        let block = rate.block_samples();
        let bins = padded_bins(block).min(MOST);
        let partitions = usize::from(params.tail_ms).div_ceil(10);
        let lags = usize::from(params.max_delay_ms).div_ceil(10);
        let trained = params.algorithm == AecAlgorithm::Neural;
        let network = trained.then(ResidualNetwork::boxed).flatten();
        if trained && network.is_none() {
            return Err(ProcessingError::NotBuilt { what: "echo cancellation `neural`", feature: "neural" });
        }
        Ok(Self {
            block,
            transform: Transform::new(block),
            delay: (lags > 0).then(|| DelayFinder::new(block, lags + 1)),
            estimator: EchoEstimator::new(block, bins, partitions, lags),
            residual: Residual::new(block, &params),
            meter: ErleMeter::default(),
            far: zeros(block),
            near: zeros(block),
            uncertainty_scale: window_energy(block) / block as f32,
            renewed: false,
            analysis: Analysis::new(block),
            detector: EchoDetector::new(lags),
            subtraction: EchoSubtraction::default(),
            network,
            trained,
        })
    }

    fn align(&mut self) {
        let Some(found) = self.delay.as_ref().and_then(DelayFinder::delay) else { return };
        let wanted = found.saturating_sub(1);
        let moved = wanted as isize - self.estimator.aligned() as isize;
        // The tail is long: a little late is better than moving often.
        if (0..=3).contains(&moved) || self.detector.fits() {
            return;
        }
        self.estimator.align(wanted);
        self.renewed = true;
    }
}

impl EchoCanceller for FrequencyDomain {
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
        let state = FilterState { fits: self.detector.fits(), lost: self.detector.lost() };
        self.estimator.process(&self.far, &self.near, &mut self.transform, state);
        let EchoEstimator { echo, error, .. } = &self.estimator;
        let (before, left) = (power(&self.near), power(error));
        if !left.is_finite() {
            // Nothing behind the filter is to remember it.
            self.meter.update(power(&self.far), before, left, before, before);
            self.estimator.forget();
            near.copy_from_slice(&self.near);
            return Ok(());
        }
        self.analysis.update(echo, error, &mut self.transform);
        let clear = self.delay.as_ref().is_some_and(DelayFinder::clear);
        let spectra = self.analysis.heard(self.estimator.bins());
        self.detector.update(spectra, [power(&self.far), before], clear);
        let network = self.network.as_deref_mut().filter(|_| self.trained);
        let share = match network {
            None => self.detector.believed_share(),
            Some(network) => {
                network.update(EchoScene {
                    spectra: &self.analysis,
                    bins: self.block + 1,
                    far: self.estimator.far(),
                    uncertainty: self.estimator.uncertainty(),
                    uncertainty_scale: self.uncertainty_scale,
                    flags: self.detector.flags(self.estimator.converged()),
                });
                if self.detector.is_quiet() {
                    network.pass();
                }
                network.share()
            }
        };
        self.subtraction.apply(share, [&self.near, echo], near);
        let taken = power(near);
        let filtered = Filtered {
            spectra: &self.analysis,
            uncertainty: self.estimator.uncertainty(),
            converged: self.estimator.converged(),
            lost: self.detector.lost(),
            fits: self.detector.fits(),
            trust: share,
            confidence: self.detector.confidence(),
            quiet: self.detector.is_quiet(),
            renewed: std::mem::take(&mut self.renewed),
            far: &self.estimator.far_power,
            trained: self.network.as_deref().filter(|_| self.trained).map(ResidualNetwork::gains),
        };
        self.residual.process(filtered, near, &mut self.transform);
        let course = self.meter.update(power(&self.far), before, left, taken, power(near));
        let spared = course == Course::Astray && self.detector.has_fitted();
        if course != Course::Steady && !spared {
            self.estimator.forget();
            // The network heard what the filter left, and took it out.
            if !self.trained {
                near.copy_from_slice(&self.near);
            }
        } else if spared {
            self.estimator.halve();
        }
        Ok(())
    }

    fn set_params(&mut self, params: &AecParams) {
        self.residual.set(params);
        self.estimator.set_active(usize::from(params.tail_ms).div_ceil(10));
        let trained = params.algorithm == AecAlgorithm::Neural;
        if trained && !self.trained {
            self.network.iter_mut().for_each(|network| network.reset());
        }
        self.trained = trained && self.network.is_some();
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
        self.delay.iter_mut().for_each(DelayFinder::reset);
        self.residual.reset();
        self.estimator.reset();
        (self.meter, self.renewed) = (ErleMeter::default(), false);
        self.analysis.reset();
        self.detector.reset();
        self.subtraction = EchoSubtraction::default();
        self.network.iter_mut().for_each(|network| network.reset());
    }
}
