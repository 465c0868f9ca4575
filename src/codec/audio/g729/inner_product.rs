//! Real-time: inner products. Where no partial sum can leave 32 bits the order of saturation is of no consequence, and the
//! sum is taken at once.

use super::arith::mac;

/// Σ x².
#[inline]
pub fn energy(x: &[i16]) -> i64 {
    x.iter().map(|&x| i64::from(i32::from(x) * i32::from(x))).sum()
}

/// Whether no part of the inner product of vectors of these energies, doubled and from a start of 0 or 1, can leave 32
/// bits: by Cauchy and Schwarz.
#[inline]
pub const fn is_bounded(energy: i64, other: i64) -> bool {
    energy.saturating_mul(other) < 1 << 60
}

/// 2·Σ a·b from a start of 0 or 1, saturating at each step in the order of the index; `bounded`: none does.
#[inline]
pub fn dot(start: i32, a: &[i16], b: &[i16], bounded: bool) -> i32 {
    let pairs = a.iter().zip(b);
    if bounded {
        start + 2 * pairs.map(|(&a, &b)| i32::from(a) * i32::from(b)).sum::<i32>()
    } else {
        pairs.fold(start, |sum, (&a, &b)| mac(sum, a, b))
    }
}

/// [`dot`] of vectors of which nothing is known.
#[inline]
pub fn correlate(start: i32, a: &[i16], b: &[i16]) -> i32 {
    dot(start, a, b, is_bounded(energy(a), energy(b)))
}

/// 2·Σ x² from a start that is not negative. Such a sum only rises, so that it saturates as a whole.
#[inline]
pub fn square(start: i32, x: &[i16]) -> i32 {
    (i64::from(start) + 2 * energy(x)).min(i32::MAX.into()) as i32
}
