//! Real-time: the arithmetic of a conference: every member hears the exact sum of the others.
//!
//! A member's samples are multiplied by its gain, rounded once to whole numbers (half to even; Q4 of the 16-bit scale:
//! full scale is 2^19, 24 dB below a step of 16 bits stays audible in the sum), and summed as i32. Integers make the sum
//! independent of the order, and taking a member out of it exact. [`accumulate`] puts a member in and keeps its share,
//! [`minus_own`] makes what it hears. With contributions in -2^19..2^19 - 1 the sum of [`MAX_MEMBERS`] fits an i32.
//!
//! All functions take slices of one length (of a longer one the rest is left alone), neither allocate nor branch on
//! samples, and give the same result on every instruction set; NaN counts as 0.

use multiversion::multiversion;

/// Full scale of a sample in the sum.
pub const FULL_SCALE: i32 = 1 << 19;

/// How many members may be summed.
pub const MAX_MEMBERS: usize = 4_096;

/// One step of the sum as a sample.
const STEP: f32 = 1.0 / FULL_SCALE as f32;
/// Adding it rounds to a whole [`STEP`], half to even: an f32 from 16 to 32 has steps of 2⁻¹⁹.
const ROUNDER: f32 = 24.0;
/// Samples that are worked on side by side. Fixed, so that float sums have one order on every instruction set.
const LANES: usize = 16;

/// Adds a member's `pcm` times `gain` to `sum`, and leaves its share in `own`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn accumulate(sum: &mut [i32], own: &mut [i32], pcm: &[f32], gain: f32) {
    accumulate_body(sum, own, pcm, gain);
}

/// As [`accumulate`], without keeping the share.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn accumulate_pcm(sum: &mut [i32], pcm: &[f32], gain: f32) {
    for (sum, &x) in sum.iter_mut().zip(pcm) {
        *sum = sum.wrapping_add(share(x, gain));
    }
}

/// Writes to `out` what a member with the share `own` hears (a listener without one, the whole sum), not limited.
/// Returns the greatest magnitude in `out`: over 1.0, it takes a [`Limiter`](super).
#[inline]
pub fn minus_own(sum: &[i32], own: Option<&[i32]>, out: &mut [f32]) -> f32 {
    match own {
        Some(own) => minus_share(sum, own, out),
        None => whole(sum, out),
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn minus_own_pcm(sum: &[i32], pcm: &[f32], gain: f32, out: &mut [f32]) -> f32 {
    let mut peaks = [0.0; LANES];
    let (sum, sum_rest) = sum.as_chunks::<LANES>();
    let (pcm, pcm_rest) = pcm.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for ((sum, own), out) in sum.iter().zip(pcm).zip(out) {
        for i in 0..LANES {
            out[i] = sample(sum[i].wrapping_sub(share(own[i], gain)));
            peaks[i] = greater(out[i].abs(), peaks[i]);
        }
    }
    for ((sum, own), out) in sum_rest.iter().zip(pcm_rest).zip(out_rest) {
        *out = sample(sum.wrapping_sub(share(*own, gain)));
        peaks[0] = greater(out.abs(), peaks[0]);
    }
    peaks.into_iter().fold(0.0, greater)
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn minus_share(sum: &[i32], own: &[i32], out: &mut [f32]) -> f32 {
    let mut peaks = [0.0; LANES];
    let (sum, sum_rest) = sum.as_chunks::<LANES>();
    let (own, own_rest) = own.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for ((sum, own), out) in sum.iter().zip(own).zip(out) {
        for i in 0..LANES {
            out[i] = sample(sum[i].wrapping_sub(own[i]));
            peaks[i] = greater(out[i].abs(), peaks[i]);
        }
    }
    for ((sum, own), out) in sum_rest.iter().zip(own_rest).zip(out_rest) {
        *out = sample(sum.wrapping_sub(*own));
        peaks[0] = greater(out.abs(), peaks[0]);
    }
    peaks.into_iter().fold(0.0, greater)
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn whole(sum: &[i32], out: &mut [f32]) -> f32 {
    let mut peaks = [0.0; LANES];
    let (sum, sum_rest) = sum.as_chunks::<LANES>();
    let (out, out_rest) = out.as_chunks_mut::<LANES>();
    for (sum, out) in sum.iter().zip(out) {
        for i in 0..LANES {
            out[i] = sample(sum[i]);
            peaks[i] = greater(out[i].abs(), peaks[i]);
        }
    }
    for (sum, out) in sum_rest.iter().zip(out_rest) {
        *out = sample(*sum);
        peaks[0] = greater(out.abs(), peaks[0]);
    }
    peaks.into_iter().fold(0.0, greater)
}

#[inline(always)]
fn accumulate_body(sum: &mut [i32], own: &mut [i32], pcm: &[f32], gain: f32) {
    for ((sum, own), &x) in sum.iter_mut().zip(own).zip(pcm) {
        *own = share(x, gain);
        *sum = sum.wrapping_add(*own);
    }
}

/// A sample's contribution to the sum.
#[inline(always)]
fn share(x: f32, gain: f32) -> i32 {
    let x = x * gain;
    let limited = if x < 1.0 - STEP { x } else { 1.0 - STEP };
    let limited = if limited > -1.0 { limited } else { -1.0 };
    let share = ((limited + ROUNDER).to_bits() as i32).wrapping_sub(ROUNDER.to_bits() as i32);
    if x.is_nan() { 0 } else { share }
}

#[inline(always)]
fn sample(sum: i32) -> f32 {
    sum as f32 * STEP
}

#[inline(always)]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// Mean square.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn mean_square(pcm: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let (chunks, rest) = pcm.as_chunks::<LANES>();
    for x in chunks {
        for i in 0..LANES {
            let y = x[i] * x[i];
            sums[i] += if y < f32::MAX { y } else { 0.0 };
        }
    }
    for x in rest {
        let y = x * x;
        sums[0] += if y < f32::MAX { y } else { 0.0 };
    }
    sums.iter().sum::<f32>() / pcm.len() as f32
}

/// Peak.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn peak(pcm: &[f32]) -> f32 {
    let mut peaks = [0.0; LANES];
    let (chunks, rest) = pcm.as_chunks::<LANES>();
    for x in chunks {
        for i in 0..LANES {
            peaks[i] = greater(x[i].abs(), peaks[i]);
        }
    }
    for x in rest {
        peaks[0] = greater(x.abs(), peaks[0]);
    }
    peaks.into_iter().fold(0.0, greater)
}

/// Provisional.
pub fn apply_gain_ramp(pcm: &mut [f32], from: f32, to: f32) {
    let n = pcm.len() as f32;
    for (i, s) in pcm.iter_mut().enumerate() {
        *s *= from + (to - from) * (i + 1) as f32 / n;
    }
}
