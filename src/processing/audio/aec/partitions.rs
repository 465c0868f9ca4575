//! Real-time: the partitioned frequency-domain filter: 10 ms a partition, a Kalman filter in each bin of each.
//!
//! Enzner and Vary, "Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free telephones" (2006);
//! partitioned after Kuech, Mabande and Enzner (2014), with diagonal covariance. The gradient constraint visits some
//! partitions a block in turn.

use super::spectrum::{Spectrum, Transform, zeros};
use super::spectrum_bins::{self, FarSpectra, Partition};

/// How much the path is taken to change in 10 ms, as a share of its power.
const CHANGE: f32 = 0.0005;
/// How fast the power of what is not echo is followed.
const FOLLOW: f32 = 0.3;
/// Decay of the path's expected power from a partition to the next, before anything is known.
const PRIOR_DECAY: f32 = 0.88;

/// Power of an echo over its reference that is thought possible at first.
const PRIOR: f32 = 6.0;

/// Share of the weights that is doubted where partitions come back.
const RETURNED: f32 = 0.3;

/// Share of the weights that is doubted where they went astray, and the power of an echo over its reference that is thought
/// possible then: a near speaker leads astray as a new path does, and with more doubt he does so again.
const ASTRAY: f32 = 0.3;
const ASTRAY_PRIOR: f32 = 0.12;

/// Which weights a filter has, and what is known of their errors.
#[derive(Debug)]
pub(super) struct KalmanFilter {
    pub(super) bins: usize,
    pub(super) partitions: usize,
    /// How many of them are at work: the first ones.
    active: usize,
    /// Of each partition in turn: real parts, imaginary parts.
    pub(super) weights: [Box<[f32]>; 2],
    /// Expected square error of each weight.
    uncertainty: Box<[f32]>,
    /// Power of each bin of the error.
    noise: Box<[f32]>,
    /// What [`Self::filter`] found: the power of the echo that is left, as far as the filter is uncertain.
    pub(super) residual_power: Box<[f32]>,
    scale: Box<[f32]>,
    next: usize,
    work: Spectrum,
}

impl KalmanFilter {
    /// `bins` is padded.
    pub(super) fn new(block: usize, bins: usize, partitions: usize) -> Self {
        let mut filter = Self {
            bins,
            partitions,
            active: partitions,
            weights: [zeros(bins * partitions), zeros(bins * partitions)],
            uncertainty: zeros(bins * partitions),
            noise: zeros(bins),
            residual_power: zeros(bins),
            scale: zeros(bins),
            next: 0,
            work: Spectrum::new(block),
        };
        filter.reset(PRIOR);
        filter
    }

    /// Knows nothing: an echo of `power` times the reference's is thought possible.
    pub(super) fn reset(&mut self, power: f32) {
        for part in &mut self.weights {
            part.fill(0.0);
        }
        self.noise.fill(0.0);
        self.expect(power);
    }

    /// As new.
    pub(super) fn clear(&mut self) {
        self.uncertainty.fill(0.0);
        self.reset(PRIOR);
    }

    /// Doubts that much more: an error of `power` times the reference's.
    pub(super) fn expect(&mut self, power: f32) {
        let mut now = power * (1.0 - PRIOR_DECAY);
        for partition in self.uncertainty.chunks_exact_mut(self.bins) {
            for p in partition {
                *p = p.max(now);
            }
            now *= PRIOR_DECAY;
        }
    }

    /// Works with so many of its partitions from now on. What the others have learnt stays, and is doubted somewhat when they
    /// come back: the path may have changed meanwhile.
    pub(super) fn set_active(&mut self, partitions: usize) {
        let (before, now) = (self.active, partitions.clamp(1, self.partitions));
        self.active = now;
        let [re, im] = &self.weights;
        let all = self.uncertainty.iter_mut().zip(re).zip(im).take(now * self.bins);
        for ((p, re), im) in all.skip(before * self.bins) {
            *p = p.max(RETURNED * (re * re + im * im));
        }
    }

    /// Doubts as if the share `share` of its weights were wrong.
    pub(super) fn suspect(&mut self, share: f32) {
        let [re, im] = &self.weights;
        for ((p, re), im) in self.uncertainty.iter_mut().zip(re).zip(im) {
            *p = p.max(share * (re * re + im * im));
        }
    }

