//! Real-time: overlapping spectra of a stream and the stream again, with a delay of one block.
//!
//! The analysis window is long on the past (fine in frequency: 32 ms) and falls within the newest block; the synthesis
//! window spans the last two blocks only. Their products overlap to one, so unchanged spectra give the input one block
//! later. After Mauler and Martin, "A low delay, variable resolution, perfect reconstruction spectral analysis-synthesis
//! system for speech enhancement" (EUSIPCO 2007).

use crate::processing::finite::copy_bounded;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::f32::consts::FRAC_PI_2;
use std::fmt;
use std::sync::Arc;

/// No sample is taken for more: keeps every power within range.
const GREATEST: f32 = 16.0;

/// Output below this is 0: no denormals leave.
const LEAST: f32 = 1e-15;

/// The analysis and synthesis of one stream. [`Self::analyse`] a block, change [`Self::spectrum`], [`Self::synthesise`].
pub(super) struct Framing {
    block: usize,
    history: Vec<f32>,
    analysis: Vec<f32>,
    synthesis: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    time: Vec<f32>,
    pub(super) spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    tail: Vec<f32>,
}

impl Framing {
    /// For blocks of so many samples and transforms of `size` (at least two blocks). Allocates.
    #[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "control side")]
    pub(super) fn new(block: usize, size: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
        let quarter = |i: usize, n: usize| (i as f32 + 0.5) / n as f32 * FRAC_PI_2;
        let rise = size - block;
        let analysis: Vec<f32> =
            (0..size).map(|i| if i < rise { quarter(i, rise).sin() } else { quarter(i - rise, block).cos() }).collect();
        let synthesis = (0..2 * block)
            .map(|i| {
                let whole = if i < block { quarter(i, block).sin() } else { quarter(i - block, block).cos() };
                whole * whole / (analysis[size - 2 * block + i] * size as f32)
            })
            .collect();
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            block,
            history: vec![0.0; size],
            analysis,
            synthesis,
            time: vec![0.0; size],
            spectrum: forward.make_output_vec(),
            forward,
            inverse,
            scratch: vec![Complex::default(); scratch],
            tail: vec![0.0; block],
        }
    }

    /// The factor from a sample's power to that of a bin of noise: the window's energy.
    pub(super) fn energy(&self) -> f32 {
        self.analysis.iter().map(|w| w * w).sum()
    }

    /// Takes in a block; what is not finite counts as 0.
    pub(super) fn analyse(&mut self, block: &[f32]) {
        self.history.copy_within(self.block.., 0);
        let newest = self.history.len() - self.block;
        copy_bounded(block, self.history.iter_mut().skip(newest), GREATEST);
        for ((t, x), w) in self.time.iter_mut().zip(&self.history).zip(&self.analysis) {
            *t = x * w;
        }
        let scratch = self.scratch.get_mut(..self.forward.get_scratch_len()).unwrap_or_default();
        // It fails on wrong lengths only.
        let _ = self.forward.process_with_scratch(&mut self.time, &mut self.spectrum, scratch);
    }

    /// Gives out the block before the one taken in last, as the spectra now are.
    pub(super) fn synthesise(&mut self, block: &mut [f32]) {
        if let [first, .., last] = self.spectrum.as_mut_slice() {
            (first.im, last.im) = (0.0, 0.0);
        }
        let scratch = self.scratch.get_mut(..self.inverse.get_scratch_len()).unwrap_or_default();
        let _ = self.inverse.process_with_scratch(&mut self.spectrum, &mut self.time, scratch);
        let last = self.time.len() - 2 * self.block;
        let shaped = self.time.iter().skip(last).zip(&self.synthesis);
        for ((y, tail), (t, w)) in block.iter_mut().zip(&self.tail).zip(shaped.clone()) {
            let sum = tail + t * w;
            *y = if sum.abs() > LEAST { sum } else { 0.0 };
        }
        for (tail, (t, w)) in self.tail.iter_mut().zip(shaped.skip(self.block)) {
            *tail = t * w;
        }
    }

    /// Back to silence.
    pub(super) fn reset(&mut self) {
        self.history.fill(0.0);
        self.tail.fill(0.0);
    }
}

impl fmt::Debug for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Framing").field("block", &self.block).field("size", &self.time.len()).finish_non_exhaustive()
    }
}
