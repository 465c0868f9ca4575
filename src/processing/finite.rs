//! Real-time: whether a block holds only finite samples: a NaN never leaves a stage.

use multiversion::multiversion;

/// Bits of an f32 without its sign, from which on it is infinite or NaN.
const NOT_FINITE: u32 = 0x7f80_0000;

/// Whether all samples are finite.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(crate) fn all_finite(samples: &[f32]) -> bool {
    // The greatest magnitude as an integer: no early exit, so that whole vectors are compared.
    samples.iter().fold(0, |most: u32, s| most.max(s.to_bits() & 0x7fff_ffff)) < NOT_FINITE
}
