//! Pure: times, numbers and identifiers that wrap.

use super::*;

#[test]
fn sequence_distance_wraps() {
    assert_eq!(SequenceNumber(2).distance_from(SequenceNumber(65_534)), 4);
    assert_eq!(SequenceNumber(65_534).distance_from(SequenceNumber(2)), -4);
    assert_eq!(timestamp_delta(5, u32::MAX - 4), 10);
}

#[test]
fn ptime_takes_whole_blocks_only() {
    assert_eq!(Ptime::from_ms(60), Some(Ptime::MAX));
    for bad in [0, 5, 15, 70] {
        assert_eq!(Ptime::from_ms(bad), None, "{bad} ms");
    }
}

#[test]
fn gain_refuses_what_would_leave_the_exact_range() {
    assert!(Gain::linear(f32::NAN).is_none());
    assert!(Gain::linear(-1.0).is_none());
    assert!(Gain::linear(17.0).is_none());
    assert_eq!(Gain::from_decibels(Decibels(f32::NEG_INFINITY)), Some(Gain::MUTE));
    assert!((Gain::from_decibels(Decibels(6.0)).unwrap().factor() - 1.995).abs() < 1e-3);
}

#[test]
fn media_time_never_goes_below_zero() {
    assert_eq!(MediaTime::from_millis(1) - MediaTime::from_millis(2), std::time::Duration::ZERO);
}
