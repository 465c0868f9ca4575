//! Real-time: echo cancellation in the frequency domain: a partitioned Kalman filter, a quick filter in its shadow, bulk
//! delay, clock drift, residual suppression.

mod view;

use super::analysis::{Analysis, MOST};
use super::delay::DelayFinder;
use super::drift::Drift;
use super::echo_detector::EchoDetector;
use super::erle_meter::{Course, ErleMeter, power};
use super::filter_selector::{FilterSelector, WeightTransfer};
use super::kernels::subtract;
use super::nlms::clean;
use super::partitions::KalmanFilter;
use super::residual::Residual;
use super::shadow::ShadowFilter;
use super::spectrum::{Spectrum, Transform, padded_bins, zeros};
use super::spectrum_bins::FarSpectra;
use super::suppressor::Filtered;
use super::{AecParams, EchoCanceller, EchoMetrics};
use crate::processing::stage::{ProcessingError, StageFault};
use crate::types::SampleRate;

/// Partitions of the shadow filter at most.
const SHADOW: usize = 12;

/// The canceller `frequency_domain`: a partitioned Kalman filter with a quick filter in its shadow, search of the bulk delay,
/// following of clock drift, and residual suppression. Memory, by count: about 0.3 MiB at 16 kHz with the default tail and delay
/// search.
///
/// Example: [`EchoCanceller`].
#[derive(Debug)]
pub struct FrequencyDomain {
    block: usize,
    transform: Transform,
    delay: Option<DelayFinder>,
    spectra: FarSpectra,
    filter: KalmanFilter,
    shadow: ShadowFilter,
    drift: Drift,
    residual: Residual,
    meter: ErleMeter,
    far: Box<[f32]>,
    last_far: Box<[f32]>,
    far_power: Box<[f32]>,
    near: Box<[f32]>,
    echo: Box<[f32]>,
    error: Box<[f32]>,
    work: [Spectrum; 2],
    selector: FilterSelector,
    renewed: bool,
    analysis: Analysis,
    detector: EchoDetector,
}

impl FrequencyDomain {
    /// For blocks at `rate`. Control side.
    ///
    /// # Errors
    /// A parameter out of its range.
    pub fn new(rate: SampleRate, params: AecParams) -> Result<Self, ProcessingError> {
        let params = params.checked()?;
        let block = rate.block_samples();
        let bins = padded_bins(block).min(MOST);
        let partitions = usize::from(params.tail_ms).div_ceil(10);
        let lags = usize::from(params.max_delay_ms).div_ceil(10);
        Ok(Self {
            block,
            transform: Transform::new(block),
            delay: (lags > 0).then(|| DelayFinder::new(block, lags + 1)),
            spectra: FarSpectra::new(bins, partitions + lags + 2),
            filter: KalmanFilter::new(block, bins, partitions),
            shadow: ShadowFilter::new(block, bins, partitions.min(SHADOW)),
            drift: Drift::new(block),
            residual: Residual::new(block, &params),
            meter: ErleMeter::default(),
            far: zeros(block),
            last_far: zeros(block),
            far_power: zeros(padded_bins(block)),
            near: zeros(block),
            echo: zeros(block),
            error: zeros(block),
            work: [Spectrum::new(block), Spectrum::new(block)],
            selector: FilterSelector::default(),
            renewed: false,
            analysis: Analysis::new(block),
            detector: EchoDetector::new(lags),
        })
    }

    fn align(&mut self) {
        let Some(found) = self.delay.as_ref().and_then(DelayFinder::delay) else { return };
        let wanted = found.saturating_sub(1);
        let moved = wanted as isize - self.spectra.aligned as isize;
        // The tail is long: a little late is better than moving often.
        if (0..=3).contains(&moved) || self.detector.fits() {
            return;
        }
        self.filter.shift(moved);
        self.shadow.exchange(&mut self.filter.weights, false);
        self.spectra.aligned = wanted;
        self.renewed = true;
    }

