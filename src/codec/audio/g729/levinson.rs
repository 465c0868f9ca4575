//! Real-time: the Levinson-Durbin recursion, clause 3.2.2, with the last stable predictor where it finds none.

use super::arith::{Split, abs16, norm, round, shl, shr16, widen};
use super::{Lpc, ORDER};

/// What the recursion finds.
#[derive(Debug, Clone, Copy)]
pub struct Prediction {
    /// A(z), Q12.
    pub lpc: Lpc,
    /// The second reflection coefficient, Q15.
    pub second_reflection: i16,
    /// Energy of the residual, on the scale of the autocorrelation's upper words; `None` if the filter is an old one.
    pub residual: Option<i16>,
}

/// Solver that remembers the last stable predictor.
#[derive(Debug, Clone)]
pub struct LevinsonDurbin {
    last: Lpc,
    last_second_reflection: i16,
}

impl Default for LevinsonDurbin {
    fn default() -> Self {
        let mut last = [0; ORDER + 1];
        last[0] = 4_096;
        Self { last, last_second_reflection: 0 }
    }
}

/// State of the recursion at one order.
struct Recursion {
    /// Predictor without its first coefficient, Q27.
    filter: [Split; ORDER],
    /// Error energy, normalized.
    error: Split,
    exponent: i32,
}

impl Recursion {
    /// k = −numerator/error, Q31.
    fn reflection(&self, numerator: i32) -> i32 {
        let magnitude = self.error.divide(numerator.saturating_abs());
        let k = if numerator > 0 { magnitude.saturating_neg() } else { magnitude };
        shl(k, self.exponent)
    }

    /// Multiplies the error by 1 − k² and normalizes it.
    fn reduce_error(&mut self, k: Split) {
        // Rounding can make a square negative.
        let rest = i32::MAX.saturating_sub(k.times_split(k).saturating_abs());
        let error = self.error.times_split(Split::new(rest));
        let count = norm(error);
        self.error = Split::new(shl(error, count));
        self.exponent += count;
    }

    /// Appends a reflection coefficient.
    fn extend(&mut self, order: usize, k: i32) {
        let split = Split::new(k);
        let old = self.filter;
        for (coefficient, mirrored) in self.filter[..order].iter_mut().zip(old[..order].iter().rev()) {
            *coefficient = Split::new(split.times_split(*mirrored).saturating_add(coefficient.join()));
        }
        self.filter[order] = Split::new(k >> 4);
        self.reduce_error(split);
    }
}

impl LevinsonDurbin {
    /// Solves for lags 0 to 10 of `lags`, the first of which is normalized.
    pub fn solve(&mut self, lags: &[Split]) -> Prediction {
        let Some((&energy, lags)) = lags.split_first() else { return self.last_stable() };
        let mut recursion = Recursion { filter: [Split::default(); ORDER], error: energy, exponent: 0 };
        let mut second_reflection = 0;
        for (order, lag) in lags.iter().enumerate().take(ORDER) {
            let taps = recursion.filter[..order].iter().rev();
            let sum = taps.zip(lags).fold(0i32, |sum, (tap, lag)| sum.saturating_add(lag.times_split(*tap)));
            let k = recursion.reflection(shl(sum, 4).saturating_add(lag.join()));
            let reflection = Split::new(k).high;
            if order == 1 {
                second_reflection = reflection;
            }
            if order > 0 && abs16(reflection) > 32_750 {
                return self.last_stable();
            }
            recursion.extend(order, k);
        }
        let mut lpc = [4_096; ORDER + 1];
        for (out, coefficient) in lpc[1..].iter_mut().zip(&recursion.filter) {
            *out = round(shl(coefficient.join(), 1));
        }
        (self.last, self.last_second_reflection) = (lpc, second_reflection);
        Prediction { lpc, second_reflection, residual: Some(shr16(recursion.error.high, recursion.exponent)) }
    }

    /// Solves for upper words only.
    pub fn solve_upper(&mut self, lags: &[i16; ORDER + 1]) -> Prediction {
        self.solve(&lags.map(|lag| Split::new(widen(lag))))
    }

    fn last_stable(&self) -> Prediction {
        Prediction { lpc: self.last, second_reflection: self.last_second_reflection, residual: None }
    }
}
