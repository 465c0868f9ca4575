//! Real-time: what a block looks like: levels of 13 bands from 90 to 3,800 Hz, voicing, flatness.
//!
//! Spectra of 32 ms at 8 kHz, each 10 ms. Voicing is the height of the highest peak of the autocorrelation at the
//! periods of 73 to 400 Hz, computed from the amplitude spectrum below 2 kHz (compressing the power to the amplitude
//! makes a voice's harmonics count more evenly: Tolonen and Karjalainen, IEEE Trans. SAP, 2000).

use crate::processing::audio::fast_math::log2;
use crate::processing::finite::copy_bounded;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::f32::consts::PI;
use std::sync::Arc;

/// Samples of a spectrum and of a block at 8 kHz.
const SIZE: usize = 256;
pub(super) const BLOCK: usize = 80;
const BINS: usize = SIZE / 2 + 1;
/// How many bands there are.
pub(super) const BANDS: usize = 13;
/// The bins (of 31.25 Hz) at which bands begin; the last band ends before the last.
const EDGES: [usize; BANDS + 1] = [3, 7, 11, 15, 19, 24, 30, 37, 45, 55, 67, 82, 100, 122];
/// The bins that voicing is read from.
const VOICED: std::ops::Range<usize> = 3..64;
/// The periods at which voice is looked for, in samples.
const PERIODS: std::ops::Range<usize> = 20..110;
/// Power of silence: -95 dB of full scale.
const SILENCE: f32 = 3e-10;
/// No sample is taken for more.
const GREATEST: f32 = 16.0;
/// Decibels per doubling of power.
const DECIBELS: f32 = 3.010_3;

/// What a block looks like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Level of each band in dB of full scale.
    pub(super) bands: [f32; BANDS],
    /// Level of all bands together, dB.
    pub(super) level: f32,
    /// Height of the autocorrelation's peak: 0 to 1.
    pub(super) voicing: f32,
    /// Geometric over arithmetic mean of the power, dB: -2.5 for white noise, less for whatever has peaks.
    pub(super) flatness: f32,
}

/// The analysis of one stream.
pub(super) struct Analysis {
    history: [f32; SIZE],
    window: [f32; SIZE],
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    time: [f32; SIZE],
    spectrum: [Complex<f32>; BINS],
    scratch: Vec<Complex<f32>>,
}

impl Analysis {
    /// Allocates.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(SIZE), planner.plan_fft_inverse(SIZE));
        let hann = |i: usize| (PI * (i as f32 + 0.5) / SIZE as f32).sin().powi(2);
        let mut window = std::array::from_fn(hann);
        let energy: f32 = window.iter().map(|w| w * w).sum();
        window.iter_mut().for_each(|w| *w /= energy.sqrt());
        let scratch = vec![Complex::default(); forward.get_scratch_len().max(inverse.get_scratch_len())];
        Self {
            history: [0.0; SIZE],
            window,
            forward,
            inverse,
            time: [0.0; SIZE],
            spectrum: [Complex::default(); BINS],
            scratch,
        }
    }

    /// Takes in a block; what is not finite counts as 0.
    pub(super) fn look(&mut self, block: &[f32; BLOCK]) -> Look {
        self.history.copy_within(BLOCK.., 0);
        copy_bounded(block, self.history.iter_mut().skip(SIZE - BLOCK), GREATEST);
        for ((t, x), w) in self.time.iter_mut().zip(&self.history).zip(&self.window) {
            *t = x * w;
        }
        let scratch = self.scratch.get_mut(..self.forward.get_scratch_len()).unwrap_or_default();
        // Neither transform fails: the lengths are theirs.
        let _ = self.forward.process_with_scratch(&mut self.time, &mut self.spectrum, scratch);
        let mut power = [0.0; BINS];
        for (power, bin) in power.iter_mut().zip(&self.spectrum) {
            *power = bin.re * bin.re + bin.im * bin.im + SILENCE;
        }
        let voicing = self.voicing(&power);
        let mut bands = [0.0; BANDS];
        let (mut sum, mut logarithms) = (0.0, 0.0);
        for (band, edges) in bands.iter_mut().zip(EDGES.windows(2)) {
            let [from, to] = *edges else { continue };
            let bins = power.get(from..to).unwrap_or_default();
            let whole: f32 = bins.iter().sum();
            sum += whole;
            logarithms += bins.iter().map(|p| log2(*p)).sum::<f32>();
            *band = DECIBELS * log2(whole / bins.len() as f32);
        }
        let count = EDGES.last().map_or(1, |last| last - VOICED.start) as f32;
        let level = DECIBELS * log2(sum / count);
        Look { bands, level, voicing, flatness: DECIBELS * logarithms / count - level }
    }

    fn voicing(&mut self, power: &[f32; BINS]) -> f32 {
        for (n, (bin, power)) in self.spectrum.iter_mut().zip(power).enumerate() {
            *bin = Complex::new(if VOICED.contains(&n) { power.sqrt() } else { 0.0 }, 0.0);
        }
        let scratch = self.scratch.get_mut(..self.inverse.get_scratch_len()).unwrap_or_default();
        let _ = self.inverse.process_with_scratch(&mut self.spectrum, &mut self.time, scratch);
        let whole = self.time.first().copied().unwrap_or(0.0).max(1e-12);
        self.time.get(PERIODS).unwrap_or_default().iter().fold(0.0, |most: f32, r| most.max(*r)) / whole
    }

    /// Goes on where another is.
    pub(super) const fn continue_from(&mut self, before: &Self) {
        self.history = before.history;
    }

    /// Back to silence.
    pub(super) fn reset(&mut self) {
        self.history.fill(0.0);
    }
}
