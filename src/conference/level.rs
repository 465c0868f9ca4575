//! Real-time: levels of a frame, and gain that moves without a click.
//!
//! Samples are f32, 1.0 = full scale. Results are the same on every instruction set.

#[cfg(test)]
mod tests;

use super::lanes::{self, GROUP, LANES, greater};
use multiversion::multiversion;

/// The mean of the squares: 1.0 is a full-scale square wave (0 dBov; [`Decibels::from_power`] converts). A sample that
/// is not finite counts as 0, no samples as silence.
///
/// [`Decibels::from_power`]: crate::types::Decibels::from_power
pub fn mean_square(pcm: &[f32]) -> f32 {
    let squares = sum_of_squares(pcm);
    let squares = if squares.is_finite() { squares } else { sum_of_finite_squares(pcm) };
    squares / pcm.len().max(1) as f32
}

/// Whether a block is what a line is sent that is muted: one value throughout, 0 or that of A-law's idle code.
pub fn is_digital_silence(pcm: &[f32]) -> bool {
    const IDLE: f32 = 8.0 / 32_768.0;
    pcm.first().is_none_or(|first| first.abs() <= IDLE && pcm.iter().all(|x| x == first))
}

/// The greatest magnitude; NaN is passed over.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn peak(pcm: &[f32]) -> f32 {
    peak_body(pcm)
}

/// The greatest magnitude, if the frame is not whole numbers within full scale throughout: what a
/// [`BlockLimiter`](crate::processing::effects::BlockLimiter) takes for a frame that does not come from a [`Bus`](super::Bus).
pub fn over_full_scale(pcm: &[f32]) -> Option<f32> {
    (!within_full_scale(pcm)).then(|| peak(pcm))
}

/// Multiplies by a gain that moves in a straight line over the frame: from `from`, where the frame before ended, to `to`
/// at the last sample. A frame of several channels takes a call for each.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub fn apply_gain_ramp(pcm: &mut [f32], from: f32, to: f32) {
    ramp_body(pcm, from, to);
}

#[inline(always)]
fn ramp_body(pcm: &mut [f32], from: f32, to: f32) {
    let step = (to - from) / pcm.len() as f32;
    for (i, x) in (1_i32..).zip(pcm) {
        *x *= from + step * i as f32;
    }
}

#[inline(always)]
fn squares_body(pcm: &[f32], square: impl Fn(f32) -> f32) -> f32 {
    let mut squares = [0.0; LANES];
    let (groups, rest) = pcm.as_chunks::<GROUP>();
    for group in groups {
        for i in 0..LANES {
            squares[i] += square(group[i]) + square(group[i + LANES]);
        }
    }
    rest.iter().fold(lanes::sum(&squares), |sum, x| sum + square(*x))
}

#[inline(always)]
fn peak_body(pcm: &[f32]) -> f32 {
    let mut peaks = [0.0; LANES];
    let (groups, rest) = pcm.as_chunks::<GROUP>();
    for group in groups {
        for i in 0..LANES {
            peaks[i] = greater(group[i].abs(), greater(group[i + LANES].abs(), peaks[i]));
        }
    }
    let rest = rest.iter().fold(0.0, |peak, x| greater(x.abs(), peak));
    greater(lanes::greatest(&peaks), rest)
}

#[inline(always)]
fn within_body(pcm: &[f32]) -> bool {
    // Magnitudes compare as integers; NaN is greater than all.
    let greatest = pcm.iter().fold(0, |greatest: i32, x| greatest.max(x.abs().to_bits() as i32));
    greatest <= 1.0_f32.to_bits() as i32
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn sum_of_squares(pcm: &[f32]) -> f32 {
    squares_body(pcm, |x| x * x)
}

#[cold]
fn sum_of_finite_squares(pcm: &[f32]) -> f32 {
    // Bounded, so that the sum is finite as well.
    squares_body(pcm, |x| if x.is_finite() { (x * x).min(1e30) } else { 0.0 })
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn within_full_scale(pcm: &[f32]) -> bool {
    within_body(pcm)
}
