//! Pure: histograms of fixed bounds.

use super::*;
use crate::telemetry::measure::{Measure, Phase};

#[test]
fn every_measure_has_its_own_histogram_and_name() {
    let mut set = HistogramSet::new();
    for (n, measure) in Measure::ALL.into_iter().enumerate() {
        assert_eq!(measure.index(), n);
        assert_eq!(Measure::from_name(measure.name()), Some(measure));
        set.record(measure, 1000 * (n as u64 + 1));
    }
    for (n, measure) in Measure::ALL.into_iter().enumerate() {
        assert_eq!(set.get(measure).len(), 1);
        assert!(set.get(measure).max().abs_diff(1000 * (n as u64 + 1)) < 100, "{measure}");
    }
    assert_eq!(Measure::from_name("phase_mix"), Some(Measure::Phase(Phase::Mix)));
    assert_eq!(Measure::from_name("mix"), None);
}

#[test]
fn any_value_is_clamped_and_counted() {
    let mut set = HistogramSet::new();
    let values = [0, 1, 63, 64, 99, 100, HIGHEST_NS - 1, HIGHEST_NS, HIGHEST_NS + 1, 1 << 62, u64::MAX];
    for ns in values {
        set.record(Measure::TickWork, ns);
    }
    for bit in 0..64 {
        set.record(Measure::TickWork, 1 << bit);
    }
    let histogram = set.get(Measure::TickWork);
    assert_eq!(histogram.len(), values.len() as u64 + 64);
    assert!(histogram.max() >= HIGHEST_NS && histogram.max() < 2 * HIGHEST_NS, "{}", histogram.max());
    set.reset();
    assert!(set.get(Measure::TickWork).is_empty());
    set.record(Measure::TickWork, 5_000);
    assert!(set.get(Measure::TickWork).max() < 5_100, "nothing is left of the old maximum");
}

#[test]
fn values_are_told_to_one_percent() {
    let mut set = HistogramSet::new();
    for ns in [1_000, 25_000, 300_000, 4_000_000, 50_000_000, 9_000_000_000u64] {
        set.reset();
        set.record(Measure::PacketResidence, ns);
        let told = set.get(Measure::PacketResidence).value_at_quantile(0.5);
        assert!(told.abs_diff(ns) <= (ns / 100).max(64), "{ns} told as {told}");
    }
}

#[test]
fn the_set_stays_small() {
    let buckets = fixed::<u32>().distinct_values();
    assert!(buckets * size_of::<u32>() <= 12 * 1024, "{buckets} buckets");
}
