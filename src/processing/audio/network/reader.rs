//! Control: reads layers, little-endian, one after another.

/// Weights, in steps of the scale of each output.
pub(in crate::processing::audio) type Matrix = Box<[i16]>;

/// What is left of a file. Beyond its end are zeros; a test of each network looks that it ends where the layers do.
pub(in crate::processing::audio) struct Reader(&'static [u8]);

impl Reader {
    pub(in crate::processing::audio) const fn new(file: &'static [u8]) -> Self {
        Self(file)
    }

    /// Bytes that no layer took.
    #[cfg(test)]
    pub(in crate::processing::audio) const fn left_over(&self) -> usize {
        self.0.len()
    }

    fn word<const N: usize>(&mut self) -> [u8; N] {
        let (word, left) = self.0.split_first_chunk().unwrap_or((&[0; N], &[]));
        self.0 = left;
        *word
    }

    /// So many weights.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(in crate::processing::audio) fn matrix(&mut self, count: usize) -> Matrix {
        (0..count).map(|_| i16::from_le_bytes(self.word())).collect()
    }

    /// One number.
    pub(in crate::processing::audio) fn number(&mut self) -> f32 {
        f32::from_bits(u32::from_le_bytes(self.word()))
    }

    /// As many numbers as the array has.
    pub(in crate::processing::audio) fn numbers<const N: usize>(&mut self) -> [f32; N] {
        std::array::from_fn(|_| self.number())
    }

    /// So many numbers.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(super) fn row(&mut self, count: usize) -> Box<[f32]> {
        (0..count).map(|_| self.number()).collect()
    }
}
