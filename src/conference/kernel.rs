//! Real-time: the arithmetic of the mixing bus: samples to shares of a sum of integers, and back.
//!
//! A *share* is a sample times its gain in whole steps of 2⁻¹⁹ (full scale is 2^19: 16 bits and four more), rounded half
//! to even. Adding [`ROUNDER`] to a sample rounds it so, and leaves the share in the low 20 bits of the float: samples
//! from -1 to 1 become 16 to 18, whose steps are 2⁻¹⁹ and whose upper 12 bits are all alike. That gives two ways:
//!
//! - the *quick* way takes these bits as they are, and finds afterwards in the upper 12 whether all samples were within
//!   full scale: an addition and a subtraction a sample, no comparison, no conversion;
//! - the *careful* way cuts samples first, to what the sum has room for, and takes NaN for 0. Where both are possible they
//!   agree.
//!
//! A sum holds, in wrapping arithmetic, for each member its share + 2^19 (*raw*); [`seal`] turns that into the true sum +
//! [`SEALED`], from which the bits of a member's float can be taken directly. Every operation is exact or rounds once as
//! stated, so that all instruction sets give the same result. The functions marked `inline(always)` are compiled for
//! each set in their dispatching twins at the end.

#[cfg(test)]
mod tests;

use super::lanes::{self, GROUP, LANES};
use multiversion::multiversion;

/// Full scale of a share.
pub(super) const FULL_SCALE: i32 = 1 << 19;
/// One step of a share as a sample.
const STEP: f32 = 1.0 / FULL_SCALE as f32;
/// Puts samples from -1 to 1 where an f32 has steps of [`STEP`].
const ROUNDER: f32 = 17.0;
/// The least of those floats, 16.0; all have its upper 12 bits.
const FLOOR: u32 = 16.0_f32.to_bits();
const FIELD_BITS: u32 = 20;
/// What is added to the true sum by [`seal`]: the bits of [`ROUNDER`], once for the member that will be taken out, and
/// once for the float that the rest will be read as.
const SEALED: i32 = (ROUNDER.to_bits() as i32).wrapping_mul(2);

/// Adds shares the quick way. Returns whether that was right; if not, [`replace`] it before the sum is used.
#[inline(always)]
fn add_quick_body(sum: &mut [i32], pcm: &[f32], gain: f32) -> bool {
    #[inline(always)]
    fn add(sum: &mut [i32], pcm: &[f32], amplified: impl Fn(f32) -> f32) -> bool {
        let mut bits = 0;
        for (sum, &x) in sum.iter_mut().zip(pcm) {
            let raw = quick(amplified(x));
            bits |= raw;
            *sum = sum.wrapping_add(raw as i32);
        }
        bits >> FIELD_BITS == 0
    }
    if gain == 1.0 { add(sum, pcm, |x| x) } else { add(sum, pcm, |x| x * gain) }
}

/// As [`add_quick_body`], with the sum of the squares of `pcm` (before the gain) beside it; that is not finite if a
/// sample is not.
#[inline(always)]
fn add_quick_metered_body(sum: &mut [i32], pcm: &[f32], gain: f32) -> (bool, f32) {
    #[inline(always)]
    fn add(sum: &mut [i32], pcm: &[f32], amplified: impl Fn(f32) -> f32) -> (bool, f32) {
        let (mut bits, mut squares) = ([0; LANES], [0.0; LANES]);
        let one = |sum: &mut i32, bits: &mut u32, x: f32| {
            let raw = quick(amplified(x));
            *bits |= raw;
            *sum = sum.wrapping_add(raw as i32);
            x * x
        };
        let (sum, sum_rest) = sum.as_chunks_mut::<GROUP>();
        let (pcm, pcm_rest) = pcm.as_chunks::<GROUP>();
        for (sum, pcm) in sum.iter_mut().zip(pcm) {
            for i in 0..LANES {
                let square = one(&mut sum[i], &mut bits[i], pcm[i]);
                squares[i] += square + one(&mut sum[i + LANES], &mut bits[i], pcm[i + LANES]);
            }
        }
        let mut bits = bits.iter().fold(0, |all, bits| all | bits);
        let mut squares = lanes::sum(&squares);
        for (sum, x) in sum_rest.iter_mut().zip(pcm_rest) {
            squares += one(sum, &mut bits, *x);
        }
        (bits >> FIELD_BITS == 0, squares)
    }
    if gain == 1.0 { add(sum, pcm, |x| x) } else { add(sum, pcm, |x| x * gain) }
}

