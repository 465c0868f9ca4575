//! Real-time: the echo of a block, estimated by the filters of the frequency-domain canceller: a Kalman filter, the mean of its
//! weights, a short one beside it, and a quick one in its shadow, which teaches it.

use super::drift::Drift;
use super::erle_meter::{SPEECH, power};
use super::filter_selector::{FilterSelector, WeightTransfer};
use super::kernels::subtract;
use super::partition_share::PartitionShares;
use super::partitions::KalmanFilter;
use super::path_jump::PathJump;
use super::shadow::ShadowFilter;
use super::short_filter::ShortFilter;
use super::spectrum::{Spectrum, Transform, padded_bins, zeros};
use super::spectrum_bins::{FarSpectra, Parts};
use super::weight_average::WeightAverage;

/// Share of the weights that is doubted when they were moved.
const MOVED: f32 = 0.1;
/// Partitions of the shadow filter at most.
const SHADOW: usize = 12;

/// What is known of the filter from outside.
#[derive(Debug, Clone, Copy)]
pub(super) struct FilterState {
    /// It is known to be right.
    pub(super) fits: bool,
    /// It was right and is so no more.
    pub(super) lost: bool,
}

/// The filters.
#[derive(Debug)]
pub(super) struct EchoEstimator {
    block: usize,
    /// Partitions at work.
    active: usize,
    spectra: FarSpectra,
    filter: KalmanFilter,
    shadow: ShadowFilter,
    average: WeightAverage,
    shares: PartitionShares,
    jump: PathJump,
    drift: Drift,
    selector: FilterSelector,
    last_far: Box<[f32]>,
    /// Long-term power of the far end in each bin.
    pub(super) far_power: Box<[f32]>,
    /// The estimated echo of the last block, and what is left without it.
    pub(super) echo: Box<[f32]>,
    pub(super) error: Box<[f32]>,
    /// The same by the mean.
    averaged: [Box<[f32]>; 2],
    short: ShortFilter,
    work: [Spectrum; 2],
}

impl EchoEstimator {
    /// `lags`: blocks by which the echo may be late beyond its `partitions`.
    pub(super) fn new(block: usize, bins: usize, partitions: usize, lags: usize) -> Self {
        Self {
            block,
            active: partitions,
            spectra: FarSpectra::new(bins, partitions + lags + 2),
            filter: KalmanFilter::new(block, bins, partitions),
            shadow: ShadowFilter::new(block, bins, partitions.min(SHADOW)),
            average: WeightAverage::new(bins, partitions),
            shares: PartitionShares::new(partitions),
            jump: PathJump::new(block, partitions),
            drift: Drift::new(block),
            selector: FilterSelector::default(),
            last_far: zeros(block),
            far_power: zeros(padded_bins(block)),
            echo: zeros(block),
            error: zeros(block),
            averaged: [zeros(block), zeros(block)],
            short: ShortFilter::new(block, bins, partitions),
            work: [Spectrum::new(block), Spectrum::new(block)],
        }
    }

    /// Bins that are filtered.
    pub(super) fn bins(&self) -> usize {
        self.filter.bins
    }

    /// The far end: of the last block, and of the one that the first partition filters.
    pub(super) fn far(&self) -> [Parts<'_>; 2] {
        [self.spectra.newest(), self.spectra.partition(0)]
    }

    /// Power that the filter's uncertainty stands for, in each bin.
    pub(super) fn uncertainty(&self) -> &[f32] {
        let power = self.short.uncertainty().unwrap_or(&self.filter.residual_power);
        power.get(..self.filter.bins.min(self.block + 1)).unwrap_or_default()
    }

    /// No other filter does better than the one whose echo is told.
    pub(super) fn converged(&self) -> bool {
        !self.selector.is_shadow_better()
    }

    /// Works with so many partitions.
    pub(super) fn set_active(&mut self, partitions: usize) {
        self.active = partitions.clamp(1, self.filter.partitions);
        self.filter.set_active(partitions);
        self.shadow.set_active(partitions);
    }

    /// Blocks by which the first partition lags.
    pub(super) fn aligned(&self) -> usize {
        self.spectra.aligned
    }

    /// Lets the first partition lag by so many blocks from now on.
    pub(super) fn align(&mut self, blocks: usize) {
        let by = blocks as isize - self.spectra.aligned as isize;
        self.filter.shift(by);
        self.filter.expect(0.3);
        self.short.shift(by);
        self.shadow.exchange(&mut self.filter.weights, false);
        self.spectra.aligned = blocks;
        self.jump.restart();
        self.shares.renew();
        self.average.restart();
    }

    /// Estimates the echo of a block and adapts to what came: then `echo` and `error` are the block's.
    pub(super) fn process(&mut self, far: &[f32], near: &[f32], transform: &mut Transform, state: FilterState) {
        let heard = power(far) > SPEECH;
        self.hear(far, transform);
        let shadow = self.run_shadow(near, transform);
        let left = self.run_filter(near, transform, heard && self.converged() && !state.lost);
        self.run_average(near, transform, left, heard);
        let told = [&mut self.echo, &mut self.error];
        self.short.improve(told, &self.spectra, near, transform, &mut self.work);
        if heard && (state.lost || !self.converged()) {
            self.follow_jump(transform);
        }
        self.compare([left, shadow], state.fits);
    }

