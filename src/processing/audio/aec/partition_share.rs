//! Real-time: which partitions of a filter are right. The echo that each one estimates is looked for in the near end: what a near
//! speaker wrote into a partition's weights is not found in what is heard later, and is taken out of them again. Most of the
//! partitions of a long filter have nothing to do at a hybrid, and little in a small room.

use super::spectrum::{LANES, Spectrum};
use super::spectrum_bins::{FarSpectra, Parts};
use multiversion::multiversion;

/// Partitions looked at in a block, in turn.
const EACH_BLOCK: usize = 2;
/// How fast a partition's sums follow, each time it is looked at.
const FOLLOW: f32 = 0.06;
/// How much of what is not found is taken out each time.
const SHRINK: f32 = 0.5;
/// Power of a partition's estimate over the greatest from which on the partition speaks for the whole filter.
const WEIGHTY: f32 = 0.3;
/// First bin looked at: 300 Hz.
const FIRST: usize = 6;
/// The error's spectrum is that of one block, the estimate's of two; by trial.
const ERROR: f32 = 2.0;

/// How much of each partition's estimate is found in the near end.
#[derive(Debug)]
pub(super) struct PartitionShares {
    /// Of each partition: cross power of its estimate and what it ought to estimate, and its estimate's power; each bin over the
    /// power of both, so that neither loud blocks nor loud bins decide.
    sums: Box<[[f32; 2]]>,
    next: usize,
}

impl PartitionShares {
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(partitions: usize) -> Self {
        Self { sums: vec![[0.0; 2]; partitions].into_boxed_slice(), next: 0 }
    }

    pub(super) fn reset(&mut self) {
        self.sums.fill([0.0; 2]);
        self.next = 0;
    }

    /// The weights are others now: they are right until shown otherwise.
    pub(super) fn renew(&mut self) {
        for [cross, power] in &mut self.sums {
            *cross = *power;
        }
    }

    /// What a partition is held against: where the whole path moves, as with a device in the hand, no partition is quite right, and
    /// that is no reason to doubt each. The root of the greatest share of those that matter; by trial.
    fn whole(&self, active: usize) -> f32 {
        let sums = || self.sums.iter().take(active);
        let most = sums().map(|[_, power]| *power).fold(0.0, f32::max);
        let weighty = sums().filter(|[_, power]| *power > WEIGHTY * most);
        weighty.map(|sums| share(*sums)).fold(0.1, f32::max).min(1.0).sqrt()
    }

    /// Looks at some of the first `active` partitions with the spectrum of the error that the filter left, and takes out of
    /// their weights what is not found.
    pub(super) fn shrink(
        &mut self,
        weights: &mut [Box<[f32]>; 2],
        bins: usize,
        active: usize,
        far: &FarSpectra,
        error: &Spectrum,
    ) {
        let whole = self.whole(active);
        let [re, im] = weights;
        for _ in 0..EACH_BLOCK.min(active) {
            let k = if self.next < active { self.next } else { 0 };
            self.next = k + 1;
            let at = k * bins..(k + 1) * bins;
            let (Some(re), Some(im)) = (re.get_mut(at.clone()), im.get_mut(at)) else { return };
            let Some(sums) = self.sums.get_mut(k) else { return };
            let now = regress((re, im), far.partition(k), (&error.re, &error.im));
            if !now.iter().all(|sum| sum.is_finite()) {
                continue;
            }
            for (held, now) in sums.iter_mut().zip(now) {
                *held += FOLLOW * (now - *held);
            }
            let share = (share(*sums) / whole).clamp(0.0, 1.0);
            let keep = 1.0 - SHRINK * (1.0 - share);
            re.iter_mut().chain(im).for_each(|w| *w *= keep);
        }
    }
}

/// How much of an estimate is found.
fn share([cross, power]: [f32; 2]) -> f32 {
    cross / (power + 1e-6)
}

/// Cross power of a partition's estimate and of that with the error, and the estimate's power; each bin over the power of both.
/// Whole vectors of bins: what is left over at the top lies beyond half of the sample rate.
#[multiversion(targets("x86_64+avx2+fma"))]
fn regress(w: Parts<'_>, x: Parts<'_>, error: Parts<'_>) -> [f32; 2] {
    let bins = lanes(w.0).zip(lanes(w.1)).zip(lanes(x.0).zip(lanes(x.1))).zip(lanes(error.0).zip(lanes(error.1)));
    let (mut cross, mut power) = ([0.0f32; LANES], [0.0f32; LANES]);
    for (((wr, wi), (xr, xi)), (er, ei)) in bins {
        for k in 0..LANES {
            let (yr, yi) = (wr[k] * xr[k] - wi[k] * xi[k], wr[k] * xi[k] + wi[k] * xr[k]);
            let (er, ei) = (ERROR * er[k], ERROR * ei[k]);
            let y = yr * yr + yi * yi;
            let scale = 1.0 / (y + er * er + ei * ei + 1e-6);
            cross[k] += scale * (y + er * yr + ei * yi);
            power[k] += scale * y;
        }
    }
    [cross.iter().sum(), power.iter().sum()]
}

#[inline(always)]
fn lanes(part: &[f32]) -> std::slice::ChunksExact<'_, f32> {
    part.get(FIRST..).unwrap_or_default().chunks_exact(LANES)
}