/// Takes out what [`add_quick`] added, bit for bit (the bits that a NaN leaves depend on its sample alone, as `gain` is
/// a number), and adds shares the careful way.
#[inline(always)]
fn replace_body(sum: &mut [i32], pcm: &[f32], gain: f32, most: f32) {
    for (sum, &x) in sum.iter_mut().zip(pcm) {
        let x = x * gain;
        *sum = sum.wrapping_sub(quick(x) as i32).wrapping_add(careful(x, most)).wrapping_add(FULL_SCALE);
    }
}

/// Adds shares the careful way: for a gain that is not a number, or a part that is no member.
pub(super) fn add_careful(sum: &mut [i32], pcm: &[f32], gain: f32, most: f32) {
    for (sum, &x) in sum.iter_mut().zip(pcm) {
        *sum = sum.wrapping_add(careful(x * gain, most)).wrapping_add(FULL_SCALE);
    }
}

/// Makes a raw sum of `members` ready to be read. Returns whether it is within full scale: else so are, as a rule, the
/// sums without one member, and the quick way to them would be in vain.
#[inline(always)]
fn seal_body(sum: &mut [i32], members: u32) -> bool {
    // Within full scale a total + 2^19 has no upper bits; with members - 1 in place of members that is the raw sum.
    let raw = (members as i32).wrapping_sub(1).wrapping_mul(FULL_SCALE);
    let mut bits = 0;
    for sum in sum {
        let total = sum.wrapping_sub(raw);
        bits |= total;
        *sum = total.wrapping_add(SEALED - FULL_SCALE);
    }
    bits as u32 >> FIELD_BITS == 0
}

/// The true value of a sealed sum.
#[inline(always)]
pub(super) fn unsealed(sum: i32) -> i32 {
    sum.wrapping_sub(SEALED)
}

/// Adds true sums to sealed ones; what is beyond an i32 stays at its end. Returns as [`seal_body`] does.
#[inline(always)]
fn join_body(sum: &mut [i32], other: &[i32]) -> bool {
    let mut bits = 0;
    let (sum, rest) = sum.split_at_mut(other.len().min(sum.len()));
    for (sum, other) in sum.iter_mut().zip(other) {
        let total = unsealed(*sum).saturating_add(*other);
        bits |= total.wrapping_add(FULL_SCALE);
        *sum = total.wrapping_add(SEALED);
    }
    bits = rest.iter().fold(bits, |bits, sum| bits | unsealed(*sum).wrapping_add(FULL_SCALE));
    bits as u32 >> FIELD_BITS == 0
}

/// Writes a sealed sum, itself within full scale, without one member that was added the quick way, as samples. Returns
/// whether all are within full scale; if not, `out` is of no use.
#[inline(always)]
fn without_quick_body(sum: &[i32], pcm: &[f32], gain: f32, out: &mut [f32]) -> bool {
    #[inline(always)]
    fn take(sum: &[i32], pcm: &[f32], out: &mut [f32], amplified: impl Fn(f32) -> f32) -> bool {
        // Within twice full scale the upper bits are 0x417, 0x418 or 0x419, and only 0x418 leave theirs alone when joined.
        let mut bits = FLOOR;
        for ((sum, &x), out) in sum.iter().zip(pcm).zip(out) {
            let rest = (*sum as u32).wrapping_sub((amplified(x) + ROUNDER).to_bits());
            bits |= rest;
            *out = f32::from_bits(rest) - ROUNDER;
        }
        bits >> FIELD_BITS == FLOOR >> FIELD_BITS
    }
    if gain == 1.0 { take(sum, pcm, out, |x| x) } else { take(sum, pcm, out, |x| x * gain) }
}

