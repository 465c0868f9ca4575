//! Real-time: the predictive two-stage vector quantizer of line spectral frequencies, clause 3.2.4.

use super::arith::{mac, norm16, product, shl, shl16, short, upper};
use super::lsf_memory::{LsfMemory, spread};
use super::lsp_codebook::{GAPS, HALF, LspIndices, code_vector, predictor, reconstruct};
use super::tables::{LSP_FIRST_STAGE, LSP_SECOND_STAGE};
use super::{Lsf, ORDER};
use std::ops::Range;

/// 0.04 π and 0.92 π, Q13.
const EDGES: [i16; 2] = [1_029, 23_677];

/// Weights by how close the neighbours are, equation (22), normalized.
pub fn weights(frequencies: &Lsf) -> Lsf {
    let mut weights: Lsf = std::array::from_fn(|i| {
        let room = match i {
            0 => frequencies[1].saturating_sub(EDGES[0] + 8_192),
            9 => (EDGES[1] - 8_192).saturating_sub(frequencies[ORDER - 2]),
            _ => frequencies[i + 1].saturating_sub(frequencies[i - 1]).saturating_sub(8_192),
        };
        if room > 0 {
            return 2_048;
        }
        let square = upper(shl(product(room, room), 2));
        upper(shl(product(square, 10 << 11), 2)).saturating_add(2_048)
    });
    for middle in [4, 5] {
        weights[middle] = upper(shl(product(weights[middle], 19_661), 1));
    }
    let largest = weights.iter().fold(0, |a, &b| a.max(b));
    weights.map(|weight| shl16(weight, norm16(largest)))
}

/// No sum of ten squares of differences up to this leaves 32 bits, doubled.
const BOUND: i32 = 10_362;

/// Least and greatest of each element over the entries of a codebook.
const fn ranges<const ENTRIES: usize>(entries: &[Lsf; ENTRIES]) -> [[i16; 2]; ORDER] {
    let mut ranges = [[i16::MAX, i16::MIN]; ORDER];
    let mut entry = 0;
    while entry < ENTRIES {
        let mut i = 0;
        while i < ORDER {
            let x = entries[entry][i];
            ranges[i] =
                [if x < ranges[i][0] { x } else { ranges[i][0] }, if x > ranges[i][1] { x } else { ranges[i][1] }];
            i += 1;
        }
        entry += 1;
    }
    ranges
}

static FIRST_RANGES: [[i16; 2]; ORDER] = ranges(&LSP_FIRST_STAGE);
static SECOND_RANGES: [[i16; 2]; ORDER] = ranges(&LSP_SECOND_STAGE);

/// Whether no entry is farther than [`BOUND`] in any element, so that sums of squares saturate nowhere.
fn is_near(target: &Lsf, ranges: &[[i16; 2]; ORDER]) -> bool {
    let far = |&x: &i16, end: i16| (i32::from(x) - i32::from(end)).abs() > BOUND;
    !target.iter().zip(ranges).any(|(x, &[least, most])| far(x, least) || far(x, most))
}

/// The entry of the first stage that is nearest, unweighted.
fn nearest(target: &Lsf) -> usize {
    if is_near(target, &FIRST_RANGES) {
        return first_least(LSP_FIRST_STAGE.iter().map(|entry| {
            let differences: Lsf = std::array::from_fn(|i| target[i] - entry[i]);
            2 * differences.iter().map(|&d| i32::from(d) * i32::from(d)).sum::<i32>()
        }));
    }
    let distance = |entry: &Lsf| {
        entry.iter().zip(target).fold(0i32, |sum, (&e, &t)| {
            let difference = t.saturating_sub(e);
            mac(sum, difference, difference)
        })
    };
    first_least(LSP_FIRST_STAGE.iter().map(distance))
}

/// Index of the first of the least; 0 if all are at the limit.
fn first_least(distances: impl Iterator<Item = i32>) -> usize {
    let least = |best: (i32, usize), (i, distance)| if distance < best.0 { (distance, i) } else { best };
    distances.enumerate().fold((i32::MAX, 0), least).1
}

/// The entry of the second stage that fits best over a half.
fn refine(target: &Lsf, first: usize, weights: &Lsf, half: Range<usize>) -> usize {
    let base = &LSP_FIRST_STAGE[first];
    let left: Lsf = std::array::from_fn(|i| target[i].saturating_sub(base[i]));
    if is_near(&left, &SECOND_RANGES) && weights.iter().all(|&weight| weight >= 0) {
        return first_least(LSP_SECOND_STAGE.iter().map(|entry| {
            let elements = left[half.clone()].iter().zip(&entry[half.clone()]).zip(&weights[half.clone()]);
            let terms = elements.map(|((&x, &e), &weight)| {
                let difference = i32::from(x) - i32::from(e);
                ((i32::from(weight) * difference) >> 15) * difference
            });
            2 * terms.sum::<i32>()
        }));
    }
    first_least(LSP_SECOND_STAGE.iter().map(|entry| {
        half.clone().fold(0, |sum, i| {
            let difference = left[i].saturating_sub(entry[i]);
            mac(sum, short(weights[i], difference), difference)
        })
    }))
}

/// Distance of a candidate after the predictor, equation (21).
fn distance(vector: &Lsf, target: &Lsf, weights: &Lsf, rest: &Lsf) -> i32 {
    (0..ORDER).fold(0, |sum, i| {
        let difference = short(vector[i].saturating_sub(target[i]), rest[i]);
        mac(sum, upper(shl(product(weights[i], difference), 4)), difference)
    })
}

/// Best indices with one of the predictors, and how far they are.
fn candidate(memory: &LsfMemory, frequencies: &Lsf, weights: &Lsf, which: u8) -> (LspIndices, i32) {
    let predictor = predictor(which);
    let target = memory.extract(frequencies, &predictor);
    let first = nearest(&target);
    let low = refine(&target, first, weights, 0..HALF);
    let high = refine(&target, first, weights, HALF..ORDER);
    let mut vector = code_vector(first, low, high);
    spread(&mut vector, GAPS[0], 1..ORDER);
    spread(&mut vector, GAPS[1], 1..ORDER);
    let indices = LspIndices { predictor: which, first: first as u8, low: low as u8, high: high as u8 };
    (indices, distance(&vector, &target, weights, predictor.rest))
}

/// Quantizes frequencies (Q13): indices and what the decoder makes of them; the memory goes on.
pub fn quantize(memory: &mut LsfMemory, frequencies: &Lsf) -> (LspIndices, Lsf) {
    let weights = weights(frequencies);
    let candidates = [0, 1].map(|which| candidate(memory, frequencies, &weights, which));
    let indices = if candidates[1].1 < candidates[0].1 { candidates[1].0 } else { candidates[0].0 };
    (indices, reconstruct(memory, &indices))
}
