//! Real-time: the closed-loop search of the adaptive codebook and its gain, clauses A.3.7 and A.3.7.3.

use super::arith::{fraction, norm, round, shl, shr16};
use super::excitation::Excitation;
use super::inner_product::{self, dot, energy, is_bounded, square};
use super::lag::Lag;
use super::{SUBFRAME, Subframe};
use std::ops::RangeInclusive;

/// The longest lag that is searched in thirds in the first subframe.
const FRACTIONAL_UP_TO: i16 = 84;

/// Most gain, 1.2 in Q14.
const MOST_GAIN: i16 = 19_661;

/// Finds the lag whose excitation correlates best with the backward-filtered target. The subframe of the excitation
/// that begins at `at` holds the residual, which stands for what is not known yet, and then the adaptive vector.
pub fn search(excitation: &mut Excitation, at: usize, backward: &Subframe, lags: RangeInclusive<i16>) -> Lag {
    let own = energy(backward);
    let bounded = is_bounded(own, energy(excitation.between(at, &lags)));
    let mut best = (i32::MIN, *lags.start());
    for lag in lags {
        let correlation = dot(0, backward, excitation.delayed(at, lag), bounded);
        if correlation > best.0 {
            best = (correlation, lag);
        }
    }
    let mut lag = Lag { whole: best.1, thirds: 0 };
    excitation.interpolate(at, lag);
    if at == 0 && lag.whole > FRACTIONAL_UP_TO {
        return lag;
    }
    let mut kept = *excitation.subframe(at);
    let correlate = |vector: &Subframe| dot(0, backward, vector, is_bounded(own, energy(vector)));
    let mut most = correlate(&kept);
    for thirds in [-1, 1] {
        let trial = Lag { thirds, ..lag };
        excitation.interpolate(at, Lag { whole: best.1, thirds });
        let correlation = correlate(excitation.subframe(at));
        if correlation > most {
            (most, lag, kept) = (correlation, trial, *excitation.subframe(at));
        }
    }
    excitation.subframe_mut(at).copy_from_slice(&kept);
    lag
}

/// A correlation as 16 bits and its format (fractional bits, less 16).
#[derive(Debug, Clone, Copy, Default)]
pub struct Scaled {
    /// Normalized value.
    pub value: i16,
    /// Fractional bits of it.
    pub format: i32,
}

/// Σ x·y of two vectors, from `start`; with a quarter of `y` if it does not fit.
fn correlate(x: &Subframe, y: &Subframe, start: i32, quarter: impl Fn() -> (i32, i32)) -> Scaled {
    let mut fits = is_bounded(energy(x), energy(y));
    let mut sum = if fits { dot(start, x, y, true) } else { start };
    if !fits {
        fits = true;
        for (&x, &y) in x.iter().zip(y) {
            let term = 2 * i64::from(i32::from(x) * i32::from(y));
            let next = i64::from(sum) + term;
            fits &= i32::try_from(next).is_ok() && i32::try_from(term).is_ok();
            sum = next.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
        }
    }
    let (sum, lost) = if fits { (sum, 0) } else { quarter() };
    let count = norm(sum);
    Scaled { value: round(shl(sum, count)), format: count - lost }
}

/// The gain of a vector and what it was computed from.
#[derive(Debug, Clone, Copy)]
pub struct PitchGain {
    /// Q14, 0 to 1.2.
    pub gain: i16,
    /// ⟨y, y⟩ of the filtered vector y.
    pub energy: Scaled,
    /// ⟨x, y⟩ with the target x.
    pub correlation: Scaled,
}

impl PitchGain {
    /// Equation (43).
    pub fn new(target: &Subframe, filtered: &Subframe) -> Self {
        let small: [i16; SUBFRAME] = filtered.map(|y| y >> 2);
        let energy = correlate(filtered, filtered, 1, || (square(1, &small), 4));
        let mut correlation = correlate(target, filtered, 0, || (inner_product::correlate(0, target, &small), 2));
        let [energy_format, format] = [energy.format, correlation.format].map(|count| 15 - count);
        let gain = if correlation.value <= 0 {
            correlation.format = -15;
            0
        } else {
            correlation.format = format;
            let ratio = fraction(correlation.value >> 1, energy.value);
            shr16(ratio, energy_format - format).min(MOST_GAIN)
        };
        Self { gain, energy: Scaled { format: energy_format, ..energy }, correlation }
    }
}
