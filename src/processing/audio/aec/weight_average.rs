//! Real-time: the mean of a filter's weights over the last seconds, as a filter of its own. What a near speaker does to the
//! weights of an adaptive filter is noise around the path, and averages out (Polyak and Juditsky, 1992); a path that has changed
//! does not, and then the filter itself is the better one.

use super::spectrum::{Spectrum, zeros};
use super::spectrum_bins::{self, FarSpectra};

/// Blocks over which the mean runs at most: 2 s.
const LONGEST: u16 = 200;
/// Blocks from one that is taken in to the next: the weights hardly differ from one to the next.
const APART: u16 = 2;
/// How fast the powers of the errors are followed.
const FOLLOW: f32 = 0.05;
/// Power of the mean's error over the filter's from which on it is begun anew: the path has changed.
const OUTDATED: f32 = 1.3;

/// The mean.
#[derive(Debug)]
pub(super) struct WeightAverage {
    bins: usize,
    weights: [Box<[f32]>; 2],
    /// Blocks since it began, up to [`LONGEST`].
    age: u16,
    next: u16,
    /// Smoothed power of the error of the filter, and of the mean.
    errors: [f32; 2],
    power: Box<[f32]>,
}

impl WeightAverage {
    pub(super) fn new(bins: usize, partitions: usize) -> Self {
        Self {
            bins,
            weights: [zeros(bins * partitions), zeros(bins * partitions)],
            age: 0,
            next: 0,
            errors: [0.0; 2],
            power: zeros(bins),
        }
    }

    /// The mean.
    pub(super) fn weights(&self) -> &[Box<[f32]>; 2] {
        &self.weights
    }

    /// The filter's weights have been changed otherwise than by adaptation: the mean begins with them.
    pub(super) fn restart(&mut self) {
        (self.age, self.next) = (0, 0);
    }

    /// As new.
    pub(super) fn reset(&mut self) {
        self.restart();
        self.errors = [0.0; 2];
    }

    /// The spectrum of the echo that the mean of the first `active` partitions estimates.
    pub(super) fn filter(&mut self, far: &FarSpectra, active: usize, echo: &mut Spectrum) {
        echo.clear();
        let [re, im] = &self.weights;
        for (k, w) in re.chunks_exact(self.bins).zip(im.chunks_exact(self.bins)).enumerate().take(active) {
            spectrum_bins::filter(w, far.partition(k), (&mut echo.re, &mut echo.im), &mut self.power);
        }
        self.power.fill(0.0);
    }

    /// Takes the power of a block's errors, of the filter and of the mean: whether the mean does better.
    pub(super) fn is_better(&mut self, errors: [f32; 2]) -> bool {
        for (held, now) in self.errors.iter_mut().zip(errors) {
            *held += FOLLOW * (now - *held);
        }
        let [filter, mean] = self.errors;
        if !mean.is_finite() || !filter.is_finite() {
            self.reset();
        } else if mean > OUTDATED * filter {
            self.restart();
        }
        mean < filter
    }

    /// Takes the weights in, where the far end is `heard`: without it they do not change.
    pub(super) fn update(&mut self, weights: &[Box<[f32]>; 2], heard: bool) {
        if !heard && self.age > 0 {
            return;
        }
        self.age = (self.age + 1).min(LONGEST);
        if self.next > 0 {
            self.next -= 1;
            return;
        }
        self.next = APART - 1;
        let rate = (f32::from(APART) / f32::from(self.age)).min(1.0);
        for (mean, weights) in self.weights.iter_mut().zip(weights) {
            // What it held before, a NaN perhaps, is to be gone.
            if self.age == 1 && mean.len() == weights.len() {
                mean.copy_from_slice(weights);
            } else {
                spectrum_bins::approach(mean, weights, rate);
            }
        }
    }
}
