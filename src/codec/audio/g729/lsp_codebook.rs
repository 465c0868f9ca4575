//! Real-time: the codebook of line spectral frequencies: what its indices mean, and the decoder with its concealment.
//! Clauses 3.2.4, 4.1.1 and 4.4.1.

use super::lsf_memory::{LsfMemory, Predictor, spread, stabilize};
use super::tables::{LSF_START, LSP_FIRST_STAGE, LSP_SECOND_STAGE, PREDICTOR_REST, PREDICTOR_REST_INVERSE, PREDICTORS};
use super::{Lsf, ORDER};

/// Where the second stage parts.
pub const HALF: usize = ORDER / 2;

/// Distance of neighbours in a code vector, first pass and second.
pub const GAPS: [i16; 2] = [10, 5];

/// Indices of a frame's frequencies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LspIndices {
    /// L0: which predictor.
    pub predictor: u8,
    /// L1, 7 bits.
    pub first: u8,
    /// L2, 5 bits.
    pub low: u8,
    /// L3, 5 bits.
    pub high: u8,
}

/// Predictor of speech frames.
pub fn predictor(index: u8) -> Predictor {
    let index = usize::from(index & 1);
    Predictor { past: &PREDICTORS[index], rest: &PREDICTOR_REST[index], rest_inverse: &PREDICTOR_REST_INVERSE[index] }
}

/// Both stages' sum; `low` and `high` are entries of the second.
pub fn code_vector(first: usize, low: usize, high: usize) -> Lsf {
    let base = &LSP_FIRST_STAGE[first];
    std::array::from_fn(|i| base[i].saturating_add(LSP_SECOND_STAGE[if i < HALF { low } else { high }][i]))
}

/// Quantized frequencies of indices; the memory goes on.
pub fn reconstruct(memory: &mut LsfMemory, indices: &LspIndices) -> Lsf {
    let (first, low, high) = (indices.first & 0x7F, indices.low & 0x1F, indices.high & 0x1F);
    let mut vector = code_vector(first.into(), low.into(), high.into());
    for gap in GAPS {
        spread(&mut vector, gap, 1..ORDER);
    }
    let mut frequencies = memory.compose(&vector, &predictor(indices.predictor));
    memory.push(&vector);
    stabilize(&mut frequencies);
    frequencies
}

/// Decoder of frequencies.
#[derive(Debug, Clone)]
pub struct LspDecoder {
    /// Shared with the silence descriptors.
    pub memory: LsfMemory,
    last: Lsf,
    last_predictor: u8,
}

impl Default for LspDecoder {
    fn default() -> Self {
        Self { memory: LsfMemory::default(), last: LSF_START, last_predictor: 0 }
    }
}

impl LspDecoder {
    /// Frequencies of a received frame.
    pub fn decode(&mut self, indices: &LspIndices) -> Lsf {
        self.last = reconstruct(&mut self.memory, indices);
        self.last_predictor = indices.predictor;
        self.last
    }

    /// Frequencies of an erased frame: the last ones, and the memory as if they had been coded.
    pub fn repeat(&mut self) -> Lsf {
        let vector = self.memory.extract(&self.last, &predictor(self.last_predictor));
        self.memory.push(&vector);
        self.last
    }
}
