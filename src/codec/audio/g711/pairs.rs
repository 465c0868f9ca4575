//! Real-time: A-law encoding for processors that blend halves of words in one step (AVX2): an eighth faster there than
//! `kernel::encode`, slower elsewhere.
//!
//! Two things differ from there. Two samples share a 32-bit word between the stages, each with its upper half: that takes a
//! shift and a blend, where packing takes shuffles. And the greater of 2·m and m + 256 is found among 16-bit words, where
//! it costs half.

use super::kernel::{self, CODE_SHIFT_HALF, ROUNDER, STEP, greater, saturated};
use bytemuck::Pod;

/// Encodes A-law in groups of 32 and 16; both slices are of one length.
#[inline(always)]
pub(super) fn encode_a(pcm: &[f32], codes: &mut [u8]) {
    let (pcm, pcm_rest) = pcm.as_chunks::<32>();
    let (codes, codes_rest) = codes.as_chunks_mut::<32>();
    for (x, y) in pcm.iter().zip(codes) {
        group::<16, 32>(x, y);
    }
    let (pcm, pcm_rest) = pcm_rest.as_chunks::<16>();
    let (codes, codes_rest) = codes_rest.as_chunks_mut::<16>();
    if let ([x, ..], [y, ..]) = (pcm, codes) {
        group::<8, 16>(x, y);
    }
    for (x, y) in pcm_rest.iter().zip(codes_rest) {
        *y = kernel::a_code(kernel::a_cut(*x));
    }
}

/// N samples; sample i is paired with sample i + H, where H is half of N.
#[inline(always)]
fn group<const H: usize, const N: usize>(pcm: &[f32; N], codes: &mut [u8; N])
where
    [u32; H]: Pod,
    [u16; N]: Pod,
{
    /// Where the first of a pair stands.
    const FIRST: usize = cfg!(target_endian = "big") as usize;
    let (mut m, mut linear, mut negative) = ([0; N], [0; N], [0; N]);
    for i in 0..N {
        (m[i], linear[i], negative[i]) = cut(pcm[i]);
    }
    let pairs = |words: [u32; N]| {
        let mut pairs = [0; H];
        for i in 0..H {
            pairs[i] = words[i] >> 16 | words[i + H] & 0xffff_0000;
        }
        bytemuck::cast::<[u32; H], [u16; N]>(pairs)
    };
    let (m, linear, negative) = (pairs(m), pairs(linear), pairs(negative));
    let mut coded = [0; N];
    for i in 0..N {
        coded[i] = code(m[i], linear[i], negative[i]);
    }
    for i in 0..H {
        codes[i] = coded[2 * i + FIRST];
        codes[i + H] = coded[2 * i + 1 - FIRST];
    }
}

/// m; m + 256, for the part under m = 256, where the law is linear; all ones where the sample is negative.
#[inline(always)]
fn cut(x: f32) -> (u32, u32, u32) {
    let shifted = x + ROUNDER;
    let m = greater(shifted - ROUNDER, (ROUNDER - STEP) - shifted);
    // 256, for m = 0, replaces NaN.
    let linear = greater(m + 256.0 * STEP, 256.0 * STEP);
    (m.to_bits(), linear.to_bits(), if shifted < ROUNDER { u32::MAX } else { 0 })
}

/// The A-law code of upper halves. One more in the exponent is 2·m; as signed words, infinity and NaN with one more are
/// less than any m + 256.
#[inline(always)]
fn code(m: u16, linear: u16, negative: u16) -> u8 {
    let twice = (m as i16).wrapping_add(1 << (23 - 16));
    let field = saturated(twice.max(linear as i16) as u16, 65_534.0 * STEP) >> CODE_SHIFT_HALF;
    ((field & 0x7f) ^ 0xd5 ^ (negative & 0x80)) as u8
}
