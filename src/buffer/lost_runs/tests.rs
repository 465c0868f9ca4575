//! Pure: the wait follows the holes that are filled, up to its bounds, and forgets.

use super::*;

/// The wait in blocks after so many packets of `blocks` blocks, where each hundredth comes behind a hole.
fn wait(packets: u32, carried: i64, blocks: i64) -> i64 {
    let mut runs = LostRuns::new(0.003);
    for n in 0..packets {
        runs.pass();
        if n % 100 == 50 {
            runs.add(carried);
        }
    }
    runs.wait(blocks * 80, 80) / 80
}

#[test]
fn it_is_waited_as_long_as_holes_are_and_120_ms_at_most() {
    let of = |carried| wait(2_000, carried, 2);
    assert_eq!([0, 1, 2, 3, 4, 6, 20].map(of), [4, 4, 4, 6, 8, 12, 12]);
    // Packets of 10 and 60 ms; and one that is longer by itself.
    assert_eq!([wait(2_000, 4, 1), wait(2_000, 20, 1), wait(2_000, 4, 6), wait(2_000, 4, 20)], [4, 12, 12, 20]);
}

#[test]
fn a_long_hole_counts_for_some_hundred_packets() {
    let mut runs = LostRuns::new(0.003);
    runs.add(4);
    let mut waits = Vec::new();
    for _ in 0..4 {
        waits.push(runs.wait(160, 80) / 80);
        (0..400).for_each(|_| runs.pass());
    }
    assert_eq!(waits, [8, 6, 4, 4]);
}