    fn hear(&mut self, far: &[f32], transform: &mut Transform) {
        let [spectrum, powers] = &mut self.work;
        transform.spectrum(&self.last_far, far, spectrum);
        spectrum.power(&mut powers.re);
        for (held, now) in self.far_power.iter_mut().zip(&powers.re) {
            *held += 0.02 * (now - *held);
        }
        self.spectra.push(spectrum);
        self.last_far.copy_from_slice(far);
    }

    /// The power of the shadow's error.
    fn run_shadow(&mut self, near: &[f32], transform: &mut Transform) -> f32 {
        let [spectrum, errors] = &mut self.work;
        self.shadow.filter(&self.spectra, spectrum);
        subtract(transform.samples(spectrum), near, &mut self.echo, &mut self.error);
        transform.spectrum(&[], &self.error, errors);
        self.shadow.adapt(&self.spectra, errors, transform);
        power(&self.error)
    }

    /// The power of the Kalman filter's error, which adapts to it; `judge`: single partitions may be doubted. A new path is no
    /// reason to.
    fn run_filter(&mut self, near: &[f32], transform: &mut Transform, judge: bool) -> f32 {
        let [spectrum, errors] = &mut self.work;
        self.filter.filter(&self.spectra, spectrum);
        subtract(transform.samples(spectrum), near, &mut self.echo, &mut self.error);
        transform.spectrum(&[], &self.echo, spectrum);
        transform.spectrum(&[], &self.error, errors);
        self.drift.update(spectrum, errors, self.filter.bins);
        if judge {
            let KalmanFilter { weights, bins, .. } = &mut self.filter;
            self.shares.shrink(weights, *bins, self.active, &self.spectra, errors);
        }
        let turn = self.drift.turn(self.block);
        self.filter.adapt(&self.spectra, errors, turn);
        self.filter.constrain(transform, 2);
        power(&self.error)
    }

    /// Tells the mean's echo where that leaves less.
    fn run_average(&mut self, near: &[f32], transform: &mut Transform, left: f32, heard: bool) {
        let [spectrum, _] = &mut self.work;
        self.average.filter(&self.spectra, self.active, spectrum);
        let [echo, error] = &mut self.averaged;
        subtract(transform.samples(spectrum), near, echo, error);
        self.jump.push(echo, near);
        if self.average.is_better([left, power(error)]) {
            std::mem::swap(&mut self.echo, echo);
            std::mem::swap(&mut self.error, error);
        }
        self.average.update(&self.filter.weights, heard);
    }

    /// Moves the weights with a path that has jumped.
    fn follow_jump(&mut self, transform: &mut Transform) {
        let Some(by) = self.jump.find().filter(|by| *by != 0) else { return };
        let KalmanFilter { weights, bins, .. } = &mut self.filter;
        let earlier = self.jump.take_response(self.average.weights(), *bins, by, transform).min(self.spectra.aligned);
        self.spectra.aligned -= earlier;
        self.jump.write_weights(weights, *bins, by + (earlier * self.block) as isize, transform);
        self.filter.shift_uncertainty(earlier);
        self.filter.suspect(MOVED);
        self.shadow.exchange(&mut self.filter.weights, false);
        self.shares.renew();
        self.average.restart();
        self.selector = FilterSelector::default();
    }

    /// Lets the better filter teach the other, by the power of their errors.
    fn compare(&mut self, errors: [f32; 2], fits: bool) {
        match self.selector.update(errors, fits) {
            Some(WeightTransfer::FromShadow) => {
                self.shadow.exchange(&mut self.filter.weights, true);
                self.filter.suspect(0.3);
                self.shares.renew();
            }
            Some(WeightTransfer::ToShadow) => self.shadow.exchange(&mut self.filter.weights, false),
            None => {}
        }
    }

    /// The weights are worth nothing.
    pub(super) fn forget(&mut self) {
        self.filter.reset(0.3);
        self.shadow.reset();
        self.drift.reset();
        self.average.reset();
        self.jump.restart();
        self.shares.renew();
        self.selector = FilterSelector::default();
    }

    /// A filter that was right once is led astray by a near speaker more often than by a path that is gone: what it has learnt is
    /// not thrown away, unless that did not help.
    pub(super) fn halve(&mut self) {
        self.filter.halve();
        self.shadow.exchange(&mut self.filter.weights, false);
        self.drift.reset();
    }

    /// As new.
    pub(super) fn reset(&mut self) {
        self.forget();
        self.filter.clear();
        self.short.reset();
        self.shares.reset();
        self.spectra.reset();
        self.last_far.fill(0.0);
        self.far_power.fill(0.0);
    }
}
