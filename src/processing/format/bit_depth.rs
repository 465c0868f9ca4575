//! Real-time: sample formats.

/// The nearest 16-bit value of a sample (1.0 = 32768); saturates, NaN is 0.
#[inline(always)]
pub fn f32_to_i16(sample: f32) -> i16 {
    // 1.5 · 2^23: at this magnitude the last place of an f32 is 1, so that the addition rounds to an integer (ties to
    // even), whose two's complement then stands in the last 16 bits. Plain vector instructions everywhere.
    const ROUND: f32 = 12_582_912.0;
    let scaled = if sample.is_nan() { 0.0 } else { (sample * 32_768.0).clamp(-32_768.0, 32_767.0) };
    (scaled + ROUND).to_bits() as i16
}

/// A 16-bit value as a sample, exactly.
#[inline(always)]
pub fn i16_to_f32(value: i16) -> f32 {
    f32::from(value) * (1.0 / 32_768.0)
}
