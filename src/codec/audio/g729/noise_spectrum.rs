//! Real-time: sums of autocorrelations over inactive frames, and the distance of the filters that come of them; clauses
//! B.4.1.1 to B.4.1.3 and B.4.2.2.

use super::arith::{mac, norm, product, round, shl, short_round, shr16, upper};
use super::{Lpc, ORDER};

/// Autocorrelation in 16 bits with its fractional bits.
#[derive(Debug, Clone, Copy)]
pub struct Correlations {
    /// Lags 0 to 10.
    pub lags: [i16; ORDER + 1],
    /// Fractional bits.
    pub format: i32,
}

impl Default for Correlations {
    fn default() -> Self {
        Self { lags: [0; ORDER + 1], format: 40 }
    }
}

impl Correlations {
    /// The sum of several, with the most bits.
    pub fn sum(all: &[Self]) -> Self {
        // Two bits of room for the sum.
        let format = all.iter().fold(i32::MAX - 14, |least, one| least.min(one.format)) + 14;
        let mut wide = [0i32; ORDER + 1];
        for one in all {
            for (sum, &lag) in wide.iter_mut().zip(&one.lags) {
                *sum = sum.saturating_add(shl(lag.into(), format - one.format));
            }
        }
        let count = norm(wide[0]);
        Self { lags: wide.map(|lag| upper(shl(lag, count))), format: format + count - 16 }
    }
}

/// Autocorrelation of a filter's coefficients, equation (B.13), against which other filters are measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReferenceFilter {
    lags: [i16; ORDER + 1],
    format: i32,
}

impl ReferenceFilter {
    /// Of a filter, Q12.
    pub fn new(lpc: &Lpc) -> Self {
        let sum = |lag: usize| lpc.iter().zip(&lpc[lag..]).fold(0, |sum, (&a, &b)| mac(sum, a, b));
        let format = norm(sum(0));
        Self { lags: std::array::from_fn(|lag| round(shl(sum(lag), format))), format }
    }

    /// Σ Ra(i)·R(i), with the shifts that it took to fit.
    fn energy_through(&self, of: &Correlations) -> (i32, i32) {
        let mut shifts = [0, 0];
        loop {
            let scaled = self.lags.iter().zip(&of.lags).map(|(&a, &b)| (shr16(a, shifts[0]), shr16(b, shifts[1])));
            let mut sum = Some(0i32);
            for (i, (a, b)) in scaled.enumerate() {
                let fits = !(a == i16::MIN && b == i16::MIN);
                let term = if i == 0 { product(a, b) >> 1 } else { product(a, b) };
                sum = sum.filter(|_| fits).and_then(|sum| sum.checked_add(term));
            }
            if let Some(sum) = sum {
                return (sum, shifts[0] + shifts[1]);
            }
            // The signal's correlation first, then in turns.
            let which = usize::from(shifts[0] == shifts[1]);
            shifts[which] += 1;
        }
    }

    /// Whether the signal with these correlations, whose own filter leaves `residual`, is another one than this filter's
    /// by more than 1 + `tolerance` (Q15), equation (B.12).
    pub fn differs(&self, of: &Correlations, residual: i16, tolerance: i16) -> bool {
        let (through, shifts) = self.energy_through(of);
        let allowed = i32::from(short_round(residual, tolerance)) + i32::from(residual);
        through.saturating_sub(shl(allowed, self.format + 9 - shifts)) > 0
    }
}