/// Writes a sealed sum without one member that was added the quick way, as samples, which may be beyond full scale.
/// Returns the greatest magnitude.
#[inline(always)]
fn without_loud_body(sum: &[i32], pcm: &[f32], gain: f32, out: &mut [f32]) -> f32 {
    let share = |x: f32| (quick(x * gain) as i32).wrapping_sub(FULL_SCALE);
    write(sum.iter().zip(pcm).map(|(sum, &x)| unsealed(*sum).wrapping_sub(share(x))), out)
}

/// As [`without_loud_body`], for a member added either way.
#[inline(always)]
fn without_body(sum: &[i32], pcm: &[f32], gain: f32, most: f32, out: &mut [f32]) -> f32 {
    write(sum.iter().zip(pcm).map(|(sum, &x)| unsealed(*sum).wrapping_sub(careful(x * gain, most))), out)
}

/// Writes a sealed sum as samples, which may be beyond full scale. Returns the greatest magnitude.
#[inline(always)]
fn whole_body(sum: &[i32], out: &mut [f32]) -> f32 {
    write(sum.iter().map(|sum| unsealed(*sum)), out)
}

#[inline(always)]
fn write(steps: impl Iterator<Item = i32>, out: &mut [f32]) -> f32 {
    let mut peak = 0;
    for (steps, out) in steps.zip(out) {
        peak = peak.max(steps.unsigned_abs());
        *out = steps as f32 * STEP;
    }
    peak as f32 * STEP
}

/// A share + 2^19, if `x` is within full scale; else something with upper bits set.
#[inline(always)]
fn quick(x: f32) -> u32 {
    (x + ROUNDER).to_bits().wrapping_sub(FLOOR)
}

/// The share of `x`, cut to `most` times full scale; NaN has none.
#[inline(always)]
fn careful(x: f32, most: f32) -> i32 {
    let cut = if x < most - STEP { x } else { most - STEP };
    let cut = if cut > -most { cut } else { -most };
    if x.is_nan() { 0 } else { (cut * FULL_SCALE as f32).round_ties_even() as i32 }
}

/// [`add_quick_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn add_quick(sum: &mut [i32], pcm: &[f32], gain: f32) -> bool {
    add_quick_body(sum, pcm, gain)
}

/// [`add_quick_metered_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn add_quick_metered(sum: &mut [i32], pcm: &[f32], gain: f32) -> (bool, f32) {
    add_quick_metered_body(sum, pcm, gain)
}

/// [`replace_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn replace(sum: &mut [i32], pcm: &[f32], gain: f32, most: f32) {
    replace_body(sum, pcm, gain, most);
}

/// [`seal_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn seal(sum: &mut [i32], members: u32) -> bool {
    seal_body(sum, members)
}

/// [`join_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn join(sum: &mut [i32], other: &[i32]) -> bool {
    join_body(sum, other)
}

/// [`without_quick_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn without_quick(sum: &[i32], pcm: &[f32], gain: f32, out: &mut [f32]) -> bool {
    without_quick_body(sum, pcm, gain, out)
}

/// [`without_loud_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn without_loud(sum: &[i32], pcm: &[f32], gain: f32, out: &mut [f32]) -> f32 {
    without_loud_body(sum, pcm, gain, out)
}

/// [`without_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn without(sum: &[i32], pcm: &[f32], gain: f32, most: f32, out: &mut [f32]) -> f32 {
    without_body(sum, pcm, gain, most, out)
}

/// [`whole_body`] for this machine.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn whole(sum: &[i32], out: &mut [f32]) -> f32 {
    whole_body(sum, out)
}
