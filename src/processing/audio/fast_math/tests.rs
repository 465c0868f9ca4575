//! Real-time: how exact the approximations are, over their whole range.

use super::{exp2, log2};

#[test]
fn powers_are_exact_to_a_few_millionths() {
    for n in -12_000..=12_000 {
        let x = n as f32 * 0.01;
        let exact = f64::from(x).exp2();
        assert!((f64::from(exp2(x)) / exact - 1.0).abs() < 4e-6, "2^{x} = {}", exp2(x));
    }
}

#[test]
fn logarithms_are_exact_to_a_few_hundred_thousandths() {
    let mut x = 1e-37_f32;
    while x < 1e37 {
        assert!((f64::from(log2(x)) - f64::from(x).log2()).abs() < 3e-5, "log2 {x} = {}", log2(x));
        x *= 1.013;
    }
}

#[test]
fn no_argument_is_dangerous() {
    for x in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 0.0, -0.0, 1e-45] {
        assert!(exp2(x).is_finite() && exp2(x) > 0.0, "{x}");
        assert!(log2(x).is_finite() || x == f32::INFINITY, "{x}");
    }
}
