//! Control: sums over the seconds.

use super::*;

#[test]
fn totals_hold_all_and_recent_forgets() {
    let mut totals = Totals::new();
    for n in 1..=30u64 {
        let mut set = HistogramSet::new();
        for _ in 0..100 {
            set.record(Measure::TickWork, n * 1_000_000);
        }
        set.record(Measure::CommandLatency, u64::MAX);
        totals.add(&set);
        let recent = totals.recent(Measure::TickWork);
        assert!(recent.len() == n * 100 || (500..=1000).contains(&recent.len()), "{} after {n}", recent.len());
        assert!(recent.max().abs_diff(n * 1_000_000) <= n * 10_000);
    }
    let total = totals.total(Measure::TickWork);
    assert_eq!(total.len(), 3000);
    assert!(total.value_at_quantile(0.5).abs_diff(15_000_000) <= 150_000);
    assert!(totals.recent(Measure::TickWork).min() >= 20_800_000, "the first twenty are forgotten");
    assert_eq!(totals.total(Measure::CommandLatency).len(), 30);
    assert!(totals.total(Measure::PacketResidence).is_empty());
}

/// Adding keeps each value's bucket: a sum of one set tells the same percentiles as the set.
#[test]
fn adding_moves_no_value() {
    let mut set = HistogramSet::new();
    let mut value = 50u64;
    while value < 20_000_000_000 {
        set.record(Measure::TickWork, value);
        value = value * 5 / 4 + 1;
    }
    let mut totals = Totals::new();
    totals.add(&set);
    let (from, to) = (set.get(Measure::TickWork), totals.total(Measure::TickWork));
    assert_eq!((from.len(), from.min(), from.max()), (to.len(), to.min(), to.max()));
    for quantile in [0.1, 0.5, 0.9, 0.99, 0.999] {
        assert_eq!(from.value_at_quantile(quantile), to.value_at_quantile(quantile));
    }
}
