//! Real-time: the moving average prediction of line spectral frequencies over four frames, clause 3.2.4, which speech
//! frames and silence descriptors share.

use super::arith::{mac, msu, product, shl, upper};
use super::tables::LSF_START;
use super::{Lsf, ORDER};

/// A predictor: the share of each of the last four code vectors (Q15), what is left to the present one (Q15), and the
/// inverse of that (Q12).
#[derive(Debug, Clone, Copy)]
pub struct Predictor {
    /// Shares of the past, newest first.
    pub past: &'static [Lsf; 4],
    /// Share of the present.
    pub rest: &'static Lsf,
    /// Its inverse.
    pub rest_inverse: &'static Lsf,
}

/// The last four code vectors, newest first, Q13.
#[derive(Debug, Clone)]
pub struct LsfMemory {
    past: [Lsf; 4],
}

impl Default for LsfMemory {
    fn default() -> Self {
        Self { past: [LSF_START; 4] }
    }
}

impl LsfMemory {
    /// Frequencies of a code vector.
    pub fn compose(&self, vector: &Lsf, predictor: &Predictor) -> Lsf {
        std::array::from_fn(|i| {
            let present = product(vector[i], predictor.rest[i]);
            let past = self.past.iter().zip(predictor.past);
            upper(past.fold(present, |sum, (past, share)| mac(sum, past[i], share[i])))
        })
    }

    /// The code vector that would give these frequencies.
    pub fn extract(&self, frequencies: &Lsf, predictor: &Predictor) -> Lsf {
        std::array::from_fn(|i| {
            let whole = i32::from(frequencies[i]) << 16;
            let past = self.past.iter().zip(predictor.past);
            let left = upper(past.fold(whole, |sum, (past, share)| msu(sum, past[i], share[i])));
            upper(shl(product(left, predictor.rest_inverse[i]), 3))
        })
    }

    /// Takes the newest code vector in.
    pub fn push(&mut self, vector: &Lsf) {
        self.past.rotate_right(1);
        self.past[0] = *vector;
    }
}

/// Moves neighbours apart to `gap`, in pairs whose upper one is in `pairs`.
pub fn spread(vector: &mut Lsf, gap: i16, pairs: std::ops::Range<usize>) {
    for i in pairs {
        let lacking = vector[i - 1].saturating_sub(vector[i]).saturating_add(gap) >> 1;
        if lacking > 0 {
            vector[i - 1] = vector[i - 1].saturating_sub(lacking);
            vector[i] = vector[i].saturating_add(lacking);
        }
    }
}

/// Least frequency, Q13.
pub const LOWEST: i16 = 40;
/// Greatest frequency.
pub const HIGHEST: i16 = 25_681;
/// Least distance of two frequencies.
pub const DISTANCE: i16 = 321;

/// Puts quantized frequencies in order, 0.0392 apart and within 0.005 to 3.135 radians.
pub fn stabilize(frequencies: &mut Lsf) {
    for i in 1..ORDER {
        if frequencies[i] < frequencies[i - 1] {
            frequencies.swap(i - 1, i);
        }
    }
    frequencies[0] = frequencies[0].max(LOWEST);
    for i in 1..ORDER {
        if i32::from(frequencies[i]) - i32::from(frequencies[i - 1]) < i32::from(DISTANCE) {
            frequencies[i] = frequencies[i - 1].saturating_add(DISTANCE);
        }
    }
    frequencies[ORDER - 1] = frequencies[ORDER - 1].min(HIGHEST);
}
