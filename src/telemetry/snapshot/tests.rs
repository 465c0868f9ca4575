//! Control: snapshots as JSON and text.

use super::*;
use crate::rt::os::Privilege;
use crate::telemetry::histograms::HistogramSet;

fn sample() -> Snapshot {
    let mut set = HistogramSet::new();
    for n in 1..=1000u64 {
        set.record(Measure::TickWork, n * 1000);
    }
    let mut totals = Totals::new();
    totals.add(&set);
    let mut worker = WorkerSnapshot { core: Some(1), period_ms: 10, ticks: 1000, ..WorkerSnapshot::default() };
    worker.privileges.realtime = Privilege::Refused("SCHED_FIFO: not permitted".into());
    worker.set_histograms(&totals);
    let gauges = [("/worker/0/late_ticks".to_owned(), 3)].into();
    Snapshot { pid: 7, sessions: 2, workers: vec![worker], gauges, ..Snapshot::default() }
}

#[test]
fn json_and_back() {
    let mut snapshot = sample();
    snapshot.workers[0].sums.clear();
    let json = snapshot.to_json();
    assert!(!json.contains('\n'));
    assert_eq!(Snapshot::from_json(&json).unwrap(), snapshot);
    // Another version's: fields more, fields less.
    let other =
        Snapshot::from_json(r#"{"sessions":5,"later":{"a":[1]},"workers":[{"worker":3,"load":{"now":0.5}}]}"#).unwrap();
    assert_eq!((other.sessions, other.workers[0].worker, other.workers[0].ticks), (5, 3, 0));
    assert!(Snapshot::from_json("no").is_err());
}

#[test]
fn percentiles_are_those_of_the_histogram() {
    let snapshot = sample();
    let row = snapshot.workers[0].total.iter().find(|row| row.name == "tick_work").unwrap();
    let close = |got: u64, us: u64| got.abs_diff(us * 1000) <= us * 10;
    assert!(row.count == 1000 && close(row.p50_ns, 500) && close(row.p90_ns, 900), "{row:?}");
    assert!(close(row.p99_ns, 990) && close(row.p999_ns, 999) && close(row.max_ns, 1000), "{row:?}");
    let empty = snapshot.workers[0].total.iter().find(|row| row.name == "phase_mix").unwrap();
    assert_eq!((empty.count, empty.max_ns), (0, 0));
}

#[test]
fn the_table_shows_what_was_measured() {
    let text = sample().to_string();
    let row = text.lines().find(|line| line.contains("tick_work")).unwrap();
    assert!(row.contains("1000") && row.contains("1.0") && row.ends_with("ms"), "{row}");
    assert!(!text.contains("phase_mix"), "rows without values are left out");
    assert!(text.contains("refused (SCHED_FIFO: not permitted)") && text.contains("advice"), "{text}");
    assert!(text.contains("worker 0 for core 1") && text.contains("/worker/0/late_ticks 3"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 240));
}

#[test]
fn durations_have_three_digits() {
    let shown = [0, 999, 1_000, 12_345, 999_400, 5_500_000, 250_000_000, 3_210_000_000].map(|ns| Nanos(ns).to_string());
    assert_eq!(shown, ["0 ns", "999 ns", "1.00 µs", "12.3 µs", "999 µs", "5.50 ms", "250 ms", "3.21 s "]);
}

#[test]
fn the_whole_histograms_are_an_interval_log() {
    let snapshot = Snapshot { taken_unix_ms: 1_700_000_005_000, uptime_ms: 5_000, ..sample() };
    let intervals = crate::telemetry::interval_log::read(&snapshot.to_interval_log()).unwrap();
    assert_eq!(intervals.len(), 1);
    assert_eq!((intervals[0].tag.as_str(), intervals[0].duration), ("worker/0/tick_work", Duration::from_secs(5)));
    assert_eq!(intervals[0].start, UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    assert_eq!(intervals[0].histogram.len(), 1000);
}
