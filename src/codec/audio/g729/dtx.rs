//! Real-time: discontinuous transmission at the encoder, clauses B.4.1 and B.4.2: which inactive frames are described, and
//! with what.

use super::arith::abs16;
use super::autocorrelation::Autocorrelation;
use super::bitstream::{Frame, SidIndices};
use super::levinson::LevinsonDurbin;
use super::lsf_memory::LsfMemory;
use super::lsp::{from_frequencies, to_frequencies};
use super::lsp_roots;
use super::noise_spectrum::{Correlations, ReferenceFilter};
use super::sid_gain::{Energy, quantize_mean};
use super::synthesis::approach;
use super::tables::SID_GAIN;
use super::{Lpc, Lsp, ORDER, sid_lsf};

/// Least distance of two descriptors, frames.
const LEAST_DISTANCE: u8 = 3;
/// Distance of filters that makes a new descriptor, and that keeps the past's mean from serving; less 1, Q15.
const TOLERANCE: [i16; 2] = [4_855, 3_161];
/// Change of the energy that makes a new descriptor, dB.
const CHANGE: i16 = 2;

/// What is needed of the encoder to describe noise.
#[derive(Debug)]
pub struct SharedState<'a> {
    /// Solver of the linear prediction.
    pub levinson: &'a mut LevinsonDurbin,
    /// Memory of quantized frequencies.
    pub memory: &'a mut LsfMemory,
    /// Quantized pairs of the last frame.
    pub pairs: &'a Lsp,
}

/// Discontinuous transmission of one stream.
#[derive(Debug, Clone)]
pub struct DtxController {
    /// The last two frames, newest first.
    frames: [Correlations; 2],
    /// Sums of two frames each, newest first.
    pairs_of_frames: [Correlations; 3],
    odd: bool,
    energies: [Energy; 2],
    described: usize,
    reference: ReferenceFilter,
    changed: bool,
    since_descriptor: u8,
    last_decibels: i16,
    noise: Lsp,
    wanted: i16,
    level: i16,
}

impl Default for DtxController {
    fn default() -> Self {
        Self {
            frames: [Correlations::default(); 2],
            pairs_of_frames: [Correlations::default(); 3],
            odd: false,
            energies: [Energy { mantissa: 0, format: 40 }; 2],
            described: 0,
            reference: ReferenceFilter::default(),
            changed: false,
            since_descriptor: 0,
            last_decibels: 0,
            noise: [0; ORDER],
            wanted: 0,
            level: 0,
        }
    }
}

impl DtxController {
    /// Takes every frame in, active or not. The autocorrelation is that before the lag window.
    pub fn observe(&mut self, autocorrelation: &Autocorrelation, voice: bool) {
        self.frames[1] = self.frames[0];
        self.frames[0] = Correlations { lags: autocorrelation.upper_words(), format: -(16 + autocorrelation.exponent) };
        self.odd = !self.odd;
        if !self.odd && voice {
            self.keep_sum();
        }
    }

    fn keep_sum(&mut self) {
        self.pairs_of_frames.rotate_right(1);
        self.pairs_of_frames[0] = Correlations::sum(&self.frames);
    }

    /// Describes an inactive frame, or does not; `begins`: the frame before was active.
    pub fn describe(&mut self, begins: bool, shared: &mut SharedState<'_>) -> Frame {
        self.energies[1] = self.energies[0];
        let current = Correlations::sum(&self.frames);
        self.energies[0].format = current.format;
        let mut lpc = [0; ORDER + 1];
        if current.lags[0] == 0 {
            self.energies[0].mantissa = 0;
        } else {
            let prediction = shared.levinson.solve_upper(&current.lags);
            lpc = prediction.lpc;
            // An unstable filter leaves the energy of the frame before.
            self.energies[0].mantissa = prediction.residual.unwrap_or(self.energies[0].mantissa);
        }
        self.described = if begins { 1 } else { 2 };
        let energy = quantize_mean(&self.energies[..self.described]);
        let residual = self.energies[0].mantissa;
        let send = begins || self.is_due(&current, residual, energy.decibels);
        let mut frame = Frame::Untransmitted;
        if send {
            (self.since_descriptor, self.changed) = (0, false);
            let filter = self.filter_to_describe(&current, &lpc, residual, shared);
            let pairs = lsp_roots::from_predictor(&filter).unwrap_or(*shared.pairs);
            let (lsf, frequencies) = sid_lsf::quantize(shared.memory, &to_frequencies(&pairs));
            self.noise = from_frequencies(&frequencies);
            self.last_decibels = energy.decibels;
            self.wanted = SID_GAIN[usize::from(energy.index)];
            frame = Frame::Sid(SidIndices { lsf, gain: energy.index });
        }
        self.level = approach(self.level, self.wanted, begins);
        if !self.odd {
            self.keep_sum();
        }
        frame
    }

    /// Whether the noise has changed since the last descriptor, and long enough ago.
    fn is_due(&mut self, current: &Correlations, residual: i16, decibels: i16) -> bool {
        self.changed |= self.reference.differs(current, residual, TOLERANCE[0]);
        self.changed |= abs16(self.last_decibels - decibels) > CHANGE;
        self.since_descriptor = (self.since_descriptor + 1).min(LEAST_DISTANCE);
        self.since_descriptor == LEAST_DISTANCE && self.changed
    }

    /// The past's mean filter if the current one is like it, else the current one.
    fn filter_to_describe(
        &mut self,
        current: &Correlations,
        lpc: &Lpc,
        residual: i16,
        shared: &mut SharedState<'_>,
    ) -> Lpc {
        let past = Correlations::sum(&self.pairs_of_frames);
        let mut mean = [0; ORDER + 1];
        mean[0] = 4_096;
        if past.lags[0] != 0 {
            mean = shared.levinson.solve_upper(&past.lags).lpc;
        }
        self.reference = ReferenceFilter::new(&mean);
        if !self.reference.differs(current, residual, TOLERANCE[1]) {
            return mean;
        }
        self.reference = ReferenceFilter::new(lpc);
        *lpc
    }

    /// Level of the noise that both sides make (Q3).
    pub fn level(&self) -> i16 {
        self.level
    }

    /// Line spectral pairs of the noise.
    pub fn noise_pairs(&self) -> &Lsp {
        &self.noise
    }
}
