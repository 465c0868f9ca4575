//! Real-time: spectra of 20 ms: 50 Hz a bin at every sample rate, real and imaginary parts apart for vector instructions.

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::fmt;
use std::sync::Arc;

/// Bins are padded to a multiple of it; the padding stays zero.
pub(in crate::processing::audio) const LANES: usize = 16;

/// A half spectrum, its arrays padded to [`LANES`].
#[derive(Debug, Clone, PartialEq)]
pub(in crate::processing::audio) struct Spectrum {
    pub(in crate::processing::audio) re: Box<[f32]>,
    pub(in crate::processing::audio) im: Box<[f32]>,
}

/// Bins of a transform of `2 * block` samples, padded.
pub(in crate::processing::audio) fn padded_bins(block: usize) -> usize {
    (block + 1).next_multiple_of(LANES)
}

#[expect(clippy::disallowed_macros, reason = "control side")]
pub(in crate::processing::audio) fn zeros(count: usize) -> Box<[f32]> {
    vec![0.0; count].into_boxed_slice()
}

impl Spectrum {
    pub(in crate::processing::audio) fn new(block: usize) -> Self {
        Self { re: zeros(padded_bins(block)), im: zeros(padded_bins(block)) }
    }

    pub(in crate::processing::audio) fn clear(&mut self) {
        self.re.fill(0.0);
        self.im.fill(0.0);
    }

    /// Power of each bin, into as many as there is room for.
    pub(in crate::processing::audio) fn power(&self, into: &mut [f32]) {
        for ((p, re), im) in into.iter_mut().zip(&self.re).zip(&self.im) {
            *p = re * re + im * im;
        }
    }
}

/// The transform between two blocks of samples and a spectrum, with its work space.
pub(in crate::processing::audio) struct Transform {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
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
    pub(in crate::processing::audio) fn new(block: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(2 * block), planner.plan_fft_inverse(2 * block));
        let zero = Complex::new(0.0, 0.0);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            time: zeros(2 * block),
            bins: vec![zero; block + 1].into_boxed_slice(),
            scratch: vec![zero; scratch].into_boxed_slice(),
            forward,
            inverse,
        }
    }

    /// The spectrum of `earlier` followed by `later`, a block each; a missing one is silence.
    pub(in crate::processing::audio) fn spectrum(&mut self, earlier: &[f32], later: &[f32], out: &mut Spectrum) {
        let (head, tail) = self.time.split_at_mut(self.time.len() / 2);
        for (half, given) in [(head, earlier), (tail, later)] {
            let (used, rest) = half.split_at_mut(given.len().min(half.len()));
            used.copy_from_slice(given.get(..used.len()).unwrap_or_default());
            rest.fill(0.0);
        }
        self.run(out);
    }

    /// The spectrum of `earlier` followed by `later`, a block each, under a window of two blocks.
    pub(in crate::processing::audio) fn windowed(
        &mut self,
        earlier: &[f32],
        later: &[f32],
        window: &[f32],
        out: &mut Spectrum,
    ) {
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

    /// The two blocks of samples of a spectrum.
    pub(in crate::processing::audio) fn samples(&mut self, spectrum: &Spectrum) -> &mut [f32] {
        for ((re, im), bin) in spectrum.re.iter().zip(&spectrum.im).zip(&mut self.bins) {
            *bin = Complex::new(*re, *im);
        }
        // Those of a real signal are real at both ends.
        if let [first, .., last] = &mut *self.bins {
            (first.im, last.im) = (0.0, 0.0);
        }
        let done = self.inverse.process_with_scratch(&mut self.bins, &mut self.time, &mut self.scratch);
        debug_assert!(done.is_ok());
        let scale = 1.0 / self.time.len() as f32;
        for t in &mut self.time {
            *t *= scale;
        }
        &mut self.time
    }

    /// Sets the second block of the samples to zero.
    pub(in crate::processing::audio) fn constrain(&mut self, spectrum: &mut Spectrum) {
        let block = self.time.len() / 2;
        self.samples(spectrum);
        for t in self.time.iter_mut().skip(block) {
            *t = 0.0;
        }
        self.run(spectrum);
    }

    /// From the logarithms of magnitudes (in the real part) to the logarithm of the minimum-phase spectrum: its cepstrum
    /// is folded onto the first half.
    pub(in crate::processing::audio) fn fold(&mut self, spectrum: &mut Spectrum) {
        let block = self.time.len() / 2;
        self.samples(spectrum);
        for (n, t) in self.time.iter_mut().enumerate() {
            *t *= match n {
                0 => 1.0,
                n if n < block => 2.0,
                n if n == block => 1.0,
                _ => 0.0,
            };
        }
        self.run(spectrum);
    }
}
