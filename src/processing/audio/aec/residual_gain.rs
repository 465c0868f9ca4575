//! Real-time: a filter without delay for the gains of a spectrum: the minimum-phase response of those magnitudes, by the
//! real cepstrum (Oppenheim and Schafer). Gains of 1 are no filter at all.

use super::spectrum::{Spectrum, Transform, zeros};
use multiversion::multiversion;

/// The longest response in samples.
const MOST_TAPS: usize = 240;

/// Filters blocks; each with its own gains.
#[derive(Debug)]
pub(super) struct ResidualGainFilter {
    taps: usize,
    fade: usize,
    work: Spectrum,
    /// The responses of the last block and of this one, time reversed.
    responses: [Box<[f32]>; 2],
    /// Whether each is 1 in all bins.
    plain: [bool; 2],
    /// The samples before the block, then the block.
    history: Box<[f32]>,
}

impl ResidualGainFilter {
    pub(super) fn new(block: usize) -> Self {
        let taps = block.min(MOST_TAPS);
        let mut filter = Self {
            taps,
            fade: block / 4,
            work: Spectrum::new(block),
            responses: [zeros(taps), zeros(taps)],
            plain: [true; 2],
            history: zeros(taps + block),
        };
        filter.reset();
        filter
    }

    /// Whether the last two blocks were not filtered.
    pub(super) fn is_plain(&self) -> bool {
        self.plain == [true; 2]
    }

    pub(super) fn reset(&mut self) {
        self.history.fill(0.0);
        self.plain = [true; 2];
        for response in &mut self.responses {
            response.fill(0.0);
            if let Some(first) = response.last_mut() {
                *first = 1.0;
            }
        }
    }

    /// Filters `block` by gains given as natural logarithms, one a bin; it fades from the last gains to these over the
    /// first quarter.
    pub(super) fn process(&mut self, logs: &[f32], block: &mut [f32], transform: &mut Transform) {
        let (taps, size) = (self.taps, block.len());
        self.history.copy_within(size.., 0);
        if let Some(room) = self.history.get_mut(taps..taps + size) {
            room.copy_from_slice(block);
        }
        self.responses.swap(0, 1);
        self.plain.swap(0, 1);
        self.plain[1] = logs.iter().all(|g| g.abs() < 0.01);
        self.design(logs, transform);
        if self.plain == [true; 2] {
            return;
        }
        let [old, new] = &self.responses;
        convolve(new, &self.history, block);
        let mut faded = [0.0; MOST_FADE];
        let fade = self.fade.min(MOST_FADE);
        let faded = faded.split_at_mut(fade).0;
        convolve(old, &self.history, faded);
        for (n, (out, old)) in block.iter_mut().zip(&*faded).enumerate() {
            *out += (1.0 - (n as f32 + 0.5) / fade as f32) * (old - *out);
        }
    }

    fn design(&mut self, logs: &[f32], transform: &mut Transform) {
        let [_, new] = &mut self.responses;
        if self.plain[1] {
            new.fill(0.0);
            if let Some(first) = new.last_mut() {
                *first = 1.0;
            }
            return;
        }
        self.work.clear();
        for (to, log) in self.work.re.iter_mut().zip(logs) {
            *to = *log;
        }
        transform.fold(&mut self.work);
        for (re, im) in self.work.re.iter_mut().zip(&mut self.work.im) {
            let size = re.exp();
            let (sin, cos) = im.sin_cos();
            (*re, *im) = (size * cos, size * sin);
        }
        let response = transform.samples(&self.work);
        let soft = self.taps / 4;
        for (n, (to, from)) in new.iter_mut().rev().zip(&*response).enumerate() {
            let left = self.taps - n;
            *to = from * (left as f32 / soft as f32).min(1.0);
        }
    }
}

/// Longest fade in samples: a quarter of a block at 48 kHz.
const MOST_FADE: usize = 120;

/// `history` holds one sample more than the response before those that are filtered.
#[multiversion(targets("x86_64+avx2+fma"))]
fn convolve(response: &[f32], history: &[f32], out: &mut [f32]) {
    for (n, out) in out.iter_mut().enumerate() {
        let Some(window) = history.get(n + 1..n + 1 + response.len()) else { return };
        let mut sums = [0.0f32; 16];
        for (x, h) in window.chunks_exact(16).zip(response.chunks_exact(16)) {
            for k in 0..16 {
                sums[k] += x[k] * h[k];
            }
        }
        *out = sums.iter().sum();
    }
}
