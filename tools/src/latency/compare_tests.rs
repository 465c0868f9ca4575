//! Pure: what is slower beyond noise, and what is not.

use std::time::{Duration, UNIX_EPOCH};

use hdrhistogram::Histogram;
use media_core::telemetry::interval_log::Interval;

use super::compare::{Change, Ignore, Verdict, compare};
use super::log::Series;
use super::stretches::{Figure, quantile};

/// A seeded run: 100 ticks a second around `base_us`, each second's load a little different, now and then a hiccup.
fn run(tag: &str, seconds: u64, seed: u64, base_us: f64, unrest: f64) -> Series {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let interval = |n: u64| {
        let mut histogram = Histogram::new_with_bounds(100, 10_000_000_000, 2).unwrap();
        let this_second = base_us * (1.0 + unrest * (random() - 0.5));
        for _ in 0..100 {
            let spread = 0.1 * this_second * (random() + random() + random());
            let hiccup = if random() < 0.003 { 3_000.0 * random() } else { 0.0 };
            histogram.saturating_record(((this_second + spread + hiccup) * 1000.0) as u64);
        }
        Interval {
            tag: tag.into(),
            start: UNIX_EPOCH + Duration::from_secs(n),
            duration: Duration::from_secs(1),
            histogram,
        }
    };
    Series { tag: tag.into(), intervals: (0..seconds).map(interval).collect() }
}

fn verdicts(changes: &[Change]) -> Vec<(Figure, Verdict)> {
    changes.iter().map(|change| (change.figure, change.verdict)).collect()
}

/// 50 µs more is found whatever the tick costs, in runs of a minute.
#[test]
fn a_planted_regression_is_found() {
    for (seed, base_us) in [(1, 150.0), (2, 400.0), (3, 1_000.0)] {
        let a = [run("worker/0/tick_work", 60, seed, base_us, 0.02)];
        let b = [run("worker/0/tick_work", 60, seed + 100, base_us + 50.0, 0.02)];
        let changes = compare(&a, &b, Ignore::default()).unwrap();
        let typical = &changes[0];
        assert_eq!((typical.figure, typical.verdict), (Figure::Typical, Verdict::Slower), "{changes:?}");
        assert!((typical.b_ns - typical.a_ns - 50_000.0).abs() < 15_000.0, "{typical:?}");
        let back = compare(&b, &a, Ignore::default()).unwrap();
        assert_eq!(back[0].verdict, Verdict::Faster);
    }
}

/// Two hundred pairs of equal runs, of any unrest: not one figure is called different.
#[test]
fn equal_runs_are_the_same() {
    let mut wrong = 0;
    for seed in 0..200 {
        let unrest = [0.0, 0.02, 0.2, 1.0][seed as usize % 4];
        let a = [run("worker/0/tick_work", 20, 2 * seed + 1000, 300.0, unrest)];
        let b = [run("worker/0/tick_work", 25, 2 * seed + 1001, 300.0, unrest)];
        wrong += verdicts(&compare(&a, &b, Ignore::default()).unwrap())
            .iter()
            .filter(|(_, verdict)| *verdict != Verdict::Same)
            .count();
    }
    assert_eq!(wrong, 0);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let short = [run("worker/0/tick_work", 9, 1, 100.0, 0.0)];
    let other = [run("worker/1/tick_work", 60, 1, 100.0, 0.0)];
    for (a, b) in [(&short, &short), (&short, &other)] {
        assert!(compare(a, b, Ignore::default()).unwrap_err().to_string().contains("record for longer"));
    }
}

#[test]
fn quantiles_are_finer_than_buckets() {
    let mut histogram = Histogram::<u64>::new_with_bounds(100, 10_000_000_000, 2).unwrap();
    (0..10_000u64).for_each(|n| histogram.saturating_record(1_000_000 + n * 10));
    assert!((quantile(&histogram, 0.5) - 1_050_000.0).abs() < 500.0);
    assert!((Figure::Typical.of(&histogram).unwrap() - 1_050_000.0).abs() < 2_000.0);
    assert_eq!(Figure::P999.of(&Histogram::new(2).unwrap()), None);
}

/// A phase of a microsecond that takes 0.4 µs more is certain, and nothing to tell of unless one asks.
#[test]
fn what_no_tick_feels_is_not_told() {
    let [a, b] = [(1, 1.2), (101, 1.6)].map(|(seed, base_us)| [run("worker/0/phase_emit", 60, seed, base_us, 0.02)]);
    let typical = |ignore| compare(&a, &b, ignore).unwrap()[0].verdict;
    assert_eq!(typical(Ignore::default()), Verdict::Same);
    assert_eq!(typical(Ignore { ns: 0.0, ..Ignore::default() }), Verdict::Slower);
}
