//! Real-time: amplitudes of a Hann-windowed spectrum of 16 ms at 16 kHz.

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::f32::consts::PI;
use std::sync::Arc;

/// Samples of a spectrum, and its bins.
pub(super) const SIZE: usize = 256;
pub(super) const BINS: usize = SIZE / 2 + 1;

/// What spectra need.
pub(super) struct Spectrum {
    window: [f32; SIZE],
    transform: Arc<dyn RealToComplex<f32>>,
    time: [f32; SIZE],
    bins: [Complex<f32>; BINS],
    scratch: Vec<Complex<f32>>,
}

impl Spectrum {
    /// Allocates.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new() -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(SIZE);
        let scratch = vec![Complex::default(); transform.get_scratch_len()];
        let window = std::array::from_fn(|n| (PI * n as f32 / SIZE as f32).sin().powi(2));
        Self { window, transform, time: [0.0; SIZE], bins: [Complex::default(); BINS], scratch }
    }

    /// Of the first [`SIZE`] samples.
    pub(super) fn magnitudes(&mut self, samples: &[f32], magnitudes: &mut [f32; BINS]) {
        for ((t, x), w) in self.time.iter_mut().zip(samples).zip(&self.window) {
            *t = x * w;
        }
        // It does not fail: the lengths are its own.
        let _ = self.transform.process_with_scratch(&mut self.time, &mut self.bins, &mut self.scratch);
        for (magnitude, bin) in magnitudes.iter_mut().zip(&self.bins) {
            *magnitude = (bin.re * bin.re + bin.im * bin.im).sqrt();
        }
    }
}
