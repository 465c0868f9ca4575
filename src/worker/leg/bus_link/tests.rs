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
    assert!(!other.take(TickNumber(1)) && other.due.is_none(), "nothing is missing before the first has come");
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
        assert_eq!((other.take(TickNumber(wanted)), other.due.map(|due| due.tick.0)), (missing, due), "block {wanted}");
    }
    drop(one);
    assert!(!other.take(TickNumber(10)), "who is gone misses nothing");
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
