//! Pure: what a peer is told of its packets, whatever their numbers do.

use super::*;

fn at(ms: u64) -> MediaTime {
    MediaTime::from_millis(ms)
}

/// What is told next: first number, and when each came, in ms by the reference time.
fn told(arrivals: &mut Arrivals) -> Option<(u16, Vec<Option<f64>>)> {
    let mut deltas = [None; WINDOW];
    let (_, base, reference, _, count) = arrivals.take(&mut deltas)?;
    let mut time = f64::from(reference) * 64.0;
    let times = deltas[..count].iter().map(|delta| {
        delta.map(|delta| {
            time += f64::from(delta) / 4.0;
            time
        })
    });
    Some((base, times.collect()))
}

#[test]
fn what_came_is_told_once_in_its_time_over_the_wrap() {
    let mut arrivals = Arrivals::default();
    let mut all = Vec::new();
    for n in 0..20_u64 {
        // The fourth and every fifth behind it do not come.
        let due = n % 5 != 3 && arrivals.hear(65_530_u16.wrapping_add(n as u16), 7, at(1_000 + 20 * n));
        if due {
            assert!(arrivals.is_due(at(1_000 + 20 * n)));
            all.push(told(&mut arrivals).unwrap());
        }
    }
    assert_eq!(told(&mut arrivals).map(|(_, times)| times.len()), Some(2), "the rest");
    assert_eq!(told(&mut arrivals), None);
    let bases: Vec<u16> = all.iter().map(|(base, _)| *base).collect();
    assert_eq!(bases, [65_530, 0, 6], "each 100 ms");
    let times: Vec<_> = all.into_iter().flat_map(|(_, times)| times).collect();
    for (n, time) in times.iter().enumerate() {
        assert_eq!(*time, (n % 5 != 3).then_some(1_000.0 + 20.0 * n as f64), "{n}");
    }
}

#[test]
fn nothing_is_due_before_its_time_and_a_lone_packet_is_told_in_the_end() {
    let mut arrivals = Arrivals::default();
    assert!(!arrivals.is_due(at(5_000)));
    assert!(!arrivals.hear(9, 7, at(100)));
    assert!(!arrivals.is_due(at(199)) && arrivals.is_due(at(200)));
    assert_eq!(told(&mut arrivals), Some((9, vec![Some(100.0)])));
    assert!(!arrivals.is_due(at(9_000)));
}

#[test]
fn a_packet_out_of_order_is_told_again_with_those_behind_it_and_a_copy_is_none() {
    let mut arrivals = Arrivals::default();
    for (n, sequence) in [10, 11, 13, 13, 14].into_iter().enumerate() {
        arrivals.hear(sequence, 7, at(20 * n as u64));
    }
    assert_eq!(told(&mut arrivals), Some((10, vec![Some(0.0), Some(20.0), None, Some(40.0), Some(80.0)])));
    assert!(!arrivals.hear(14, 7, at(300)));
    assert_eq!(told(&mut arrivals), None, "a copy says nothing new");
    arrivals.hear(12, 7, at(310));
    assert_eq!(told(&mut arrivals), Some((12, vec![Some(310.0), Some(40.0), Some(80.0)])));
}

#[test]
fn times_too_far_apart_are_told_by_two() {
    let mut arrivals = Arrivals::default();
    arrivals.hear(1, 7, at(0));
    arrivals.hear(2, 7, at(9_000));
    assert_eq!(told(&mut arrivals), Some((1, vec![Some(0.0)])));
    assert!(arrivals.is_due(at(9_000)));
    assert_eq!(told(&mut arrivals), Some((2, vec![Some(9_000.0)])));
}

#[test]
fn a_stray_number_changes_nothing_and_who_counts_anew_is_followed() {
    let mut arrivals = Arrivals::default();
    arrivals.hear(100, 7, at(0));
    for stray in [40_000, 500, 100u16.wrapping_sub(400)] {
        assert!(!arrivals.hear(stray, 7, at(10)));
    }
    arrivals.hear(101, 7, at(20));
    assert_eq!(told(&mut arrivals), Some((100, vec![Some(0.0), Some(20.0)])));
    for n in 0..3 {
        arrivals.hear(30_003 + n, 7, at(40 + 20 * u64::from(n)));
    }
    assert_eq!(told(&mut arrivals), Some((30_004, vec![Some(60.0), Some(80.0)])), "of the first it was not sure");
}

#[test]
fn what_is_remembered_has_a_bound() {
    let mut arrivals = Arrivals::default();
    let mut random = 1_u32;
    for n in 0..50_000_u32 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let sequence = n.wrapping_add(random >> 20) as u16;
        let due = arrivals.hear(sequence, 7, at(u64::from(n)));
        assert!(arrivals.next - arrivals.first <= WINDOW as u64);
        if due && random & 3 == 0 {
            let (_, times) = told(&mut arrivals).unwrap();
            assert!(!times.is_empty() && times.len() <= WINDOW);
        }
    }
}
