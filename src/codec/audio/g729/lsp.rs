//! Real-time: line spectral pairs (cosines, Q15), their frequencies, and back to predictors; clauses 3.2.4 to 3.2.6.

use super::arith::{Split, msu, product, round, shl, shl16, short, shr_round};
use super::tables::{ARCCOSINE_SLOPE, COSINE, COSINE_SLOPE};
use super::{Lpc, Lsf, Lsp, ORDER};

/// Steps of the cosine's table.
const STEPS: usize = 64;

/// π/2 · 2^14: from a share of half a circle to radians.
const TO_RADIANS: i16 = 25_736;
/// The inverse, Q17.
const FROM_RADIANS: i16 = 20_861;

/// Frequencies in radians, Q13.
pub fn to_frequencies(pairs: &Lsp) -> Lsf {
    let mut step = STEPS - 1;
    let mut frequencies = [0; ORDER];
    for (frequency, &pair) in frequencies.iter_mut().zip(pairs).rev() {
        while step > 0 && COSINE[step] < pair {
            step -= 1;
        }
        let above = pair.saturating_sub(COSINE[step]);
        let within = (product(ARCCOSINE_SLOPE[step], above) >> 12) as i16;
        *frequency = short(shl16(step as i16, 9).saturating_add(within), TO_RADIANS);
    }
    frequencies
}

/// Frequencies as shares of the sampling rate, Q15, as the voice activity detector wants them.
pub fn to_normalized_frequencies(pairs: &Lsp) -> Lsf {
    let mut step = STEPS - 1;
    let mut frequencies = [0; ORDER];
    for (frequency, &pair) in frequencies.iter_mut().zip(pairs).rev() {
        while step > 0 && COSINE[step] < pair {
            step -= 1;
        }
        let within = round(shl(product(pair.saturating_sub(COSINE[step]), ARCCOSINE_SLOPE[step]), 3));
        *frequency = within.saturating_add(shl16(step as i16, 8));
    }
    frequencies
}

/// Pairs of frequencies in radians (Q13).
pub fn from_frequencies(frequencies: &Lsf) -> Lsp {
    frequencies.map(|frequency| {
        let share = short(frequency, FROM_RADIANS);
        let step = (share >> 8).clamp(0, STEPS as i16 - 1) as usize;
        let within = product(COSINE_SLOPE[step], share & 0xFF) >> 13;
        COSINE[step].saturating_add(within as i16)
    })
}

/// Coefficients 0 to 5 of Π (1 − 2 qᵢ z⁻¹ + z⁻²) over five pairs, Q24.
fn polynomial(mut pairs: impl Iterator<Item = i16>) -> [i32; 6] {
    let mut f = [0i32; 6];
    f[0] = 1 << 24;
    f[1] = msu(0, pairs.next().unwrap_or(0), 512);
    for (pair, degree) in pairs.zip(2..6) {
        // The polynomial is symmetric: beyond the middle stands what stands before it.
        f[degree] = f[degree - 2];
        // From the highest coefficient downwards, so that each still finds its neighbours of the degree below.
        for i in (2..=degree).rev() {
            let cross = shl(Split::new(f[i - 1]).times(pair), 1);
            f[i] = f[i].saturating_add(f[i - 2]).saturating_sub(cross);
        }
        f[1] = msu(f[1], pair, 512);
    }
    f
}

/// A(z) of pairs, Q12.
pub fn to_predictor(pairs: &Lsp) -> Lpc {
    let mut sum = polynomial(pairs.iter().copied().step_by(2));
    let mut difference = polynomial(pairs.iter().copied().skip(1).step_by(2));
    for i in (1..6).rev() {
        sum[i] = sum[i].saturating_add(sum[i - 1]);
        difference[i] = difference[i].saturating_sub(difference[i - 1]);
    }
    let mut lpc = [0; ORDER + 1];
    lpc[0] = 4_096;
    for i in 1..6 {
        lpc[i] = shr_round(sum[i].saturating_add(difference[i]), 13) as i16;
        lpc[ORDER + 1 - i] = shr_round(sum[i].saturating_sub(difference[i]), 13) as i16;
    }
    lpc
}

/// Predictors of both subframes: half-way from the last frame's pairs, and the present ones. Clause 3.2.5.
pub fn interpolate(last: &Lsp, present: &Lsp) -> [Lpc; 2] {
    let middle: Lsp = std::array::from_fn(|i| (present[i] >> 1).saturating_add(last[i] >> 1));
    [to_predictor(&middle), to_predictor(present)]
}
