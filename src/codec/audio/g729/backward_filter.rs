//! Real-time: correlation of a target with the impulse response, equation (52), which both closed-loop searches use.

use super::arith::{mac, norm, shr};
use super::{SUBFRAME, Subframe};

/// The target filtered backwards, on 13 bits.
pub fn backward_filter(response: &Subframe, target: &Subframe) -> Subframe {
    let energy = |x: &Subframe| x.iter().map(|&x| i64::from(i32::from(x) * i32::from(x))).sum::<i64>();
    // By Cauchy and Schwarz no partial sum can leave 32 bits then.
    let bounded = energy(response).saturating_mul(energy(target)) < 1 << 60;
    let mut wide = [0i32; SUBFRAME];
    for (n, out) in wide.iter_mut().enumerate() {
        let pairs = target[n..].iter().zip(response);
        *out = if bounded {
            pairs.fold(0i32, |sum, (&x, &h)| sum.wrapping_add(i32::from(x) * i32::from(h))).wrapping_mul(2)
        } else {
            pairs.fold(0, |sum, (&x, &h)| mac(sum, x, h))
        };
    }
    let largest = wide.iter().fold(0, |largest: i32, value| largest.max(value.saturating_abs()));
    let shift = 18 - norm(largest).min(16);
    wide.map(|value| shr(value, shift) as i16)
}
