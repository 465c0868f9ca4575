//! Real-time: gains of a member over orders and ticks.

use super::*;

fn member(index: u32, gain: f32) -> Option<Member> {
    Some(Member { leg: LegKey { index, generation: 1 }, speaks: true, gain: Gain::linear(gain).unwrap() })
}

fn at(tick: u64) -> TickNumber {
    TickNumber(tick)
}

#[test]
fn a_gain_moves_in_one_tick_only() {
    let mut seat = Seat::default();
    assert_eq!(seat.loudness(at(1)), Loudness::Steady(0.0));
    seat.set(member(1, 0.5), at(2));
    assert_eq!(seat.loudness(at(2)), Loudness::Moving(0.0, 0.5));
    assert_eq!(seat.loudness(at(3)), Loudness::Steady(0.5));
    seat.set(member(1, 2.0), at(4));
    assert_eq!(seat.loudness(at(4)), Loudness::Moving(0.5, 2.0));
    assert_eq!(seat.loudness(at(5)), Loudness::Steady(2.0));
}

#[test]
fn of_several_changes_in_a_tick_the_last_is_reached_from_before_the_first() {
    let mut seat = Seat::default();
    seat.set(member(1, 1.0), at(1));
    [0.5, 0.0, 0.25].into_iter().for_each(|gain| seat.set(member(1, gain), at(7)));
    assert_eq!(seat.loudness(at(7)), Loudness::Moving(1.0, 0.25));
    [0.5, 0.25].into_iter().for_each(|gain| seat.set(member(1, gain), at(9)));
    assert_eq!(seat.loudness(at(9)), Loudness::Steady(0.25), "there and back is no change");
}

#[test]
fn who_leaves_is_faded_and_then_gone() {
    let mut seat = Seat::default();
    seat.set(member(1, 1.0), at(1));
    seat.set(None, at(3));
    assert_eq!((seat.loudness(at(3)), seat.speaks()), (Loudness::Moving(1.0, 0.0), false));
    assert_eq!(seat.leg(), Some(LegKey { index: 1, generation: 1 }), "until the fade is over");
    seat.settle();
    assert_eq!((seat.leg(), seat.loudness(at(4))), (None, Loudness::Steady(0.0)));
}

#[test]
fn another_leg_at_the_seat_begins_at_silence() {
    let mut seat = Seat::default();
    seat.set(member(1, 1.0), at(1));
    seat.set(None, at(3));
    seat.set(member(2, 1.0), at(3));
    assert_eq!(seat.loudness(at(3)), Loudness::Moving(0.0, 1.0));
    seat.settle();
    assert!(seat.speaks(), "who came is not gone with who left");
}

#[test]
fn who_only_listens_is_silent_and_speaks_from_silence() {
    let mut seat = Seat::default();
    let listens = member(1, 1.0).map(|member| Member { speaks: false, ..member });
    seat.set(listens, at(1));
    assert_eq!((seat.loudness(at(1)), seat.speaks()), (Loudness::Steady(0.0), false));
    seat.set(member(1, 1.0), at(5));
    assert_eq!(seat.loudness(at(5)), Loudness::Moving(0.0, 1.0));
    seat.set(listens, at(6));
    assert_eq!(seat.loudness(at(6)), Loudness::Moving(1.0, 0.0));
}
