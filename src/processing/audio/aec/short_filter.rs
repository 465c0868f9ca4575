//! Real-time: a filter of the path's first 30 ms beside the long one. Where that is nearly all of the echo, as at a hybrid and with a
//! loudspeaker beside its microphone, it has an eighth of the weights to learn: it is right sooner, and a near speaker makes less of it
//! wrong. In a room the long one does better, and is told.

use super::erle_meter::power;
use super::kernels::subtract;
use super::partitions::KalmanFilter;
use super::spectrum::{Spectrum, Transform, zeros};
use super::spectrum_bins::FarSpectra;

/// Partitions of 10 ms.
const PARTITIONS: usize = 3;
/// How fast the powers of the errors are followed.
const FOLLOW: f32 = 0.05;
/// Power of an echo over its reference that is thought possible where it begins anew.
const ANEW: f32 = 0.3;

/// The filter, and what it makes of a block.
#[derive(Debug)]
pub(super) struct ShortFilter {
    filter: KalmanFilter,
    echo: Box<[f32]>,
    error: Box<[f32]>,
    /// Smoothed power of what the others leave, and of what it leaves.
    powers: [f32; 2],
    is_told: bool,
}

impl ShortFilter {
    /// Beside a filter of so many `partitions`.
    pub(super) fn new(block: usize, bins: usize, partitions: usize) -> Self {
        Self {
            filter: KalmanFilter::new(block, bins, partitions.min(PARTITIONS)),
            echo: zeros(block),
            error: zeros(block),
            powers: [0.0; 2],
            is_told: false,
        }
    }

    /// Estimates the echo of a block and adapts to what came. Where it does better than those who `told` echo and error of it, they
    /// are its own.
    pub(super) fn improve(
        &mut self,
        told: [&mut Box<[f32]>; 2],
        far: &FarSpectra,
        near: &[f32],
        transform: &mut Transform,
        [spectrum, errors]: &mut [Spectrum; 2],
    ) {
        self.filter.filter(far, spectrum);
        subtract(transform.samples(spectrum), near, &mut self.echo, &mut self.error);
        transform.spectrum(&[], &self.error, errors);
        self.filter.adapt(far, errors, None);
        self.filter.constrain(transform, 1);
        let [echo, error] = told;
        for (held, now) in self.powers.iter_mut().zip([power(error), power(&self.error)]) {
            *held += FOLLOW * (now - *held);
        }
        let [others, own] = self.powers;
        if !others.is_finite() || !own.is_finite() {
            self.renew();
        }
        self.is_told = own < others;
        if self.is_told {
            std::mem::swap(echo, &mut self.echo);
            std::mem::swap(error, &mut self.error);
        }
    }

    /// Power that its uncertainty stands for, in each bin, where it is the one that is told.
    pub(super) fn uncertainty(&self) -> Option<&[f32]> {
        self.is_told.then_some(&*self.filter.residual_power)
    }

    /// Its first partition lags by so many blocks more.
    pub(super) fn shift(&mut self, by: isize) {
        self.filter.shift(by);
        self.filter.expect(ANEW);
    }

    /// Knows nothing.
    fn renew(&mut self) {
        self.filter.reset(ANEW);
        (self.powers, self.is_told) = ([0.0; 2], false);
    }

    /// As new.
    pub(super) fn reset(&mut self) {
        self.renew();
        self.filter.clear();
    }
}
