//! Real-time: the loops over bins of the frequency-domain canceller, each compiled for several instruction sets, and the
//! store of far-end spectra that they walk over.

use super::spectrum::{LANES, Spectrum, zeros};
use multiversion::multiversion;

/// A spectrum by its real and imaginary parts.
pub(super) type Parts<'a> = (&'a [f32], &'a [f32]);
/// One to write to.
pub(super) type PartsMut<'a> = (&'a mut [f32], &'a mut [f32]);

/// The far-end spectra of the last blocks.
#[derive(Debug)]
pub(super) struct FarSpectra {
    bins: usize,
    slots: usize,
    newest: usize,
    /// Blocks by which the first partition lags.
    pub(super) aligned: usize,
    re: Box<[f32]>,
    im: Box<[f32]>,
}

impl FarSpectra {
    pub(super) fn new(bins: usize, slots: usize) -> Self {
        Self { bins, slots, newest: 0, aligned: 0, re: zeros(bins * slots), im: zeros(bins * slots) }
    }

    pub(super) fn reset(&mut self) {
        self.re.fill(0.0);
        self.im.fill(0.0);
        self.aligned = 0;
    }

    pub(super) fn push(&mut self, spectrum: &Spectrum) {
        self.newest = (self.newest + self.slots - 1) % self.slots;
        let at = self.newest * self.bins..(self.newest + 1) * self.bins;
        for (store, part) in [(&mut self.re, &spectrum.re), (&mut self.im, &spectrum.im)] {
            if let (Some(slot), Some(part)) = (store.get_mut(at.clone()), part.get(..self.bins)) {
                slot.copy_from_slice(part);
            }
        }
    }

    /// That of the last block.
    pub(super) fn newest(&self) -> Parts<'_> {
        self.slot(self.newest)
    }

    /// The spectrum that partition `k` filters.
    pub(super) fn partition(&self, k: usize) -> Parts<'_> {
        self.slot((self.newest + self.aligned + k) % self.slots)
    }

    fn slot(&self, slot: usize) -> Parts<'_> {
        let at = slot * self.bins..(slot + 1) * self.bins;
        (self.re.get(at.clone()).unwrap_or_default(), self.im.get(at).unwrap_or_default())
    }
}

/// The weights of one partition and their expected square errors.
pub(super) struct Partition<'a> {
    pub(super) re: &'a mut [f32],
    pub(super) im: &'a mut [f32],
    pub(super) uncertainty: &'a mut [f32],
}

/// Chunks of [`LANES`] of two arrays.
macro_rules! lanes {
    ($a:expr) => {
        $a.chunks_exact(LANES)
    };
    (mut $a:expr) => {
        $a.chunks_exact_mut(LANES)
    };
}

/// Adds a partition's echo to `echo`, and the power of its uncertainty to `left`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn accumulate(w: Parts<'_>, uncertainty: &[f32], x: Parts<'_>, echo: PartsMut<'_>, left: &mut [f32]) {
    let inputs = lanes!(w.0).zip(lanes!(w.1)).zip(lanes!(uncertainty)).zip(lanes!(x.0)).zip(lanes!(x.1));
    let outputs = lanes!(mut echo.0).zip(lanes!(mut echo.1)).zip(lanes!(mut left));
    for (((((wr, wi), p), xr), xi), ((yr, yi), left)) in inputs.zip(outputs) {
        for k in 0..LANES {
            yr[k] += wr[k] * xr[k] - wi[k] * xi[k];
            yi[k] += wr[k] * xi[k] + wi[k] * xr[k];
            left[k] += p[k] * (xr[k] * xr[k] + xi[k] * xi[k]);
        }
    }
}

/// Share of the uncertainty that the error's power is taken to hold: its spectrum is that of one block, the uncertainty's of two.
const OWN: f32 = 0.4;

