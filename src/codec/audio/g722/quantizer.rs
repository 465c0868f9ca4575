//! Real-time: block 1: the adaptive quantizers of both bands (QUANTL, QUANTH; clauses 6.2.1.1, 6.2.2.1; tables 14, 16).
//!
//! The Recommendation finds the interval of the lower band's difference by comparing it with each decision level
//! times the scale factor. Here the difference is divided by the scale factor once (exactly, by a reciprocal) and the
//! quotient looked up: WD >= floor(Q·DETL / 4096) holds for just those Q that are <= floor((4096·(WD+1) - 1) / DETL).

use super::scale_factor::{LowScale, RECIPROCAL_BITS};

/// Q6: decision levels of the lower band for a scale factor of 4096.
#[rustfmt::skip]
const Q6: [u16; 29] = [
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714,
    786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
];
const Q6_LAST: usize = 2919;
/// Q2: decision level of the higher band for a scale factor of 4096.
const Q2: i32 = 564;

/// IL by quotient and sign: at 2q for differences >= 0, at 2q + 1 for the others.
static IL: [u8; 2 * (Q6_LAST + 1)] = codes();

const fn codes() -> [u8; 2 * (Q6_LAST + 1)] {
    let mut table = [0; 2 * (Q6_LAST + 1)];
    let (mut quotient, mut mil) = (0, 1);
    while quotient <= Q6_LAST {
        if mil <= Q6.len() as u8 && quotient == Q6[mil as usize - 1] as usize {
            mil += 1;
        }
        table[2 * quotient] = 62 - mil;
        table[2 * quotient + 1] = if mil < 3 { 64 - mil } else { 34 - mil };
        quotient += 1;
    }
    table
}

/// Magnitude of the Recommendation: one's complement for negative values. 0..=32767.
#[inline(always)]
fn magnitude(difference: i32) -> i32 {
    difference ^ (difference >> 31)
}

/// QUANTL: the code IL of the difference EL (16 bits).
#[inline(always)]
pub(super) fn quantl(el: i32, scale: &LowScale) -> u8 {
    let wd = magnitude(el) as u32 & 0x7FFF;
    // The dividend is below 2^27 and the divisor within 32..=16384: with a reciprocal of 42 bits the quotient is exact
    // (the error stays under 2^27 · 2^14 / 2^42 of the last place) and the product fits 64 bits.
    let dividend = u64::from((wd << 12) + 4095);
    let quotient = ((dividend * scale.reciprocal()) >> RECIPROCAL_BITS) as usize;
    IL[2 * quotient.min(Q6_LAST) + usize::from(el < 0)]
}

/// QUANTH: the code IH of the difference EH (16 bits).
#[inline(always)]
pub(super) fn quanth(eh: i32, deth: i32) -> u8 {
    let outer = magnitude(eh) >= (Q2 * deth) >> 12;
    (if eh < 0 { 1 } else { 3 }) - u8::from(outer)
}

#[cfg(test)]
mod tests;
