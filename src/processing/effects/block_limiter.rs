//! Real-time: the limiter behind a sum: nothing over full scale leaves it, and what fits is left as it is, bit for bit.
//!
//! It adds no delay; it looks ahead within the block that it has in hand. A block that goes over gets the gain that its
//! peak needs, and the gain moves there in a straight line from where it was, over the samples before the first one that
//! would have gone over (at least a tenth of the block, 1 ms: what sticks out of that is cut). After it the gain rises in
//! a straight line, to 1.0 within 50 ms at most. Frames are planar; all channels share the gain.

#[cfg(test)]
mod tests;

use multiversion::multiversion;

/// The shortest way down is this part of a block.
const SHORTEST_FALL: usize = 10;
/// How far the gain rises in a block of 10 ms.
const RISE: f32 = 0.2;

/// The limiter of one output.
///
/// ```
/// use media_core::processing::BlockLimiter;
///
/// let mut limiter = BlockLimiter::new();
/// let mut block = [1.5; 80];
/// limiter.process(&mut block, 1, Some(1.5)); // mono; the greatest magnitude
/// assert!(block.iter().all(|sample| sample.abs() <= 1.0) && limiter.gain() < 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlockLimiter {
    /// At the end of the block before: 0.0 to 1.0.
    gain: f32,
}

impl BlockLimiter {
    /// A limiter at rest.
    pub const fn new() -> Self {
        Self { gain: 1.0 }
    }

    /// The gain at the end of the last block, 0.0 to 1.0.
    pub const fn gain(&self) -> f32 {
        self.gain
    }

    /// Back to rest, for an output that begins anew.
    pub fn reset(&mut self) {
        self.gain = 1.0;
    }

    /// Limits a block of 10 ms of `channels`, planar. `over` is its greatest magnitude if it goes beyond full scale, with `None` and
    /// at rest the block is not touched. Else every sample ends within full scale, NaN as 0.
    pub fn process(&mut self, block: &mut [f32], channels: usize, over: Option<f32>) {
        let from = self.gain;
        if over.is_none() && from >= 1.0 {
            return;
        }
        let length = block.len() / channels.max(1);
        if length == 0 {
            return;
        }
        let peak = over.unwrap_or(1.0);
        let needed = if peak > 1.0 { 1.0 / peak } else { 1.0 };
        let to = needed.min(from + RISE);
        let ramp = if to < from {
            let first = block.chunks(length).map(|channel| first_over(channel, 1.0 / from)).min();
            first.unwrap_or(length).max(length.div_ceil(SHORTEST_FALL))
        } else {
            length
        };
        let step = (to - from) / ramp as f32;
        for channel in block.chunks_mut(length) {
            apply(channel, from, step, to.min(from));
        }
        self.gain = to;
    }
}

impl Default for BlockLimiter {
    fn default() -> Self {
        Self::new()
    }
}

/// How many samples come before the first whose magnitude is over `bound`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn first_over(pcm: &[f32], bound: f32) -> usize {
    first_over_body(pcm, bound)
}

#[inline(always)]
fn first_over_body(pcm: &[f32], bound: f32) -> usize {
    // No early end: whole vectors are quicker than a look at each sample.
    let none = pcm.len() as i32;
    let first = (0..none).zip(pcm).fold(none, |first, (i, x)| first.min(if x.abs() > bound { i } else { none }));
    first as usize
}

/// Multiplies by `gain + step`, `gain + 2·step`, …, at least `least`, and keeps what rounding or a short ramp left over
/// within full scale.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn apply(pcm: &mut [f32], gain: f32, step: f32, least: f32) {
    apply_body(pcm, gain, step, least);
}

#[inline(always)]
fn apply_body(pcm: &mut [f32], gain: f32, step: f32, least: f32) {
    for (i, x) in (1_i32..).zip(pcm) {
        let ramp = gain + step * i as f32;
        let y = *x * if ramp > least { ramp } else { least };
        let cut = if y < 1.0 { y } else { 1.0 };
        let cut = if cut > -1.0 { cut } else { -1.0 };
        *x = if y.is_nan() { 0.0 } else { cut };
    }
}
