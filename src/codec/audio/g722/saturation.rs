//! Real-time: where the Recommendation's arithmetic saturates.

/// The 16-bit saturation of the Recommendation's arithmetic.
#[inline(always)]
pub(super) fn saturate(value: i32) -> i32 {
    value.clamp(-32_768, 32_767)
}

/// LIMIT of block 6: a sub-band's output has 15 bits.
#[inline(always)]
pub(super) fn limit(value: i32) -> i32 {
    value.clamp(-16_384, 16_383)
}
