//! Real-time: the arithmetic of G.711.
//!
//! A G.711 code is a small floating-point number: a sign, three bits of exponent, four of mantissa. An f32 holds the
//! same three fields, so a code is cut out of an f32's bits, and an f32 put together from a code's, without tables or
//! branches: the compiler makes vector instructions of it. Samples go through `*_cut` (32-bit lanes) and `*_code` (16-bit
//! lanes) to octets; octets through `sample_from_*` back.
//!
//! In comments `m` is the magnitude in 16-bit steps that a law works on: the value, or its one's complement where it is
//! negative. Every operation is exact or rounds once as stated, so all instruction sets give the same result.

/// One step of 16-bit PCM.
pub(super) const STEP: f32 = 1.0 / 32_768.0;
/// Adding it rounds to a whole [`STEP`], half to even: an f32 from 256 to 512 has steps of 2⁻¹⁵.
pub(super) const ROUNDER: f32 = 384.0;
/// Where the exponent and the upper four bits of the mantissa begin in an f32, and in its upper half.
const CODE_SHIFT: u32 = 19;
pub(super) const CODE_SHIFT_HALF: u32 = CODE_SHIFT - 16;
/// The exponent field of a µ-law code's first segment, which begins at 2^7 steps.
const FIRST_SEGMENT: u32 = (127 - 15 + 7) << 4;
/// Half an interval of the four-bit mantissa: a code decodes to the middle.
const HALF_INTERVAL: u32 = 1 << (CODE_SHIFT - 1);
/// The sign bit of an f32.
const SIGN: u32 = 1 << 31;

/// A sample on the way to its code: the upper half of an f32 whose exponent and mantissa name the interval, and all ones
/// where the sample is negative.
pub(super) type Cut = (u16, u16);

/// Encodes in groups of 32 (whole vectors in both stages), 16 (a block of 10 ms is 32 + 32 + 16) and one.
#[inline(always)]
pub(super) fn encode(pcm: &[f32], codes: &mut [u8], cut: impl Fn(f32) -> Cut + Copy, code: impl Fn(Cut) -> u8 + Copy) {
    let (pcm, pcm_rest) = pcm.as_chunks::<32>();
    let (codes, codes_rest) = codes.as_chunks_mut::<32>();
    for (x, y) in pcm.iter().zip(codes) {
        encode_group(x, y, cut, code);
    }
    let (pcm, pcm_rest) = pcm_rest.as_chunks::<16>();
    let (codes, codes_rest) = codes_rest.as_chunks_mut::<16>();
    if let ([x, ..], [y, ..]) = (pcm, codes) {
        encode_group(x, y, cut, code);
    }
    for (x, y) in pcm_rest.iter().zip(codes_rest) {
        *y = code(cut(*x));
    }
}

#[inline(always)]
fn encode_group<const N: usize>(
    pcm: &[f32; N],
    codes: &mut [u8; N],
    cut: impl Fn(f32) -> Cut,
    code: impl Fn(Cut) -> u8,
) {
    let mut magnitude = [0; N];
    let mut negative = [0; N];
    for i in 0..N {
        (magnitude[i], negative[i]) = cut(pcm[i]);
    }
    for i in 0..N {
        codes[i] = code((magnitude[i], negative[i]));
    }
}

/// Decodes, one octet to one sample.
#[inline(always)]
pub(super) fn decode(codes: &[u8], pcm: &mut [f32], sample: impl Fn(u8) -> f32) {
    for (y, x) in pcm.iter_mut().zip(codes) {
        *y = sample(*x);
    }
}

/// Finds the µ-law interval on the scale m + 132, whose segments begin at 2^7 to 2^14 steps.
#[inline(always)]
pub(super) fn mu_cut(x: f32) -> Cut {
    // Of value + 132 and complement + 132 the greater is that of the sample's sign; 132, for m = 0, replaces NaN.
    let shifted = x + ROUNDER;
    let biased = greater(shifted - (ROUNDER - 132.0 * STEP), (ROUNDER + 131.0 * STEP) - shifted);
    halves(greater(biased, 132.0 * STEP), shifted)
}

/// The µ-law code; magnitudes beyond the last interval belong to it.
#[inline(always)]
pub(super) fn mu_code((magnitude, negative): Cut) -> u8 {
    let field = saturated(magnitude, 32_767.0 * STEP) >> CODE_SHIFT_HALF;
    // All bits inverted: 255 less the position.
    ((FIRST_SEGMENT as u16 + 0xff).wrapping_sub(field) & 0xff ^ (negative & 0x80)) as u8
}

/// Finds the A-law interval on the scale 2·m, or m + 256 under m = 256, where the law is linear: the greater of the two,
/// whose segments begin at 2^8 to 2^15 steps. There the exponent's lower three bits are those of the code.
#[inline(always)]
pub(super) fn a_cut(x: f32) -> Cut {
    let shifted = x + ROUNDER;
    let m = greater(greater(shifted - ROUNDER, (ROUNDER - STEP) - shifted), 0.0);
    halves(greater(m + m, m + 256.0 * STEP), shifted)
}

/// The A-law code, its even bits inverted (and the sign, which is 1 for positive samples).
#[inline(always)]
pub(super) fn a_code((magnitude, negative): Cut) -> u8 {
    let field = saturated(magnitude, 65_534.0 * STEP) >> CODE_SHIFT_HALF;
    ((field & 0x7f) ^ 0xd5 ^ (negative & 0x80)) as u8
}

#[inline(always)]
fn halves(magnitude: f32, shifted: f32) -> Cut {
    ((magnitude.to_bits() >> 16) as u16, if shifted < ROUNDER { 0xffff } else { 0 })
}

/// The lesser of an upper half and that of `max`. (Positive floats compare as integers; signed ones, which SSE2 has.)
#[inline(always)]
pub(super) fn saturated(magnitude: u16, max: f32) -> u16 {
    (magnitude as i16).min((max.to_bits() >> 16) as i16) as u16
}

/// The sample of a µ-law code.
#[inline(always)]
pub(super) fn sample_from_mu(code: u8) -> f32 {
    let field = u32::from(code ^ 0xff) << 24;
    signed(middle(field) - 132.0 * STEP, field)
}

/// The sample of an A-law code.
#[inline(always)]
pub(super) fn sample_from_a(code: u8) -> f32 {
    let field = u32::from(code ^ 0xd5) << 24;
    let middle = middle(field);
    // Undoes the encoder's m/2 + 128 in the linear part, where it gives the lesser value.
    let linear = 2.0 * middle - 256.0 * STEP;
    signed(if linear < middle { linear } else { middle }, field)
}

/// The middle of the interval whose position stands in bits 24 to 30 of `field`.
#[inline(always)]
fn middle(field: u32) -> f32 {
    f32::from_bits(((field & !SIGN) >> (24 - CODE_SHIFT)) + ((FIRST_SEGMENT << CODE_SHIFT) | HALF_INTERVAL))
}

#[inline(always)]
fn signed(magnitude: f32, field: u32) -> f32 {
    f32::from_bits(magnitude.to_bits() | (field & SIGN))
}

/// The greater of two; `b` where either is NaN. (`f32::max` has to treat both alike, which takes three instructions.)
#[inline(always)]
pub(super) fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
