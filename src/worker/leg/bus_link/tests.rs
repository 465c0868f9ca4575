//! Pure: sums between the buses of a room: each is taken once, in the block that it is due in, or never.

use super::*;
use crate::conference::Bus;
use crate::types::SampleRate;

fn sum(tick: u64) -> PartialSum {
    PartialSum::of(&Bus::new(), SampleRate::Hz8000, TickNumber(tick), 0)
}

#[test]
fn a_sum_is_taken_when_it_is_due_and_what_is_too_late_is_left_out() {
    let (mut one, mut other) = BusLink::between(0, 1);
    assert!(!other.take(TickNumber(2), 1) && other.due.is_none(), "nothing is missing before the first has come");
    // In time, early, missing, and so late that the next is there, too.
    let rows: [(&[u64], u64, Option<u64>, bool); 7] = [
        (&[1], 1, Some(1), false),
        (&[2, 3], 2, Some(2), false),
        (&[], 3, Some(3), false),
        (&[], 4, None, true),
        (&[4, 5], 5, Some(5), false),
        (&[6, 7, 8], 8, Some(8), false),
        (&[], 9, None, true),
    ];
    for (sent, wanted, due, missing) in rows {
        sent.iter().for_each(|tick| assert!(one.sends.post(sum(*tick))));
        assert_eq!(
            (other.take(TickNumber(wanted + 1), 1), other.due.map(|due| due.tick.0)),
            (missing, due),
            "block {wanted}"
        );
    }
    drop(one);
    assert!(!other.take(TickNumber(11), 1), "who is gone misses nothing");
}

#[test]
fn a_bus_has_so_many_links_and_no_more() {
    let mut links = BusLinks::default();
    assert!(links.is_empty());
    for peer in 1..MAX_ROOM_WORKERS as u8 {
        links.add(Parcel::pack(BusLink::between(0, peer).0)).unwrap();
    }
    assert!(!links.is_empty() && links.add(Parcel::pack(BusLink::between(0, 99).0)).is_err());
}

/// Two threads that stood still go on at different numbers, or half a tick apart: what comes a tick too late each time is waited
/// for after a while, and a single sum that is late is not.
#[test]
fn sums_that_are_always_late_are_waited_for_longer() {
    for lag in [1, 2] {
        let (mut one, mut other) = BusLink::between(0, 1);
        let mut heard = Vec::new();
        let mut missing = 0;
        for tick in 10..200 {
            // In time at first, but for one; then each a tick too late.
            let begins = heard.len();
            missing += u64::from(other.take(TickNumber(tick), lag));
            heard.extend(other.due.map(|due| due.tick.0));
            assert!(tick < 100 || heard.len() == begins + 1, "ticks of {lag}, block {tick}");
            assert!(tick >= 60 || other.slack == 0, "ticks of {lag}, block {tick}");
            let said = match tick {
                30 => 0..0,
                31 => 30..32,
                ..60 => tick..tick + 1,
                _ => tick - lag..tick - lag + 1,
            };
            said.for_each(|tick| assert!(one.sends.post(sum(tick))));
        }
        assert!(heard.windows(2).all(|pair| pair[0] < pair[1]), "none twice: {heard:?}");
        assert!(missing <= u64::from(TOO_LATE) + 6, "{missing} missing");
    }
}
