//! Pure: the vector lanes against the portable ones.

use super::{portable, sse2};

/// A linear congruential generator (Knuth).
fn lanes(state: &mut u64, max: i16) -> [i16; 8] {
    std::array::from_fn(|_| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match (*state >> 33) % 8 {
            0 => 0,
            1 => max,
            2 => -max,
            _ => ((*state >> 40) as i16).clamp(-max, max),
        }
    })
}

#[test]
fn register_and_array_agree() {
    let mut state = 1;
    for _ in 0..20_000 {
        let (a, b) = (lanes(&mut state, i16::MAX), lanes(&mut state, 23_352));
        let (sa, sb) = (sse2::Lanes::from(a), sse2::Lanes::from(b));
        let (pa, pb) = (portable::Lanes::from(a), portable::Lanes::from(b));
        assert_eq!(sa.to_array(), pa.to_array());
        assert_eq!(sse2::Lanes::splat(a[0]).to_array(), portable::Lanes::splat(a[0]).to_array());
        assert_eq!(sa.add(sb).to_array(), pa.add(pb).to_array());
        assert_eq!(sa.signed_128(sb).to_array(), pa.signed_128(pb).to_array());
        assert_eq!(sa.mul_high(sb).to_array(), pa.mul_high(pb).to_array());
        assert_eq!(sa.mul_q15(sb).to_array(), pa.mul_q15(pb).to_array());
        assert_eq!(sb.shifted_in(a[0]).to_array(), pb.shifted_in(a[0]).to_array());
        assert_eq!(sb.any_beyond(5_461), pb.any_beyond(5_461));
        assert_eq!(sa.sum(), pa.sum());
    }
}

#[test]
fn beyond_means_outside_of_both_bounds() {
    let with = |lane| sse2::Lanes::from([0, 0, 0, lane, 0, 0, 0, 0]).any_beyond(5_461);
    assert_eq!([-5_462, -5_461, 5_461, 5_462].map(with), [true, false, false, true]);
}
