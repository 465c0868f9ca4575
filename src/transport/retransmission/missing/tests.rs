use super::*;

fn ms(ms: u64) -> MediaTime {
    MediaTime::from_millis(ms)
}

fn reach(round_trip: u64, buffer: u64, reordered: u64) -> Reach {
    let [round_trip, buffer, reordered] = [round_trip, buffer, reordered].map(Duration::from_millis);
    Reach { round_trip, buffer, reordered }
}

/// Numbers that came 20 ms apart.
fn heard(numbers: &[u16]) -> Missing {
    let mut missing = Missing::default();
    numbers.iter().zip(0..).for_each(|(&number, n)| _ = missing.hear(7, number, ms(20 * n)));
    missing
}

fn asked(missing: &mut Missing, reach: Reach, now: u64) -> Vec<u16> {
    let (numbers, n) = missing.ask(reach, ms(now));
    numbers[..n].to_vec()
}

#[test]
fn what_is_missing_is_asked_for_twice_over_the_wrap_and_then_given_up() {
    let mut missing = heard(&[65_534, 1]);
    let reach = reach(30, 120, 0);
    assert_eq!(asked(&mut missing, reach, 20), [65_535, 0]);
    assert!(asked(&mut missing, reach, 60).is_empty());
    assert!(missing.hear(7, 0, ms(60)), "it was asked for");
    assert!(!missing.hear(7, 0, ms(61)), "twice is nothing new");
    assert_eq!(asked(&mut missing, reach, 75), [65_535]);
    assert!(asked(&mut missing, reach, 80).is_empty() && !missing.is_empty());
    assert!(asked(&mut missing, reach, 130).is_empty() && missing.is_empty());
}

#[test]
fn what_is_only_reordered_is_waited_for_and_what_comes_too_late_is_not() {
    let mut missing = heard(&[1, 3]);
    assert!(asked(&mut missing, reach(30, 120, 15), 30).is_empty());
    assert!(!missing.hear(7, 2, ms(31)) && missing.is_empty());
    let mut missing = heard(&[1, 3]);
    assert!(asked(&mut missing, reach(111, 120, 0), 20).is_empty() && missing.is_empty());
}

#[test]
fn a_long_hole_or_another_source_begins_anew() {
    let mut missing = heard(&[1, 3, 400]);
    assert!(missing.is_empty());
    missing.hear(7, 402, ms(80));
    assert!(!missing.is_empty());
    missing.hear(8, 5, ms(100));
    assert!(missing.is_empty());
}
