//! Real-time: the perceptual weighting of Annex A, clause A.3.3: weighted speech for the open-loop pitch, targets for the
//! closed loops.

use super::arith::short;
use super::filters::{expand_bandwidth, synthesize, synthesize_on};
use super::open_loop_pitch::PAST;
use super::{FRAME, Lpc, ORDER, SUBFRAME, Subframe};

/// γ, Q15.
const FACTOR: i16 = 24_576;
/// What the low frequencies are emphasized with, Q15.
const EMPHASIS: i16 = 22_938;

/// A(z/γ).
pub fn weighted(lpc: &Lpc) -> Lpc {
    expand_bandwidth(lpc, FACTOR)
}

/// A(z/γ)·(1 − 0.7 z⁻¹), cut to ten coefficients.
fn emphasized(weighted: &Lpc) -> Lpc {
    let mut emphasized = *weighted;
    for i in 1..=ORDER {
        emphasized[i] = weighted[i].saturating_sub(short(weighted[i - 1], EMPHASIS));
    }
    emphasized
}

/// Weighted speech with its past, and the memories of both weighting filters.
#[derive(Debug, Clone)]
pub struct Weighting {
    speech: [i16; PAST + FRAME],
    emphasis_memory: [i16; ORDER],
    /// Error of the last subframe through the weighting filter.
    error_memory: [i16; ORDER],
}

impl Default for Weighting {
    fn default() -> Self {
        Self { speech: [0; PAST + FRAME], emphasis_memory: [0; ORDER], error_memory: [0; ORDER] }
    }
}

impl Weighting {
    /// Weighted speech of a subframe from its residual.
    pub fn add_residual(&mut self, at: usize, residual: &Subframe, weighted: &Lpc) {
        let out = &mut self.speech[PAST + at..PAST + at + SUBFRAME];
        synthesize_on(&emphasized(weighted), residual, out, &mut self.emphasis_memory);
    }

    /// Weighted speech of the present frame, after that of the past.
    pub fn speech(&self) -> &[i16; PAST + FRAME] {
        &self.speech
    }

    /// The target of a subframe from its residual.
    pub fn target(&self, residual: &Subframe, weighted: &Lpc) -> Subframe {
        let mut target = [0; SUBFRAME];
        synthesize(weighted, residual, &mut target, &self.error_memory);
        target
    }

    /// The error that coding left at the end of a subframe is what the next one's target starts from.
    pub fn set_error(&mut self, error: [i16; ORDER]) {
        self.error_memory = error;
    }

    /// The same for noise: residual less excitation through the filter.
    pub fn filter_error(&mut self, error: &Subframe, weighted: &Lpc) {
        let mut out = [0; SUBFRAME];
        synthesize_on(weighted, error, &mut out, &mut self.error_memory);
    }

    /// The present becomes the past.
    pub fn advance(&mut self) {
        self.speech.copy_within(FRAME.., 0);
    }
}