/// From the error's spectrum and the uncertainty: the power of what is not echo, and what the Kalman gain is divided by.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn gains(re: &[f32], im: &[f32], uncertainty: &[f32], noise: &mut [f32], scale: &mut [f32], follow: f32) {
    let inputs = lanes!(re).zip(lanes!(im)).zip(lanes!(uncertainty));
    for ((((re, im), uncertainty), noise), scale) in inputs.zip(lanes!(mut noise)).zip(lanes!(mut scale)) {
        for k in 0..LANES {
            let power = re[k] * re[k] + im[k] * im[k];
            noise[k] += follow * (power - noise[k]);
            let other = (noise[k] - OWN * uncertainty[k]).max(0.1 * noise[k]);
            scale[k] = 1.0 / (uncertainty[k] + other + 1e-6);
        }
    }
}

/// A Kalman step of one partition.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn kalman(w: Partition<'_>, x: Parts<'_>, e: Parts<'_>, scale: &[f32], change: f32) {
    let inputs = lanes!(x.0).zip(lanes!(x.1)).zip(lanes!(e.0)).zip(lanes!(e.1)).zip(lanes!(scale));
    let outputs = lanes!(mut w.re).zip(lanes!(mut w.im)).zip(lanes!(mut w.uncertainty));
    for (((((xr, xi), er), ei), scale), ((wr, wi), p)) in inputs.zip(outputs) {
        for k in 0..LANES {
            let step = p[k] * scale[k];
            let power = xr[k] * xr[k] + xi[k] * xi[k];
            wr[k] += step * (xr[k] * er[k] + xi[k] * ei[k]);
            wi[k] += step * (xr[k] * ei[k] - xi[k] * er[k]);
            let keep = (1.0 - 0.5 * step * power).max(0.0);
            p[k] = p[k] * keep * (1.0 - change) + change * (wr[k] * wr[k] + wi[k] * wi[k]);
        }
    }
}

/// A normalized gradient step of one partition: `scale` is the step over the reference's power.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn gradient(w: PartsMut<'_>, x: Parts<'_>, e: Parts<'_>, scale: &[f32]) {
    let inputs = lanes!(x.0).zip(lanes!(x.1)).zip(lanes!(e.0)).zip(lanes!(e.1)).zip(lanes!(scale));
    for (((((xr, xi), er), ei), scale), (wr, wi)) in inputs.zip(lanes!(mut w.0).zip(lanes!(mut w.1))) {
        for k in 0..LANES {
            wr[k] += scale[k] * (xr[k] * er[k] + xi[k] * ei[k]);
            wi[k] += scale[k] * (xr[k] * ei[k] - xi[k] * er[k]);
        }
    }
}

/// Adds a partition's echo to `echo`, and the reference's power to `power`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn filter(w: Parts<'_>, x: Parts<'_>, echo: PartsMut<'_>, power: &mut [f32]) {
    let inputs = lanes!(w.0).zip(lanes!(w.1)).zip(lanes!(x.0)).zip(lanes!(x.1));
    let outputs = lanes!(mut echo.0).zip(lanes!(mut echo.1)).zip(lanes!(mut power));
    for ((((wr, wi), xr), xi), ((yr, yi), power)) in inputs.zip(outputs) {
        for k in 0..LANES {
            yr[k] += wr[k] * xr[k] - wi[k] * xi[k];
            yi[k] += wr[k] * xi[k] + wi[k] * xr[k];
            power[k] += xr[k] * xr[k] + xi[k] * xi[k];
        }
    }
}

/// Moves weights by the share `rate` towards others.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn approach(w: &mut [f32], others: &[f32], rate: f32) {
    for (w, other) in w.iter_mut().zip(others) {
        *w += rate * (other - *w);
    }
}

/// Multiplies by a spectrum.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn rotate(w: PartsMut<'_>, turn: Parts<'_>) {
    for (((wr, wi), tr), ti) in lanes!(mut w.0).zip(lanes!(mut w.1)).zip(lanes!(turn.0)).zip(lanes!(turn.1)) {
        for k in 0..LANES {
            (wr[k], wi[k]) = (wr[k] * tr[k] - wi[k] * ti[k], wr[k] * ti[k] + wi[k] * tr[k]);
        }
    }
}
