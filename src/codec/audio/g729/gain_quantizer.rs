//! Real-time: quantization of both gains of a subframe, clause 3.9.2: the unquantized ones choose a part of each
//! codebook, which is searched for the least weighted error, equation (63).

use super::Subframe;
use super::adaptive_codebook::{PitchGain, Scaled};
use super::arith::{Split, fraction, norm, product, round, shl, short, shr, shr16, upper, widen};
use super::gain_codebook::{GainEntries, GainPredictor, Gains, PredictedGain};
use super::inner_product;
use super::tables::{FIRST_THRESHOLDS, PRESELECTION, PRESELECTION_WIDE, SECOND_THRESHOLDS};

/// Candidates of each stage.
const CANDIDATES: [usize; 2] = [4, 8];

/// Most gain where taming is needed: for the preselection (Q9), for candidates (Q14, exclusive).
const TAME: [i16; 2] = [481, 16_383];

/// 1/(product of the slopes …), Q19: the preselection's projection.
const PROJECTION: i16 = -17_103;

/// The error as a quadratic form in both gains: coefficients of gp², gp, gc², gc, gp·gc.
#[derive(Debug)]
pub struct ErrorTerms([Scaled; 5]);

/// Σ x·y, from 1 so that there is no zero, normalized; y is Q9 of a vector in Q12.
fn correlate(x: &Subframe, y: &Subframe, fractional_bits: i32) -> Scaled {
    let sum = inner_product::correlate(1, x, y);
    let count = norm(sum);
    Scaled { value: round(shl(sum, count)), format: count + fractional_bits - 16 }
}

impl ErrorTerms {
    /// Of the target, the filtered adaptive vector (with what is known of it) and the filtered fixed vector (Q12).
    pub fn new(target: &Subframe, adaptive: &Subframe, known: &PitchGain, fixed: &Subframe) -> Self {
        let small = fixed.map(|y| y >> 3);
        let cross = correlate(target, &small, 10);
        let both = correlate(adaptive, &small, 10);
        Self([
            Scaled { value: known.energy.value, format: -known.energy.format },
            Scaled { value: known.correlation.value.saturating_neg(), format: -(known.correlation.format + 1) },
            correlate(&small, &small, 19),
            Scaled { value: cross.value.saturating_neg(), format: cross.format - 1 },
            Scaled { value: both.value, format: both.format - 1 },
        ])
    }
}

/// a·b − c·d at the lesser of two formats, normalized to 16 bits; both products first lose `margin` bits.
fn difference(ab: (i32, i32), cd: (i32, i32), margin: i32) -> Scaled {
    let format = ab.1.min(cd.1) - margin;
    let value = shr(ab.0, ab.1 - format).saturating_sub(shr(cd.0, cd.1 - format));
    let count = norm(value);
    Scaled { value: upper(shl(value, count)), format: format + count - 16 }
}

impl Scaled {
    fn times(self, other: Self, format: i32) -> (i32, i32) {
        (product(self.value, other.value), self.format + other.format + format)
    }
}

/// Unquantized optimum: gp in Q9, gc in Q2.
fn optimum(&ErrorTerms([pp, p, cc, c, pc]): &ErrorTerms) -> [i16; 2] {
    let determinant = difference(pp.times(cc, -1), pc.times(pc, 1), 0);
    let inverse = fraction(16_384, determinant.value).saturating_neg();
    let inverse_format = 29 - determinant.format;
    let gain = |numerator: Scaled, fractional_bits: i32| {
        let shift = numerator.format + inverse_format - (fractional_bits + 15);
        upper(shr(product(numerator.value, inverse), shift))
    };
    let pitch = difference(cc.times(p, 0), c.times(pc, 1), 1);
    let code = difference(pp.times(c, 0), p.times(pc, 1), 1);
    [gain(pitch, 9), gain(code, 2)]
}

/// The first candidate of each stage, clause 3.9.2. The predicted gain is in Q4.
fn preselect([pitch, code]: [i16; 2], predicted: i16) -> [usize; 2] {
    let slope = product(PRESELECTION[0][0], pitch);
    let level = upper(slope.saturating_add(PRESELECTION_WIDE[1][1] >> 15));
    let left = shl(code.into(), 7).saturating_sub(product(level, predicted));
    let across = product(upper(shl(left, 2)), PROJECTION);
    let level = short(upper(slope.saturating_sub(PRESELECTION_WIDE[0][1] >> 10)), predicted);
    let left = product(level, PRESELECTION[1][0]).saturating_sub(product(PRESELECTION[0][0], code) >> 3);
    let along = product(upper(shl(left, 2)), PROJECTION);
    let past = |value: i32, thresholds: &[i16], shift: i32| {
        let beyond = |&&threshold: &&i16| {
            let distance = value.saturating_sub(product(threshold, predicted) >> shift);
            if predicted > 0 { distance > 0 } else { distance < 0 }
        };
        thresholds.iter().take_while(beyond).count()
    };
    [past(along, &FIRST_THRESHOLDS, 3), past(across, &SECOND_THRESHOLDS, 5)]
}

/// The predicted gain in Q4.
fn in_q4(predicted: PredictedGain) -> i16 {
    if predicted.format >= 4 {
        shr16(predicted.mantissa, predicted.format - 4)
    } else {
        upper(shl(predicted.mantissa.into(), 20 - predicted.format))
    }
}

/// Terms on one scale, so that their sum can be compared.
fn aligned(&ErrorTerms(terms): &ErrorTerms, predicted: i32) -> [Split; 5] {
    let own = [13, 14, 2 * predicted - 21, predicted - 3, predicted - 4];
    let formats: [i32; 5] = std::array::from_fn(|i| terms[i].format + own[i]);
    let least = formats.iter().fold(i32::MAX, |a, &b| a.min(b));
    std::array::from_fn(|i| Split::new(shr(widen(terms[i].value), formats[i] - least)))
}

/// Quantizes the gains of a subframe; `code` is its code vector (Q13). Returns the codeword and the gains.
pub fn quantize(predictor: &mut GainPredictor, code: &Subframe, terms: &ErrorTerms, tame: bool) -> (u8, Gains) {
    let predicted = predictor.predict(code);
    let mut best = optimum(terms);
    if tame {
        best[0] = best[0].min(TAME[0]);
    }
    let [first, second] = preselect(best, in_q4(predicted));
    let terms = aligned(terms, predicted.format);
    let error = |entries: GainEntries| {
        let pitch = entries.pitch();
        let code = short(predicted.mantissa, (entries.correction() >> 1) as i16);
        let gains = [short(pitch, pitch), pitch, short(code, code), code, short(code, pitch)];
        terms.iter().zip(gains).map(|(term, gain)| term.times(gain)).fold(0i32, i32::saturating_add)
    };
    let mut least = (i32::MAX, GainEntries { first, second });
    for first in first..first + CANDIDATES[0] {
        for second in second..second + CANDIDATES[1] {
            let entries = GainEntries { first, second };
            if tame && entries.pitch() >= TAME[1] {
                continue;
            }
            let error = error(entries);
            if error < least.0 {
                least = (error, entries);
            }
        }
    }
    (least.1.code(), least.1.gains(predicted, predictor))
}
