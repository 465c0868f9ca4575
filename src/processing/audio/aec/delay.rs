//! Real-time: the bulk delay between reference and echo, to a block of 10 ms.
//!
//! For each lag the cross spectrum of far and near end is averaged over time, both whitened by their own smoothed
//! spectra; the lag with the greatest power of that average is the delay (a generalized cross-correlation with phase
//! transform, Knapp and Carter 1976, kept in the frequency domain). Voices of the near end average out.

use super::kernels::{Lag, correlate};
use super::late_echo::LateEcho;
use super::spectrum::{Spectrum, Transform, zeros};

/// Bins looked at, from 300 to 3,450 Hz.
const BINS: std::ops::Range<usize> = 6..70;
const WIDTH: usize = 64;
/// How fast the cross spectra follow: a time constant of 0.4 s.
const SLOWEST: f32 = 0.025;
/// How far the best lag stands above the mean of all before it is believed: without echo it reaches 5 by chance, with
/// echo it is above 7 nearly always.
const CLEAR: f32 = 6.5;
/// For how many blocks running.
const STEADY: u16 = 6;
/// Power of a bin below which a signal counts as silence: a voice at about -70 dBFS.
const SILENCE: f32 = 2e-3;

/// Finds the delay.
#[derive(Debug)]
pub(super) struct DelayFinder {
    transform: Transform,
    spectrum: Spectrum,
    window: Box<[f32]>,
    last: [Box<[f32]>; 2],
    far: Whitener,
    near: Whitener,
    /// Whitened far spectra of the last blocks: real and imaginary part of each.
    past: Box<[f32]>,
    cross: Box<[f32]>,
    newest: usize,
    updates: u16,
    best: usize,
    steady: u16,
    found: Option<usize>,
    late: LateEcho,
}

impl DelayFinder {
    /// Searches lags of 0 to `blocks` blocks.
    pub(super) fn new(block: usize, blocks: usize) -> Self {
        let mut window = zeros(2 * block);
        for (n, w) in window.iter_mut().enumerate() {
            *w = (std::f32::consts::PI * (n as f32 + 0.5) / (2 * block) as f32).sin().powi(2);
        }
        Self {
            transform: Transform::new(block),
            spectrum: Spectrum::new(block),
            window,
            last: [zeros(block), zeros(block)],
            far: Whitener::new(block),
            near: Whitener::new(block),
            past: zeros((blocks + 1) * 2 * WIDTH),
            cross: zeros((blocks + 1) * 2 * WIDTH),
            newest: 0,
            updates: 0,
            best: 0,
            steady: 0,
            found: None,
            late: LateEcho::new(blocks + 1),
        }
    }

    /// The delay in ms of an echo that comes later than it searches.
    pub(super) fn late_ms(&self) -> Option<u16> {
        self.late.found().map(|blocks| 10 * blocks)
    }

    /// The delay in blocks, once it is known.
    pub(super) fn delay(&self) -> Option<usize> {
        self.found
    }

    /// Whether an echo stands out now.
    pub(super) fn clear(&self) -> bool {
        self.steady >= STEADY
    }

    pub(super) fn reset(&mut self) {
        for buffer in self.last.iter_mut().chain([&mut self.past, &mut self.cross]) {
            buffer.fill(0.0);
        }
        self.far.reset();
        self.near.reset();
        self.late.reset();
        (self.newest, self.updates, self.best, self.steady, self.found) = (0, 0, 0, 0, None);
    }

    /// Takes a block of each end, free of NaN.
    pub(super) fn update(&mut self, far: &[f32], near: &[f32]) {
        let lags = self.cross.len() / (2 * WIDTH);
        self.newest = (self.newest + lags - 1) % lags;
        let mut slot = [0.0; 2 * WIDTH];
        self.transform.windowed(&self.last[0], far, &self.window, &mut self.spectrum);
        self.far.whiten(&self.spectrum, &mut slot);
        self.late.sent(slot.split_at(WIDTH));
        if let Some(past) = self.past.chunks_exact_mut(2 * WIDTH).nth(self.newest) {
            past.copy_from_slice(&slot);
        }
        self.transform.windowed(&self.last[1], near, &self.window, &mut self.spectrum);
        let heard = self.near.whiten(&self.spectrum, &mut slot);
        for (last, now) in self.last.iter_mut().zip([far, near]) {
            last.copy_from_slice(now);
        }
        if heard {
            self.late.came(slot.split_at(WIDTH));
            self.correlate(&slot, lags);
        }
    }

    fn correlate(&mut self, near: &[f32; 2 * WIDTH], lags: usize) {
        self.updates = self.updates.saturating_add(1);
        let rate = SLOWEST.max(1.0 / f32::from(self.updates));
        let (re, im) = near.split_at(WIDTH);
        let (mut sum, mut best, mut most) = (0.0, 0, 0.0);
        let (later, earlier) = self.past.split_at(self.newest * 2 * WIDTH);
        let past = earlier.chunks_exact(2 * WIDTH).chain(later.chunks_exact(2 * WIDTH));
        for (lag, (cross, far)) in self.cross.chunks_exact_mut(2 * WIDTH).zip(past).enumerate() {
            let (cross_re, cross_im) = cross.split_at_mut(WIDTH);
            let power = correlate(Lag { re: cross_re, im: cross_im, far: far.split_at(WIDTH), near: (re, im) }, rate);
            sum += power;
            if power > most {
                (best, most) = (lag, power);
            }
        }
        let clear = most * lags as f32 > CLEAR * sum;
        if clear && best.abs_diff(self.best) <= 1 {
            self.steady = self.steady.saturating_add(1);
        } else {
            self.steady = 0;
        }
        self.best = best;
        if self.steady >= STEADY {
            self.found = Some(best);
        }
    }
}

/// Divides a spectrum by its own smoothed magnitude.
#[derive(Debug)]
struct Whitener {
    power: [f32; WIDTH],
    silence: f32,
}

impl Whitener {
    fn new(block: usize) -> Self {
        Self { power: [0.0; WIDTH], silence: SILENCE * block as f32 / 160.0 }
    }

    fn reset(&mut self) {
        self.power.fill(0.0);
    }

    /// Whether there was anything to hear; else `out` is silence.
    fn whiten(&mut self, spectrum: &Spectrum, out: &mut [f32; 2 * WIDTH]) -> bool {
        let (re, im) = (spectrum.re.get(BINS), spectrum.im.get(BINS));
        let (out_re, out_im) = out.split_at_mut(WIDTH);
        let (mut sum, mut held) = (0.0, 0.0);
        for ((((p, re), im), a), b) in
            self.power.iter_mut().zip(re.into_iter().flatten()).zip(im.into_iter().flatten()).zip(out_re).zip(out_im)
        {
            let power = re * re + im * im;
            *p += if power > *p { 0.1 } else { 0.02 } * (power - *p);
            let scale = 1.0 / (*p + self.silence).sqrt();
            (*a, *b) = (re * scale, im * scale);
            sum += power;
            held += *p;
        }
        let heard = sum > self.silence * WIDTH as f32 && sum > 0.01 * held;
        if !heard {
            out.fill(0.0);
        }
        heard
    }
}
