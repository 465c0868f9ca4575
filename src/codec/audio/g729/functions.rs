//! Real-time: powers of two, logarithms and square roots, by table and linear interpolation.

use super::arith::{norm, product, shl, shr_round, upper, widen};
use super::tables::{INVERSE_ROOT, LOGARITHM, POWER};

/// The entry and how far it is to the next, in 15 bits; the entry is in the upper word.
#[inline(always)]
fn interpolate(table: &[i16], index: usize, position: i16) -> i32 {
    let Some(&[entry, next]) = table.get(index..index + 2) else { return 0 };
    widen(entry).saturating_sub(product(entry.saturating_sub(next), position))
}

/// 2 to the power of `exponent` and a Q15 fraction, rounded to an integer.
pub fn power_of_two(exponent: i32, fraction: i16) -> i32 {
    let index = (fraction >> 10) & 0x1F;
    let position = (fraction & 0x3FF) << 5;
    shr_round(interpolate(&POWER, index as usize, position), 30 - exponent)
}

/// Logarithm to base 2: integer part and Q15 fraction; both 0 for what is not positive.
pub fn log2(value: i32) -> (i16, i16) {
    if value <= 0 {
        return (0, 0);
    }
    let count = norm(value);
    let normal = value << count;
    let index = (normal >> 25) - 32;
    let position = ((normal >> 10) & 0x7FFF) as i16;
    ((30 - count) as i16, upper(interpolate(&LOGARITHM, index as usize, position)))
}

/// 1/√x of an integer in Q30; 1 for what is not positive.
pub fn inverse_root(value: i32) -> i32 {
    if value <= 0 {
        return 0x3FFF_FFFF;
    }
    let count = norm(value);
    let exponent = 30 - count;
    let normal = shl(value, count) >> u32::from(exponent & 1 == 0);
    let index = (normal >> 25) - 16;
    let position = ((normal >> 10) & 0x7FFF) as i16;
    interpolate(&INVERSE_ROOT, index as usize, position) >> (exponent / 2 + 1)
}

/// √(x/2), truncated, 14 bits.
pub fn half_root(value: i32) -> i16 {
    let mut root = 0;
    for bit in (1..15).rev() {
        let trial = root + (1 << bit);
        if value >= product(trial, trial) {
            root = trial;
        }
    }
    root
}
