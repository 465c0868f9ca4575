//! Pure: which ticks run, are run late, or are skipped.

use std::time::Duration;

use super::*;

const MS: u64 = 1_000_000;

/// Period, lateness of the wake-up in ns, then: run, skip, re-anchored, time from the wake-up to the next deadline.
type Row = (TickPeriod, u64, u8, u64, bool, u64);

const TABLE: &[Row] = &[
    // On time, and late by less than a period: one tick, the deadlines stand.
    (TickPeriod::Ms10, 0, 1, 0, false, 10 * MS),
    (TickPeriod::Ms10, 1, 1, 0, false, 10 * MS - 1),
    (TickPeriod::Ms10, 10 * MS - 1, 1, 0, false, 1),
    // Late by k periods: two back to back, k - 1 skipped.
    (TickPeriod::Ms10, 10 * MS, 2, 0, false, 10 * MS),
    (TickPeriod::Ms10, 20 * MS - 1, 2, 0, false, 1),
    (TickPeriod::Ms10, 20 * MS, 2, 1, false, 10 * MS),
    (TickPeriod::Ms10, 55 * MS, 2, 4, false, 5 * MS),
    (TickPeriod::Ms10, 200 * MS - 1, 2, 18, false, 1),
    (TickPeriod::Ms10, 200 * MS, 2, 19, false, 10 * MS),
    // Beyond 200 ms: one tick, a whole period until the next.
    (TickPeriod::Ms10, 200 * MS + 1, 1, 20, true, 10 * MS),
    (TickPeriod::Ms10, 206 * MS, 1, 21, true, 10 * MS),
    (TickPeriod::Ms10, 3_600_000 * MS, 1, 360_000, true, 10 * MS),
    // The same at 20 ms.
    (TickPeriod::Ms20, 20 * MS - 1, 1, 0, false, 1),
    (TickPeriod::Ms20, 20 * MS, 2, 0, false, 20 * MS),
    (TickPeriod::Ms20, 59 * MS, 2, 1, false, MS),
    (TickPeriod::Ms20, 200 * MS, 2, 9, false, 20 * MS),
    (TickPeriod::Ms20, 201 * MS, 1, 10, true, 20 * MS),
];

#[test]
fn catch_up_table() {
    for &(period, late, run, skip, reanchored, until_next) in TABLE {
        // A few ticks on time first, so that the table does not only hold for tick 0.
        for before in [0, 1, 7] {
            let anchor = MediaTime::from_nanos(123_456_789);
            let mut pacer = Pacer::new(anchor, period);
            for n in 0..before {
                assert_eq!(pacer.due().as_nanos(), anchor.as_nanos() + n * period.nanos());
                assert_eq!(pacer.plan(pacer.due()).run, 1);
            }
            let due = pacer.due().as_nanos();
            let awake = due + late;
            let got = pacer.plan(MediaTime::from_nanos(awake));
            let row = format!("{period:?} late by {late} ns after {before} ticks: {got:?}");
            assert_eq!((got.run, got.skip, got.reanchored), (run, skip, reanchored), "{row}");
            assert_eq!(got.lateness_ns, late, "{row}");
            assert_eq!(got.tick, TickNumber(before + skip), "{row}");
            assert_eq!(got.due_of(0, period).as_nanos(), due, "{row}");
            if run == 2 {
                assert_eq!(got.due_of(1, period) + Duration::from_nanos(period.nanos()), pacer.due(), "{row}");
            }
            assert_eq!(pacer.due().as_nanos(), awake + until_next, "{row}");
            assert_eq!(pacer.next_tick(), TickNumber(before + skip + u64::from(run)), "{row}");
            assert_eq!(pacer.reanchored(), u64::from(reanchored), "{row}");
        }
    }
}

#[test]
fn an_early_wake_up_runs_nothing_and_changes_nothing() {
    let mut pacer = Pacer::new(MediaTime::from_millis(100), TickPeriod::Ms10);
    let got = pacer.plan(MediaTime::from_nanos(100 * MS - 1));
    assert_eq!((got.run, got.skip, got.lateness_ns), (0, 0, 0));
    assert_eq!((pacer.due(), pacer.next_tick()), (MediaTime::from_millis(100), TickNumber(0)));
}

/// A seeded sequence of stalls: what is due is either run or skipped, tick numbers follow time, never more than two ticks
/// run at one wake-up, and lateness does not add up.
#[test]
fn ticks_follow_time_through_any_stalls() {
    for period in [TickPeriod::Ms10, TickPeriod::Ms20] {
        let mut pacer = Pacer::new(MediaTime::ZERO, period);
        let (mut now, mut seed, mut ran, mut skipped) = (0u64, 1u64, 0u64, 0u64);
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let stall = match seed >> 60 {
                0 => (seed >> 20) % (400 * MS),
                1..=3 => (seed >> 20) % (50 * MS),
                _ => (seed >> 20) % MS,
            };
            now = now.max(pacer.due().as_nanos()) + stall;
            let before = pacer.next_tick();
            let got = pacer.plan(MediaTime::from_nanos(now));
            assert!((1..=2).contains(&got.run), "{got:?}");
            assert_eq!(got.tick, before + got.skip);
            assert!(!(got.reanchored && got.run > 1), "a pause is never made up for by a burst");
            assert!(pacer.due().as_nanos() > now, "after a plan the next deadline lies ahead");
            assert!(pacer.due().as_nanos() <= now + period.nanos());
            ran += u64::from(got.run);
            skipped += got.skip;
        }
        assert_eq!(pacer.next_tick().0, ran + skipped);
        let drift = pacer.due().as_nanos().abs_diff(pacer.next_tick().0 * period.nanos());
        // Each re-anchoring may move the deadlines by half a period either way.
        assert!(drift <= pacer.reanchored() * period.nanos() / 2);
        assert!(pacer.reanchored() > 100 && skipped > 1000);
    }
}
