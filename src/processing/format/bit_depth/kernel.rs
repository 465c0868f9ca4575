//! Real-time: the loops of the sample formats.
//!
//! Element by element in the same arithmetic everywhere, so that every instruction set gives the same octets.

use multiversion::multiversion;

/// Samples that are quantized at a time.
pub(super) const CHUNK: usize = 96;

/// Reads every `channels`-th sample of `N` octets.
#[inline(always)]
pub(super) fn read<const N: usize>(octets: &[u8], channels: usize, plane: &mut [f32], value: impl Fn([u8; N]) -> f32) {
    let samples = octets.as_chunks::<N>().0.iter().step_by(channels);
    plane.iter_mut().zip(samples).for_each(|(sample, &octets)| *sample = value(octets));
}

/// Writes every `channels`-th sample of `N` octets.
#[inline(always)]
pub(super) fn write<const N: usize>(values: impl Iterator<Item = [u8; N]>, channels: usize, octets: &mut [u8]) {
    let slots = octets.as_chunks_mut::<N>().0.iter_mut().step_by(channels);
    slots.zip(values).for_each(|(slot, value)| *slot = value);
}

/// The nearest integers of `bits` bits; with dither, drawn from sample numbers from `dither` on.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn quantize(pcm: &[f32], bits: u32, dither: Option<u32>, values: &mut [i32]) {
    quantize_portable(pcm, bits, dither, values);
}

#[inline(always)]
pub(super) fn quantize_portable(pcm: &[f32], bits: u32, dither: Option<u32>, values: &mut [i32]) {
    let full = (1i64 << (bits - 1)) as f64;
    match dither {
        None => values.iter_mut().zip(pcm).for_each(|(value, &x)| *value = nearest(f64::from(x) * full, full)),
        Some(first) => {
            for ((value, &x), n) in values.iter_mut().zip(pcm).zip(0u32..) {
                *value = nearest(f64::from(x) * full + triangular(first.wrapping_add(n)), full);
            }
        }
    }
}

/// The nearest integer (ties to even) within -full..=full - 1; NaN is 0.
#[inline(always)]
fn nearest(scaled: f64, full: f64) -> i32 {
    // 1.5 · 2^52: at this magnitude the last place of an f64 is 1, so that the addition rounds to an integer, whose
    // two's complement then stands in the last 32 bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let scaled = if scaled.is_nan() { 0.0 } else { scaled.clamp(-full, full - 1.0) };
    (scaled + ROUND).to_bits() as i32
}

/// Noise of triangular density within ±1: the difference of two even ones, the halves of a hash of the sample's number
/// (`lowbias32` of C. Wellons). A hash, not a sequence, so that neighbours can be drawn at once.
#[inline(always)]
fn triangular(number: u32) -> f64 {
    let mut hash = number;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x7FEB_352D);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x846C_A68B);
    hash ^= hash >> 16;
    f64::from((hash >> 16) as i32 - (hash & 0xFFFF) as i32) / 65_536.0
}
