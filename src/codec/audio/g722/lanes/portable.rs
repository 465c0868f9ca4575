//! Real-time: eight 16-bit lanes as an array.

/// Eight 16-bit lanes.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Lanes([i16; 8]);

impl Lanes {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(i16, i16) -> i16) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }

    /// All lanes the same.
    #[inline(always)]
    pub(in super::super) fn splat(value: i16) -> Self {
        Self([value; 8])
    }

    /// Moves lanes 0..=4 up by one, sets lane 0, clears the last two.
    #[inline(always)]
    pub(in super::super) fn shifted_in(self, value: i16) -> Self {
        let [a, b, c, d, e, ..] = self.0;
        Self([value, a, b, c, d, e, 0, 0])
    }

    /// The sum, which wraps.
    #[inline(always)]
    pub(in super::super) fn add(self, other: Self) -> Self {
        self.zip(other, i16::wrapping_add)
    }

    /// ±128: negative where the signs of `self` and `other` differ; 0 where `self` is 0.
    #[inline(always)]
    pub(in super::super) fn signed_128(self, other: Self) -> Self {
        self.zip(other, |a, b| i16::from(a != 0) * (128 - (((a ^ b) >> 15) & 256)))
    }

    /// The products' upper 16 bits.
    #[inline(always)]
    pub(in super::super) fn mul_high(self, other: Self) -> Self {
        self.zip(other, |a, b| ((i32::from(a) * i32::from(b)) >> 16) as i16)
    }

    /// The products divided by 2^15, rounded down; must fit 16 bits.
    #[inline(always)]
    pub(in super::super) fn mul_q15(self, other: Self) -> Self {
        self.zip(other, |a, b| ((i32::from(a) * i32::from(b)) >> 15) as i16)
    }

    /// Whether a lane is beyond ±`bound` (lanes and bound together within 16 bits).
    #[inline(always)]
    pub(in super::super) fn any_beyond(self, bound: i16) -> bool {
        self.0.iter().any(|&lane| !(-bound..=bound).contains(&lane))
    }

    /// The exact sum of the lanes.
    #[inline(always)]
    pub(in super::super) fn sum(self) -> i32 {
        self.0.iter().map(|&lane| i32::from(lane)).sum()
    }

    /// The lanes, first to last.
    #[inline(always)]
    pub(in super::super) fn to_array(self) -> [i16; 8] {
        self.0
    }
}

#[cfg(test)]
impl From<[i16; 8]> for Lanes {
    fn from(lanes: [i16; 8]) -> Self {
        Self(lanes)
    }
}
