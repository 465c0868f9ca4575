//! Real-time: spectra of 20 ms: 50 Hz a bin at every sample rate, real and imaginary parts apart for vector instructions.

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::fmt;
use std::sync::Arc;

/// Bins are padded to a multiple of it; the padding stays zero.
pub(super) const LANES: usize = 16;

/// A half spectrum, its arrays padded to [`LANES`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spectrum {
    pub(super) re: Box<[f32]>,
    pub(super) im: Box<[f32]>,
}

/// Bins of a transform of `2 * block` samples, padded.
pub(super) fn padded_bins(block: usize) -> usize {
    (block + 1).next_multiple_of(LANES)
}

#[expect(clippy::disallowed_macros, reason = "control side")]
pub(super) fn zeros(count: usize) -> Box<[f32]> {
    vec![0.0; count].into_boxed_slice()
}

impl Spectrum {
    pub(super) fn new(block: usize) -> Self {
        Self { re: zeros(padded_bins(block)), im: zeros(padded_bins(block)) }
    }
}

/// The transform between two blocks of samples and a spectrum, with its work space.
pub(super) struct Transform {
    forward: Arc<dyn RealToComplex<f32>>,
    time: Box<[f32]>,
    bins: Box<[Complex<f32>]>,
    scratch: Box<[Complex<f32>]>,
}

impl fmt::Debug for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transform").field("samples", &self.time.len()).finish_non_exhaustive()
    }
}

impl Transform {
    /// Of `2 * block` samples.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(block: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(2 * block);
        let zero = Complex::new(0.0, 0.0);
        let scratch = forward.get_scratch_len();
        Self {
            time: zeros(2 * block),
            bins: vec![zero; block + 1].into_boxed_slice(),
            scratch: vec![zero; scratch].into_boxed_slice(),
            forward,
        }
    }

    /// The spectrum of `earlier` followed by `later`, a block each, under a window of two blocks.
    pub(super) fn windowed(&mut self, earlier: &[f32], later: &[f32], window: &[f32], out: &mut Spectrum) {
        for ((t, x), w) in self.time.iter_mut().zip(earlier.iter().chain(later)).zip(window) {
            *t = x * w;
        }
        self.run(out);
    }

    fn run(&mut self, out: &mut Spectrum) {
        // It fails on wrong lengths only, and ours are the plan's.
        let done = self.forward.process_with_scratch(&mut self.time, &mut self.bins, &mut self.scratch);
        debug_assert!(done.is_ok());
        for ((re, im), bin) in out.re.iter_mut().zip(&mut out.im).zip(&self.bins) {
            (*re, *im) = (bin.re, bin.im);
        }
    }
}
