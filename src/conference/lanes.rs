//! Real-time: sums and maxima over a frame in a fixed order, so that every instruction set rounds alike.
//!
//! A frame is taken in groups of 16; samples `i` and `i + 8` of a group are joined, and go to lane `i` of 8, which hides
//! the latency of an addition; the lanes are joined one by one at the end (of a tree the compiler would make pairs, and
//! of those the whole loop). An unordered sum would differ with the width of the vectors.

/// Lanes of a reduction.
pub(super) const LANES: usize = 8;
/// Samples that go to the lanes together; divides every frame of 10 ms (80 to 480 samples).
pub(super) const GROUP: usize = 2 * LANES;

/// The greater of two; `b` where `a` is NaN.
#[inline(always)]
pub(super) fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The sum of the lanes.
#[inline(always)]
pub(super) fn sum(lanes: &[f32; LANES]) -> f32 {
    lanes.iter().fold(0.0, |all, lane| all + lane)
}

/// The greatest lane that is a number, at least 0.
#[inline(always)]
pub(super) fn greatest(lanes: &[f32; LANES]) -> f32 {
    lanes.iter().fold(0.0, |all, lane| greater(*lane, all))
}
