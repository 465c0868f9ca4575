//! Real-time: eight 16-bit lanes in an SSE2 register. What each operation means stands in `portable`.

use std::arch::x86_64::*;

/// Eight 16-bit lanes.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Lanes(__m128i);

/// Runs register-only instructions of SSE2.
macro_rules! sse2 {
    ($operation:expr) => {
        // SAFETY: SSE2 is part of every x86-64 (this module exists only there), and none of these touches memory.
        unsafe { $operation }
    };
}

impl Lanes {
    #[inline(always)]
    pub(in super::super) fn splat(value: i16) -> Self {
        Self(sse2!(_mm_set1_epi16(value)))
    }

    #[inline(always)]
    pub(in super::super) fn shifted_in(self, value: i16) -> Self {
        let six = sse2!(_mm_set_epi16(0, 0, -1, -1, -1, -1, -1, -1));
        Self(sse2!(_mm_insert_epi16::<0>(_mm_and_si128(_mm_slli_si128::<2>(self.0), six), value.into())))
    }

    #[inline(always)]
    pub(in super::super) fn add(self, other: Self) -> Self {
        Self(sse2!(_mm_add_epi16(self.0, other.0)))
    }

    #[inline(always)]
    pub(in super::super) fn signed_128(self, other: Self) -> Self {
        let zero = sse2!(_mm_cmpeq_epi16(self.0, _mm_setzero_si128()));
        let step = sse2!(_mm_andnot_si128(zero, _mm_set1_epi16(128)));
        let differ = sse2!(_mm_srai_epi16::<15>(_mm_xor_si128(self.0, other.0)));
        Self(sse2!(_mm_sub_epi16(_mm_xor_si128(step, differ), differ)))
    }

    #[inline(always)]
    pub(in super::super) fn mul_high(self, other: Self) -> Self {
        Self(sse2!(_mm_mulhi_epi16(self.0, other.0)))
    }

    #[inline(always)]
    pub(in super::super) fn mul_q15(self, other: Self) -> Self {
        let (high, low) = sse2!((_mm_mulhi_epi16(self.0, other.0), _mm_mullo_epi16(self.0, other.0)));
        // The saturating addition keeps the compiler from rewriting the doubling into something longer.
        Self(sse2!(_mm_add_epi16(_mm_adds_epi16(high, high), _mm_srli_epi16::<15>(low))))
    }

    #[inline(always)]
    pub(in super::super) fn any_beyond(self, bound: i16) -> bool {
        // As unsigned numbers, lanes in -bound..=bound move to 0..=2·bound and all others above.
        let shifted = sse2!(_mm_add_epi16(self.0, _mm_set1_epi16(bound)));
        let excess = sse2!(_mm_subs_epu16(shifted, _mm_set1_epi16(2 * bound)));
        sse2!(_mm_movemask_epi8(_mm_cmpeq_epi16(excess, _mm_setzero_si128()))) != 0xFFFF
    }

    #[inline(always)]
    pub(in super::super) fn sum(self) -> i32 {
        let pairs = sse2!(_mm_madd_epi16(self.0, _mm_set1_epi16(1)));
        let halves = sse2!(_mm_add_epi32(pairs, _mm_shuffle_epi32::<0b01_00_11_10>(pairs)));
        sse2!(_mm_cvtsi128_si32(_mm_add_epi32(halves, _mm_shuffle_epi32::<0b10_11_00_01>(halves))))
    }

    #[inline(always)]
    pub(in super::super) fn to_array(self) -> [i16; 8] {
        bytemuck::cast(self.0)
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self::splat(0)
    }
}

#[cfg(test)]
impl From<[i16; 8]> for Lanes {
    fn from(lanes: [i16; 8]) -> Self {
        Self(bytemuck::cast(lanes))
    }
}
