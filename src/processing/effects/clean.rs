//! Real-time: keeps what is not a number out of filters.

/// Far beyond full scale; keeps sums and squares finite.
const LOUD: f32 = 1e4;

/// What is not finite becomes 0, what is absurd is cut at 10^4.
pub fn clean(block: &mut [f32]) {
    for x in block {
        let finite = x.is_finite();
        *x = if finite { x.clamp(-LOUD, LOUD) } else { 0.0 };
    }
}
