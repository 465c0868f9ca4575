//! Real-time: correlation of a target with the impulse response, equation (52), which both closed-loop searches use.

use super::arith::{norm, shr};
use super::inner_product::{dot, energy, is_bounded};
use super::{SUBFRAME, Subframe};

/// The target filtered backwards, on 13 bits.
pub fn backward_filter(response: &Subframe, target: &Subframe) -> Subframe {
    let bounded = is_bounded(energy(response), energy(target));
    let mut wide = [0i32; SUBFRAME];
    for (n, out) in wide.iter_mut().enumerate() {
        *out = dot(0, &target[n..], response, bounded);
    }
    let largest = wide.iter().fold(0, |largest: i32, value| largest.max(value.saturating_abs()));
    let shift = 18 - norm(largest).min(16);
    wide.map(|value| shr(value, shift) as i16)
}
