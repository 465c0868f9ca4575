//! Control: the network's weights, read once from the file that `tools/silero-weights` made, and shared by all streams.
//!
//! They are those of Silero VAD 6.2.3 at 16 kHz, Copyright (c) 2020-present Silero Team, MIT (`LICENSE` beside the file), rounded to 16
//! bits by row: no probability of the network moves by more than 0.002 by that (measured).

use super::spectrum::BINS;
use std::sync::OnceLock;

/// Outputs of the four convolutions.
pub(super) const FIRST: usize = 128;
pub(super) const SECOND: usize = 64;
pub(super) const THIRD: usize = 64;
pub(super) const FOURTH: usize = 128;
/// Units of the memory, and their gates.
pub(super) const UNITS: usize = 128;
pub(super) const GATES: usize = 4 * UNITS;
/// Outputs that lie together.
pub(super) const TILE: usize = 64;

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

/// In steps of the scale of each output.
pub(super) type Matrix = Box<[i16]>;

impl Weights {
    /// The one copy there is.
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<Weights> = OnceLock::new();
        SHARED.get_or_init(|| Self::read(&mut Reader(FILE)))
    }

    /// A network that says nothing.
    #[cfg(test)]
    pub(super) fn nothing() -> Self {
        Self::read(&mut Reader(&[]))
    }

    /// Bytes of the file that no layer takes.
    #[cfg(test)]
    pub(super) fn left_over() -> usize {
        let mut file = Reader(FILE);
        Self::read(&mut file);
        file.0.len()
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
            output_bias: f32::from_bits(u32::from_le_bytes(file.word())),
        }
    }
}

/// What is left of the file. Beyond its end are zeros (a test looks that it ends where the layers do).
struct Reader(&'static [u8]);

impl Reader {
    fn word<const N: usize>(&mut self) -> [u8; N] {
        let (word, left) = self.0.split_first_chunk().unwrap_or((&[0; N], &[]));
        self.0 = left;
        *word
    }

    #[expect(clippy::disallowed_methods, reason = "control side")]
    fn matrix(&mut self, count: usize) -> Matrix {
        (0..count).map(|_| i16::from_le_bytes(self.word())).collect()
    }

    fn numbers<const N: usize>(&mut self) -> [f32; N] {
        std::array::from_fn(|_| f32::from_bits(u32::from_le_bytes(self.word())))
    }
}
