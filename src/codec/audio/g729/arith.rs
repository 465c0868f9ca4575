//! Real-time: the 16- and 32-bit fractional arithmetic of G.729: what saturates, what truncates, what rounds.
//!
//! Qn is an integer with n fractional bits. A *product* of two 16-bit values has one fractional bit more than both
//! together, so that Q15 · Q15 is Q31. Shift counts may be negative: the shift then goes the other way.

/// Twice the product; −1 · −1 saturates.
#[inline(always)]
pub fn product(a: i16, b: i16) -> i32 {
    (i32::from(a) * i32::from(b)).saturating_mul(2)
}

/// Adds a product.
#[inline(always)]
pub fn mac(sum: i32, a: i16, b: i16) -> i32 {
    sum.saturating_add(product(a, b))
}

/// Subtracts a product.
#[inline(always)]
pub fn msu(sum: i32, a: i16, b: i16) -> i32 {
    sum.saturating_sub(product(a, b))
}

/// Q15 · Q15 in Q15, truncated.
#[inline(always)]
pub fn short(a: i16, b: i16) -> i16 {
    clamp16((i32::from(a) * i32::from(b)) >> 15)
}

/// Q15 · Q15 in Q15, rounded.
#[inline(always)]
pub fn short_round(a: i16, b: i16) -> i16 {
    clamp16((i32::from(a) * i32::from(b) + 0x4000) >> 15)
}

/// To 16 bits, saturating.
#[inline(always)]
pub fn clamp16(value: i32) -> i16 {
    value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

/// The upper 16 bits.
#[inline(always)]
pub const fn upper(value: i32) -> i16 {
    (value >> 16) as i16
}

/// The upper 16 bits, rounded.
#[inline(always)]
pub const fn round(value: i32) -> i16 {
    upper(value.saturating_add(0x8000))
}

/// A 16-bit value as the upper half of 32 bits.
#[inline(always)]
pub const fn widen(value: i16) -> i32 {
    (value as i32) << 16
}

/// 32 bits to the left, saturating.
#[inline(always)]
pub fn shl(value: i32, count: i32) -> i32 {
    if count <= 0 {
        return value >> (-count).min(31);
    }
    // Beyond 31 only zero stays what it is.
    (i64::from(value) << count.min(32)).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

/// 32 bits to the right.
#[inline(always)]
pub fn shr(value: i32, count: i32) -> i32 {
    shl(value, -count)
}

/// 32 bits to the right, rounded by the last bit that goes.
#[inline(always)]
pub fn shr_round(value: i32, count: i32) -> i32 {
    match count {
        32.. => 0,
        1..32 => (value >> count.min(31)) + ((value >> (count - 1)) & 1),
        _ => shl(value, -count),
    }
}

/// 16 bits to the left, saturating.
#[inline(always)]
pub fn shl16(value: i16, count: i32) -> i16 {
    if count <= 0 { value >> (-count).min(15) } else { clamp16(i32::from(value) << count.min(16)) }
}

/// 16 bits to the right.
#[inline(always)]
pub fn shr16(value: i16, count: i32) -> i16 {
    shl16(value, -count)
}

/// 16 bits to the right, rounded by the last bit that goes.
#[inline(always)]
pub fn shr16_round(value: i16, count: i32) -> i16 {
    match count {
        16.. => 0,
        1..16 => (value >> count.min(15)) + ((value >> (count - 1)) & 1),
        _ => shl16(value, -count),
    }
}

/// How far 32 bits can be shifted to the left without changing the sign; 0 for zero.
#[inline(always)]
pub const fn norm(value: i32) -> i32 {
    let magnitude = value ^ (value >> 31);
    if value == 0 { 0 } else { magnitude.leading_zeros() as i32 - 1 }
}

/// The same for 16 bits.
#[inline(always)]
pub const fn norm16(value: i16) -> i32 {
    let magnitude = value ^ (value >> 15);
    if value == 0 { 0 } else { magnitude.leading_zeros() as i32 - 1 }
}

/// `a / b` in Q15, truncated. Total: 1 where `a ≥ b`, 0 where `a ≤ 0`; the codec's own arguments are in range.
#[inline(always)]
pub fn fraction(a: i16, b: i16) -> i16 {
    if a <= 0 {
        0
    } else if a >= b {
        i16::MAX
    } else {
        ((i32::from(a) << 15) / i32::from(b)) as i16
    }
}

/// The magnitude; that of −1 saturates.
#[inline(always)]
pub const fn abs16(value: i16) -> i16 {
    value.saturating_abs()
}

/// The codec's generator of pseudo-random numbers, equation (96).
#[inline(always)]
pub fn random(seed: &mut i16) -> i16 {
    *seed = (i32::from(*seed) * 31_821 + 13_849) as i16;
    *seed
}

/// A value of 32 bits as its upper word and the 15 bits below, which lets it be multiplied in steps of 16 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Split {
    /// Bits 31 to 16.
    pub high: i16,
    /// Bits 15 to 1.
    pub low: i16,
}

impl Split {
    /// Parts a value.
    #[inline(always)]
    pub const fn new(value: i32) -> Self {
        Self { high: upper(value), low: ((value & 0xFFFF) >> 1) as i16 }
    }

    /// The value.
    #[inline(always)]
    pub fn join(self) -> i32 {
        widen(self.high).saturating_add(2 * i32::from(self.low))
    }

    /// Times a Q15 value.
    #[inline(always)]
    pub fn times(self, factor: i16) -> i32 {
        mac(product(self.high, factor), short(self.low, factor), 1)
    }

    /// Times a Q31 value.
    #[inline(always)]
    pub fn times_split(self, other: Self) -> i32 {
        let sum = mac(product(self.high, other.high), short(self.high, other.low), 1);
        mac(sum, short(self.low, other.high), 1)
    }

    /// `numerator / self` in Q31; `self` is normalized, the numerator smaller.
    pub fn divide(self, numerator: i32) -> i32 {
        let estimate = fraction(0x3FFF, self.high);
        let inverse = Self::new(i32::MAX.saturating_sub(self.times(estimate))).times(estimate);
        shl(Self::new(numerator).times_split(Self::new(inverse)), 2)
    }
}
