//! Real-time: from a predictor to its line spectral pairs, clause 3.2.3: roots of the sum and difference polynomials by
//! Chebyshev series on a grid.

use super::arith::{Split, mac, msu, norm16, product, shl, shl16, shr, upper};
use super::arith::{abs16, fraction};
use super::tables::GRID;
use super::{Lpc, Lsp, ORDER};

const HALF: usize = ORDER / 2;

/// Five coefficients after the leading 1 of a symmetric polynomial.
type Coefficients = [i16; HALF];

/// Both polynomials, in Q11, or where that is too narrow in Q10.
struct Polynomials {
    sum: Coefficients,
    difference: Coefficients,
    /// Fractional bits that are missing to Q11.
    missing: u32,
}

impl Polynomials {
    fn new(lpc: &Lpc) -> Self {
        Self::scaled(lpc, 0).unwrap_or_else(|| {
            let narrow = Self::scaled(lpc, 1);
            narrow.unwrap_or(Self { sum: [0; HALF], difference: [0; HALF], missing: 1 })
        })
    }

    /// `None` if a coefficient does not fit; in Q10 they saturate.
    fn scaled(lpc: &Lpc, missing: u32) -> Option<Self> {
        let one = 2_048i16 >> missing;
        let weight = 16_384 >> missing;
        let (mut sum, mut difference) = ([0; HALF], [0; HALF]);
        let (mut last_sum, mut last_difference) = (one, one);
        for i in 0..HALF {
            let (near, far) = (lpc[i + 1], lpc[ORDER - i]);
            let (plus, minus) =
                (upper(mac(product(near, weight), far, weight)), upper(msu(product(near, weight), far, weight)));
            if missing == 0 {
                last_sum = plus.checked_sub(last_sum)?;
                last_difference = minus.checked_add(last_difference)?;
            } else {
                last_sum = plus.saturating_sub(last_sum);
                last_difference = minus.saturating_add(last_difference);
            }
            (sum[i], difference[i]) = (last_sum, last_difference);
        }
        Some(Self { sum, difference, missing })
    }

    /// Value of a polynomial at a cosine (Q15), in Q14, saturated.
    fn at(&self, x: i16, which: bool) -> i16 {
        let coefficients = if which { &self.difference } else { &self.sum };
        let mut second = Split { high: 256 >> self.missing, low: 0 };
        let mut first = Split::new(mac(product(x, 512 >> self.missing), coefficients[0], 4_096));
        for &coefficient in &coefficients[1..HALF - 1] {
            let doubled = shl(first.times(x), 1);
            let next = mac(msu(mac(doubled, second.high, i16::MIN), second.low, 1), coefficient, 4_096);
            (second, first) = (first, Split::new(next));
        }
        let value = msu(mac(first.times(x), second.high, i16::MIN), second.low, 1);
        upper(shl(mac(value, coefficients[HALF - 1], 2_048), 6 + self.missing as i32))
    }
}

/// Where the line between two points crosses zero.
fn crossing(low: (i16, i16), high: (i16, i16)) -> i16 {
    let (width, rise) = (high.0.saturating_sub(low.0), high.1.saturating_sub(low.1));
    if rise == 0 {
        return low.0;
    }
    let magnitude = abs16(rise);
    let count = norm16(magnitude);
    let inverse = fraction(16_383, shl16(magnitude, count));
    let slope = shr(product(width, inverse), 20 - count) as i16;
    let slope = if rise < 0 { slope.saturating_neg() } else { slope };
    low.0.saturating_sub((product(low.1, slope) >> 11) as i16)
}

/// Line spectral pairs (cosines, Q15, falling); `None` if not all ten roots are found.
pub fn from_predictor(lpc: &Lpc) -> Option<Lsp> {
    let polynomials = Polynomials::new(lpc);
    let mut pairs = [0; ORDER];
    let mut found = 0;
    let mut which = false;
    let mut low = (GRID[0], polynomials.at(GRID[0], which));
    for &x in &GRID[1..] {
        let mut high = low;
        low = (x, polynomials.at(x, which));
        if product(low.1, high.1) > 0 {
            continue;
        }
        for _ in 0..2 {
            let x = (low.0 >> 1).saturating_add(high.0 >> 1);
            let middle = (x, polynomials.at(x, which));
            *(if product(low.1, middle.1) <= 0 { &mut high } else { &mut low }) = middle;
        }
        let root = crossing(low, high);
        pairs[found] = root;
        found += 1;
        if found == ORDER {
            return Some(pairs);
        }
        which = !which;
        low = (root, polynomials.at(root, which));
    }
    None
}