    /// The weights have gone too far: half of each is kept, and doubted.
    pub(super) fn halve(&mut self) {
        for weight in self.weights.iter_mut().flat_map(|part| part.iter_mut()) {
            *weight *= 0.5;
        }
        self.suspect(ASTRAY);
        self.expect(ASTRAY_PRIOR);
    }

    /// Moves the weights by whole partitions: to earlier ones if the reference is now taken later.
    pub(super) fn shift(&mut self, by: isize) {
        let (length, step) = (self.bins * self.partitions, by.unsigned_abs() * self.bins);
        let [re, im] = &mut self.weights;
        for part in [re, im, &mut self.uncertainty] {
            if step >= length {
                part.fill(0.0);
            } else if by > 0 {
                part.copy_within(step.., 0);
                part.iter_mut().skip(length - step).for_each(|x| *x = 0.0);
            } else {
                part.copy_within(..length - step, step);
                part.iter_mut().take(step).for_each(|x| *x = 0.0);
            }
        }
    }

    /// Moves the uncertainty, but not the weights, to partitions that are later by so many.
    pub(super) fn shift_uncertainty(&mut self, by: usize) {
        let by = by.min(self.partitions) * self.bins;
        let length = self.uncertainty.len();
        self.uncertainty.copy_within(..length - by, by);
    }

    /// The spectrum of the estimated echo.
    pub(super) fn filter(&mut self, far: &FarSpectra, echo: &mut Spectrum) {
        echo.clear();
        self.residual_power.fill(0.0);
        let bins = self.bins;
        let [re, im] = &self.weights;
        let weights = re.chunks_exact(bins).zip(im.chunks_exact(bins)).zip(self.uncertainty.chunks_exact(bins));
        for (k, ((re, im), uncertainty)) in weights.enumerate().take(self.active) {
            spectrum_bins::accumulate(
                (re, im),
                uncertainty,
                far.partition(k),
                (&mut echo.re, &mut echo.im),
                &mut self.residual_power,
            );
        }
    }

    /// Adapts to the spectrum of the error, and turns the weights by `turn` (what clock drift does in a block).
    pub(super) fn adapt(&mut self, far: &FarSpectra, error: &Spectrum, turn: Option<&Spectrum>) {
        spectrum_bins::gains(&error.re, &error.im, &self.residual_power, &mut self.noise, &mut self.scale, FOLLOW);
        let bins = self.bins;
        let [re, im] = &mut self.weights;
        let all = re.chunks_exact_mut(bins).zip(im.chunks_exact_mut(bins));
        for (k, ((re, im), uncertainty)) in
            all.zip(self.uncertainty.chunks_exact_mut(bins)).enumerate().take(self.active)
        {
            let partition = Partition { re, im, uncertainty };
            spectrum_bins::kalman(partition, far.partition(k), (&error.re, &error.im), &self.scale, CHANGE);
        }
        if let Some(turn) = turn {
            let [re, im] = &mut self.weights;
            for (re, im) in re.chunks_exact_mut(bins).zip(im.chunks_exact_mut(bins)) {
                spectrum_bins::rotate((re, im), (&turn.re, &turn.im));
            }
        }
    }

    /// Brings the next `count` partitions back to filters of one block: the rest of their response would alias.
    pub(super) fn constrain(&mut self, transform: &mut Transform, count: usize) {
        let [re, im] = &mut self.weights;
        for _ in 0..count {
            constrain(re, im, self.bins, self.next, transform, &mut self.work);
            self.next = (self.next + 1) % self.active;
        }
    }
}

/// Takes the second half of partition `k`'s response away.
pub(super) fn constrain(
    re: &mut [f32],
    im: &mut [f32],
    bins: usize,
    k: usize,
    transform: &mut Transform,
    work: &mut Spectrum,
) {
    let (Some(re), Some(im)) = (re.get_mut(k * bins..(k + 1) * bins), im.get_mut(k * bins..(k + 1) * bins)) else {
        return;
    };
    let (Some(work_re), Some(work_im)) = (work.re.get_mut(..bins), work.im.get_mut(..bins)) else { return };
    work_re.copy_from_slice(re);
    work_im.copy_from_slice(im);
    transform.constrain(work);
    let (Some(work_re), Some(work_im)) = (work.re.get(..bins), work.im.get(..bins)) else { return };
    re.copy_from_slice(work_re);
    im.copy_from_slice(work_im);
}
