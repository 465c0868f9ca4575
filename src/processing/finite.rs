//! Real-time: what is not a number: found in a block, and kept out of what remembers: a NaN never leaves a stage.

use multiversion::multiversion;

/// Bits of an f32 without its sign, from which on it is infinite or NaN.
const NOT_FINITE: u32 = 0x7f80_0000;
/// Far beyond full scale; keeps sums and squares finite.
const ABSURD: f32 = 1e4;

/// Whether all samples are finite.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn all_finite(samples: &[f32]) -> bool {
    // The greatest magnitude as an integer: no early exit, so that whole vectors are compared.
    samples.iter().fold(0, |most: u32, s| most.max(s.to_bits() & 0x7fff_ffff)) < NOT_FINITE
}

/// `x`, or 0 where it is not finite.
#[inline(always)]
pub(crate) fn or_zero(x: f32) -> f32 {
    if x.is_finite() { x } else { 0.0 }
}

/// `x` within ±`limit`, or 0 where it is not finite.
#[inline(always)]
pub(crate) fn bounded(x: f32, limit: f32) -> f32 {
    if x.is_finite() { x.clamp(-limit, limit) } else { 0.0 }
}

/// Samples as [`bounded`] has them.
pub(crate) fn copy_bounded<'a>(from: &[f32], to: impl IntoIterator<Item = &'a mut f32>, limit: f32) {
    to.into_iter().zip(from).for_each(|(to, &x)| *to = bounded(x, limit));
}

/// In place: what is not finite becomes 0, what is absurd is cut at 10^4.
pub(crate) fn scrub(block: &mut [f32]) {
    block.iter_mut().for_each(|x| *x = bounded(*x, ABSURD));
}
