//! Real-time: sums and maxima over a frame in a fixed order, so that every instruction set rounds alike.
//!
//! A frame is taken in groups of 16; samples `i` and `i + 8` of a group are joined, and go to lane `i` of 8, which hides
//! the latency of an addition. An unordered sum would differ with the width of the vectors.

/// Lanes of a reduction.
pub(super) const LANES: usize = 8;
/// Samples that go to the lanes together; divides every frame of 10 ms (80 to 480 samples).
pub(super) const GROUP: usize = 2 * LANES;

/// Joins sums. Kept out of line: inlined, it leads the compiler to cut the caller's vectors into pairs.
#[inline(never)]
pub(super) fn sum(lanes: &[f32; LANES]) -> f32 {
    join(lanes, |a, b| a + b)
}

/// The greatest lane; NaN is passed over.
#[inline(never)]
pub(super) fn greatest(lanes: &[f32; LANES]) -> f32 {
    join(lanes, |a, b| if a > b { a } else { b })
}

#[inline(always)]
fn join(lanes: &[f32; LANES], f: impl Fn(f32, f32) -> f32) -> f32 {
    let pair = |i| f(lanes[i], lanes[i + 4]);
    // The last step is in a row on purpose: of a tree the compiler makes vectors that straddle those just stored.
    f(f(f(pair(0), pair(1)), pair(2)), pair(3))
}
