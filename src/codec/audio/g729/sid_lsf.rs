//! Real-time: the spectrum of comfort noise in a silence descriptor: ten bits for the line spectral frequencies, clause
//! B.4.2.2.

use super::arith::{mac, product, shl, short, upper};
use super::lsf_memory::{DISTANCE, HIGHEST, LOWEST, LsfMemory, Predictor, spread, stabilize};
use super::lsp_codebook::{HALF, code_vector};
use super::lsp_quantizer::weights;
use super::tables::NOISE_SECOND_STAGE;
use super::tables::{LSP_FIRST_STAGE, LSP_SECOND_STAGE};
use super::tables::{NOISE_FIRST_STAGE, NOISE_PREDICTOR_WEIGHT, NOISE_PREDICTORS, NOISE_REST, NOISE_REST_INVERSE};
use super::{Lsf, ORDER};

/// Candidates that the first stage leaves to the second.
const CANDIDATES: usize = 4;
/// Entries of the stages.
const ENTRIES: [usize; 2] = [32, 16];

/// Indices of a descriptor's frequencies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SidLsfIndices {
    /// Which predictor.
    pub predictor: u8,
    /// First stage, 5 bits.
    pub first: u8,
    /// Second stage, 4 bits.
    pub second: u8,
}

fn predictor(index: u8) -> Predictor {
    let index = usize::from(index & 1);
    Predictor { past: &NOISE_PREDICTORS[index], rest: &NOISE_REST[index], rest_inverse: &NOISE_REST_INVERSE[index] }
}

/// Entry of the second stage at a coefficient.
fn second_stage(index: usize, coefficient: usize) -> i16 {
    let entry = NOISE_SECOND_STAGE[usize::from(coefficient >= HALF)][index];
    LSP_SECOND_STAGE[usize::from(entry)][coefficient]
}

/// Frequencies of indices; the memory goes on.
pub fn reconstruct(memory: &mut LsfMemory, indices: &SidLsfIndices) -> Lsf {
    let second = usize::from(indices.second & 0xF);
    let [low, high] = [NOISE_SECOND_STAGE[0][second], NOISE_SECOND_STAGE[1][second]];
    let first = NOISE_FIRST_STAGE[usize::from(indices.first & 0x1F)];
    let mut vector = code_vector(first.into(), low.into(), high.into());
    spread(&mut vector, 10, 1..ORDER);
    let mut frequencies = memory.compose(&vector, &predictor(indices.predictor));
    memory.push(&vector);
    stabilize(&mut frequencies);
    frequencies
}

/// A candidate of the first stage: what it leaves, and where it comes from.
#[derive(Clone, Copy)]
struct Candidate {
    left: Lsf,
    predictor: usize,
    entry: usize,
}

/// The four best pairs of predictor and entry.
fn first_stage(targets: &[Lsf; 2]) -> [Candidate; CANDIDATES] {
    let left = |target: &Lsf, entry: usize| -> Lsf {
        let entry = &LSP_FIRST_STAGE[usize::from(NOISE_FIRST_STAGE[entry])];
        std::array::from_fn(|i| target[i].saturating_sub(entry[i]))
    };
    let mut errors = [[0i16; ENTRIES[0]]; 2];
    for ((errors, target), &weight) in errors.iter_mut().zip(targets).zip(&NOISE_PREDICTOR_WEIGHT) {
        for (entry, error) in errors.iter_mut().enumerate() {
            *error = short(upper(left(target, entry).iter().fold(0, |sum, &x| mac(sum, x, x))), weight);
        }
    }
    std::array::from_fn(|_| {
        let mut least = (i16::MAX, 0, 0);
        for (predictor, errors) in errors.iter().enumerate() {
            for (entry, &error) in errors.iter().enumerate() {
                if error < least.0 {
                    least = (error, predictor, entry);
                }
            }
        }
        let (_, predictor, entry) = least;
        errors[predictor][entry] = i16::MAX;
        Candidate { left: left(&targets[predictor], entry), predictor, entry }
    })
}

/// The best candidate with the best entry of the second stage.
fn second_stage_search(candidates: &[Candidate; CANDIDATES], weights: &Lsf) -> SidLsfIndices {
    let mut least = (i16::MAX, 0, 0);
    for (which, candidate) in candidates.iter().enumerate() {
        let rest = &NOISE_REST[candidate.predictor];
        let weights: Lsf = std::array::from_fn(|i| short(upper(shl(product(rest[i], rest[i]), 2)), weights[i]));
        for entry in 0..ENTRIES[1] {
            let error = (0..ORDER).fold(0, |sum, i| {
                let difference = candidate.left[i].saturating_sub(second_stage(entry, i));
                mac(sum, upper(shl(product(weights[i], difference), 3)), difference)
            });
            if upper(error) < least.0 {
                least = (upper(error), which, entry);
            }
        }
    }
    let Candidate { predictor, entry, .. } = candidates[least.1];
    SidLsfIndices { predictor: predictor as u8, first: entry as u8, second: least.2 as u8 }
}

/// Frequencies about 100 Hz apart.
fn spaced(frequencies: &Lsf) -> Lsf {
    let mut spaced = *frequencies;
    spaced[0] = spaced[0].max(LOWEST);
    for i in 1..ORDER {
        if spaced[i].saturating_sub(spaced[i - 1]) < 2 * DISTANCE {
            spaced[i] = spaced[i - 1].saturating_add(2 * DISTANCE);
        }
    }
    spaced[ORDER - 1] = spaced[ORDER - 1].min(HIGHEST);
    if spaced[ORDER - 1] < spaced[ORDER - 2] {
        spaced[ORDER - 2] = spaced[ORDER - 1].saturating_sub(DISTANCE);
    }
    spaced
}

/// Quantizes frequencies (Q13): indices and what the decoder makes of them; the memory goes on.
pub fn quantize(memory: &mut LsfMemory, frequencies: &Lsf) -> (SidLsfIndices, Lsf) {
    let frequencies = spaced(frequencies);
    let targets = [0, 1].map(|which| memory.extract(&frequencies, &predictor(which)));
    let indices = second_stage_search(&first_stage(&targets), &weights(&frequencies));
    (indices, reconstruct(memory, &indices))
}
