//! Real-time: the second filter of the frequency-domain canceller: quick, and without care for the near speaker. Where
//! it does better, the path has changed; where it does worse, the near end speaks.

use super::partitions::constrain;
use super::spectrum::{Spectrum, Transform, zeros};
use super::spectrum_bins::{self, FarSpectra};

/// Of the normalized gradient.
const STEP: f32 = 1.0;

/// A partitioned filter adapted by normalized least mean squares.
#[derive(Debug)]
pub(super) struct ShadowFilter {
    bins: usize,
    partitions: usize,
    /// How many of them are at work: the first ones.
    active: usize,
    pub(super) weights: [Box<[f32]>; 2],
    power: Box<[f32]>,
    next: usize,
    work: Spectrum,
}

impl ShadowFilter {
    pub(super) fn new(block: usize, bins: usize, partitions: usize) -> Self {
        Self {
            bins,
            partitions,
            active: partitions,
            weights: [zeros(bins * partitions), zeros(bins * partitions)],
            power: zeros(bins),
            next: 0,
            work: Spectrum::new(block),
        }
    }

    pub(super) fn set_active(&mut self, partitions: usize) {
        self.active = partitions.clamp(1, self.partitions);
    }

    pub(super) fn reset(&mut self) {
        for part in &mut self.weights {
            part.fill(0.0);
        }
    }

    /// The spectrum of the estimated echo.
    pub(super) fn filter(&mut self, far: &FarSpectra, echo: &mut Spectrum) {
        echo.clear();
        self.power.fill(0.0);
        let [re, im] = &self.weights;
        for (k, w) in re.chunks_exact(self.bins).zip(im.chunks_exact(self.bins)).enumerate().take(self.active) {
            spectrum_bins::filter(w, far.partition(k), (&mut echo.re, &mut echo.im), &mut self.power);
        }
    }

    /// Adapts to the spectrum of its error.
    pub(super) fn adapt(&mut self, far: &FarSpectra, error: &Spectrum, transform: &mut Transform) {
        let mean = self.power.iter().sum::<f32>() / self.bins as f32;
        for p in &mut self.power {
            *p = STEP / (*p + 0.01 * mean + 1e-2);
        }
        let [re, im] = &mut self.weights;
        for (k, w) in re.chunks_exact_mut(self.bins).zip(im.chunks_exact_mut(self.bins)).enumerate().take(self.active) {
            spectrum_bins::gradient(w, far.partition(k), (&error.re, &error.im), &self.power);
        }
        constrain(re, im, self.bins, self.next, transform, &mut self.work);
        self.next = (self.next + 1) % self.active;
    }

    /// Takes over the first partitions of other weights, or gives its own to them.
    pub(super) fn exchange(&mut self, other: &mut [Box<[f32]>; 2], give: bool) {
        for (own, other) in self.weights.iter_mut().zip(other) {
            for (own, other) in own.iter_mut().zip(other.iter_mut()) {
                if give {
                    *other = *own;
                } else {
                    *own = *other;
                }
            }
        }
    }
}
