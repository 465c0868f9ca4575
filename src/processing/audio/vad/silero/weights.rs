//! Control: the network's weights, read once from the file that `tools/silero-weights` made, and shared by all streams.
//!
//! They are those of Silero VAD 6.2.3 at 16 kHz, Copyright (c) 2020-present Silero Team, MIT (`LICENSE` beside the file), rounded to 16
//! bits by row: no probability of the network moves by more than 0.002 by that (measured).

use super::spectrum::BINS;
use crate::processing::audio::network::{Matrix, Reader};
use std::sync::OnceLock;

/// Outputs of the four convolutions.
pub(super) const FIRST: usize = 128;
pub(super) const SECOND: usize = 64;
pub(super) const THIRD: usize = 64;
pub(super) const FOURTH: usize = 128;
/// Units of the memory, and their gates.
pub(super) const UNITS: usize = 128;
pub(super) const GATES: usize = 4 * UNITS;

/// The file.
static FILE: &[u8] = include_bytes!("weights.bin");

/// Weights by layer. Of a convolution by tap: for the frame before, at, and after an output (of the third layer at and after, of the
/// fourth at: the others meet only silence).
pub(super) struct Weights {
    pub(super) first: [Matrix; 3],
    pub(super) second: [Matrix; 3],
    pub(super) third: [Matrix; 2],
    pub(super) fourth: Matrix,
    /// Of the memory: for what comes in, and for what was said last.
    pub(super) input: Matrix,
    pub(super) state: Matrix,
    pub(super) first_scale: [f32; FIRST],
    pub(super) first_bias: [f32; FIRST],
    pub(super) second_scale: [f32; SECOND],
    pub(super) second_bias: [f32; SECOND],
    pub(super) third_scale: [f32; THIRD],
    pub(super) third_bias: [f32; THIRD],
    pub(super) fourth_scale: [f32; FOURTH],
    pub(super) fourth_bias: [f32; FOURTH],
    pub(super) gate_scale: [f32; GATES],
    pub(super) gate_bias: [f32; GATES],
    pub(super) output: [f32; UNITS],
    pub(super) output_bias: f32,
}

impl Weights {
    /// The one copy there is.
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<Weights> = OnceLock::new();
        SHARED.get_or_init(|| Self::read(&mut Reader::new(FILE)))
    }

    /// A network that says nothing.
    #[cfg(test)]
    pub(super) fn nothing() -> Self {
        Self::read(&mut Reader::new(&[]))
    }

    /// Bytes of the file that no layer takes.
    #[cfg(test)]
    pub(super) fn left_over() -> usize {
        let mut file = Reader::new(FILE);
        Self::read(&mut file);
        file.left_over()
    }

    fn read(file: &mut Reader) -> Self {
        Self {
            first: std::array::from_fn(|_| file.matrix(FIRST * BINS)),
            second: std::array::from_fn(|_| file.matrix(SECOND * FIRST)),
            third: std::array::from_fn(|_| file.matrix(THIRD * SECOND)),
            fourth: file.matrix(FOURTH * THIRD),
            input: file.matrix(GATES * FOURTH),
            state: file.matrix(GATES * UNITS),
            first_scale: file.numbers(),
            first_bias: file.numbers(),
            second_scale: file.numbers(),
            second_bias: file.numbers(),
            third_scale: file.numbers(),
            third_bias: file.numbers(),
            fourth_scale: file.numbers(),
            fourth_bias: file.numbers(),
            gate_scale: file.numbers(),
            gate_bias: file.numbers(),
            output: file.numbers(),
            output_bias: file.number(),
        }
    }
}
