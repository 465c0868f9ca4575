//! Pure: steps of shedding, with their hysteresis.

use super::*;

const FAST: Thresholds = Thresholds { enter: 0.8, leave: 0.5, enter_after: 2, leave_after: 3 };

#[test]
fn steps_down_and_back_in_order() {
    let mut shed = Shedder::new(FAST, 2).unwrap();
    let loads = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4];
    let changes: Vec<_> = loads.iter().enumerate().filter_map(|(n, &l)| shed.update(l).map(|c| (n, c))).collect();
    let expected =
        [(1, ShedChange::Down(1)), (3, ShedChange::Down(2)), (8, ShedChange::Up(1)), (11, ShedChange::Up(0))];
    assert_eq!(changes, expected);
    assert_eq!(shed.level(), 0);
}

#[test]
fn a_load_that_swings_between_the_thresholds_changes_nothing() {
    let mut shed = Shedder::new(FAST, 3).unwrap();
    shed.update(0.9);
    shed.update(0.9);
    assert_eq!(shed.level(), 1);
    for n in 0..1000 {
        assert_eq!(shed.update(if n % 2 == 0 { 0.79 } else { 0.51 }), None);
    }
    // Over and under in turn: never long enough in a row.
    for n in 0..1000 {
        assert_eq!(shed.update(if n % 2 == 0 { 0.95 } else { 0.1 }), None);
    }
    assert_eq!(shed.update(f32::NAN), None);
}

#[test]
fn thresholds_out_of_order_are_refused() {
    for bad in [
        Thresholds { leave: 0.8, ..FAST },
        Thresholds { enter: f32::NAN, ..FAST },
        Thresholds { enter: 3.0, ..FAST },
        Thresholds { leave: -0.1, ..FAST },
        Thresholds { enter_after: 0, ..FAST },
        Thresholds { leave_after: 0, ..FAST },
    ] {
        assert!(Shedder::new(bad, 1).is_none(), "{bad:?}");
    }
}

#[test]
fn a_level_takes_the_steps_in_their_order() {
    assert_eq!(ShedLevel::FULL_QUALITY.last_step(), None);
    assert!(ShedStep::ALL.iter().all(|&step| !ShedLevel::FULL_QUALITY.sheds(step)));
    for (n, &step) in ShedStep::ALL.iter().enumerate() {
        let level = ShedLevel::new(n as u8 + 1);
        assert_eq!(level.last_step(), Some(step));
        let taken: Vec<_> = ShedStep::ALL.into_iter().filter(|&step| level.sheds(step)).collect();
        assert_eq!(taken, ShedStep::ALL[..=n]);
    }
    assert_eq!(ShedLevel::new(200), ShedLevel::DEEPEST);
    assert_eq!(ShedLevel::new(2).to_string(), "2 of 6 steps (last: stretching)");
}