    /// The power of the error of filter and shadow; `self.error` and `self.echo` are the Kalman filter's.
    fn filter(&mut self) -> [f32; 2] {
        let [spectrum, errors] = &mut self.work;
        self.transform.spectrum(&self.last_far, &self.far, spectrum);
        spectrum.power(&mut errors.re);
        for (held, now) in self.far_power.iter_mut().zip(&errors.re) {
            *held += 0.02 * (now - *held);
        }
        self.spectra.push(spectrum);
        self.last_far.copy_from_slice(&self.far);

        self.shadow.filter(&self.spectra, spectrum);
        subtract(self.transform.samples(spectrum), &self.near, &mut self.echo, &mut self.error);
        let shadow = power(&self.error);
        self.transform.spectrum(&[], &self.error, errors);
        self.shadow.adapt(&self.spectra, errors, &mut self.transform);

        self.filter.filter(&self.spectra, spectrum);
        subtract(self.transform.samples(spectrum), &self.near, &mut self.echo, &mut self.error);
        self.transform.spectrum(&[], &self.echo, spectrum);
        self.transform.spectrum(&[], &self.error, errors);
        self.drift.update(spectrum, errors, self.filter.bins);
        let turn = self.drift.turn(self.block);
        self.filter.adapt(&self.spectra, errors, turn);
        self.filter.constrain(&mut self.transform, 2);
        [power(&self.error), shadow]
    }

    /// Lets the better filter teach the other, by the power of their errors.
    fn compare(&mut self, errors: [f32; 2]) {
        match self.selector.update(errors, self.detector.fits()) {
            Some(WeightTransfer::FromShadow) => {
                self.shadow.exchange(&mut self.filter.weights, true);
                self.filter.suspect(0.3);
            }
            Some(WeightTransfer::ToShadow) => self.shadow.exchange(&mut self.filter.weights, false),
            None => {}
        }
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
        let errors = self.filter();
        self.compare(errors);
        self.analysis.update(&self.echo, &self.error, &mut self.transform);
        let clear = self.delay.as_ref().is_some_and(DelayFinder::clear);
        let (before, left) = (power(&self.near), power(&self.error));
        let spectra = self.analysis.heard(self.filter.bins);
        self.detector.update(spectra, [power(&self.far), before], clear);
        self.detector.subtract_echo(&self.near, &self.echo, near);
        let taken = power(near);
        let filtered = Filtered {
            spectra: &self.analysis,
            uncertainty: self.filter.residual_power.get(..self.filter.bins.min(self.block + 1)).unwrap_or_default(),
            converged: !self.selector.is_shadow_better(),
            lost: self.detector.lost(),
            fits: self.detector.fits(),
            trust: self.detector.share(),
            confidence: self.detector.confidence(),
            quiet: self.detector.is_quiet(),
            renewed: std::mem::take(&mut self.renewed),
            far: &self.far_power,
        };
        self.residual.process(filtered, near, &mut self.transform);
        let course = self.meter.update(power(&self.far), before, left, taken, power(near));
        let spared = course == Course::Astray && self.detector.has_fitted();
        if !left.is_finite() || (course != Course::Steady && !spared) {
            self.filter.reset(0.3);
            self.shadow.reset();
            self.drift.reset();
            self.selector = FilterSelector::default();
            near.copy_from_slice(&self.near);
        } else if spared {
            // A filter that was right once is led astray by a near speaker more often than by a path that is gone: what it
            // has learnt is not thrown away, unless that did not help.
            self.filter.halve();
            self.shadow.exchange(&mut self.filter.weights, false);
            self.drift.reset();
        }
        Ok(())
    }

    fn set_params(&mut self, params: &AecParams) {
        self.residual.set(params);
        let partitions = usize::from(params.tail_ms).div_ceil(10);
        self.filter.set_active(partitions);
        self.shadow.set_active(partitions);
    }

    fn metrics(&self) -> EchoMetrics {
        let found = self.delay.as_ref().map_or(Some(0), DelayFinder::delay);
        EchoMetrics {
            erl_db: self.meter.erl_db(),
            erle_linear_db: self.meter.erle_linear_db(),
            erle_db: self.meter.erle_db(),
            delay_ms: found.map(|blocks| 10 * blocks as u16),
            divergences: self.meter.divergences(),
            double_talk: self.residual.near_speaks(),
        }
    }

    fn reset(&mut self) {
        self.delay.iter_mut().for_each(DelayFinder::reset);
        self.residual.reset();
        self.spectra.reset();
        self.filter.clear();
        self.shadow.reset();
        self.drift.reset();
        self.last_far.fill(0.0);
        self.far_power.fill(0.0);
        self.meter = ErleMeter::default();
        (self.selector, self.renewed) = (FilterSelector::default(), false);
        self.analysis.reset();
        self.detector.reset();
    }
}
