//! Real-time: linear prediction for comfort noise: the Levinson recursion and the way from reflection coefficients to a
//! direct-form filter and back (Markel and Gray, *Linear Prediction of Speech*).

/// Highest model order that is analysed or generated. RFC 3389 lets a receiver leave out coefficients of higher order.
pub const MAX_ORDER: usize = 10;

/// Reflection coefficients of an autocorrelation; zeros from where it allows no further prediction.
pub(super) fn reflection_from_autocorrelation(r: &[f32; MAX_ORDER + 1]) -> [f32; MAX_ORDER] {
    let mut k = [0.0; MAX_ORDER];
    let mut a = [0.0; MAX_ORDER];
    let mut error = r[0];
    for order in 0..MAX_ORDER {
        let correlation =
            r[order + 1] + a[..order].iter().zip(r[1..=order].iter().rev()).map(|(a, r)| a * r).sum::<f32>();
        let next = -correlation / error;
        // A NaN ends the recursion as well.
        let usable = next.abs() < 1.0 && error > 0.0;
        if !usable {
            break;
        }
        step_up(&mut a, order, next);
        k[order] = next;
        error *= 1.0 - next * next;
    }
    k
}

/// Direct-form coefficients `a_1..` of reflection coefficients, and the model's prediction gain inverted: the power of
/// the excitation for an output of power 1. Uses as many coefficients as stay stable in single precision.
pub(super) fn filter_from_reflection(k: &[f32; MAX_ORDER]) -> ([f32; MAX_ORDER], f32) {
    let mut a = [0.0; MAX_ORDER];
    let mut power = 1.0;
    for (order, &next) in k.iter().enumerate() {
        let shorter = a;
        step_up(&mut a, order, next);
        if !is_stable(&a, order + 1) {
            return (shorter, power);
        }
        power *= 1.0 - next * next;
    }
    (a, power)
}

/// One order more: `a` has `order` coefficients before and `order + 1` after.
fn step_up(a: &mut [f32; MAX_ORDER], order: usize, k: f32) {
    let shorter = *a;
    for i in 0..order {
        a[i] = shorter[i] + k * shorter[order - 1 - i];
    }
    a[order] = k;
}

/// Whether all poles of `1 / A(z)` are inside the unit circle: each reflection coefficient of the rounded `a`, found
/// by stepping down, is below 1. Poles that lie close together move far when `a` is rounded.
fn is_stable(a: &[f32; MAX_ORDER], order: usize) -> bool {
    const LIMIT: f64 = 0.9999;
    let mut a = a.map(f64::from);
    for last in (0..order).rev() {
        let k = a[last];
        // A NaN is unstable.
        let inside = k.abs() < LIMIT;
        if !inside {
            return false;
        }
        let longer = a;
        for i in 0..last {
            a[i] = (longer[i] - k * longer[last - 1 - i]) / (1.0 - k * k);
        }
    }
    true
}
