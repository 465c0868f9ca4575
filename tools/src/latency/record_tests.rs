//! Control: recording a running engine.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use media_core::telemetry::Measure;
use media_core::telemetry::snapshot::{Snapshot, WorkerSnapshot};
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use media_core::telemetry::totals::Totals;

use super::log;
use super::record::{self, RecordArgs};
use super::tests::{path, second};

/// An engine that counts up by one second at each question, each second slower than the one before.
fn counting_engine(name: &str) -> StatsSocket {
    let state = Mutex::new((Totals::new(), 0u64));
    StatsSocket::start(StatsSocketConfig::at(path(name)), move || {
        let mut state = state.lock().unwrap();
        let slower = state.1 * 1000;
        state.0.add(&second(slower));
        state.1 += 1;
        let mut worker = WorkerSnapshot::default();
        worker.set_histograms(&state.0);
        let mut snapshot = Snapshot::default();
        snapshot.uptime_ms = state.1 * 1000;
        // In the year 2100: after the start of any recording.
        snapshot.taken_unix_ms = 4_102_444_800_000 + snapshot.uptime_ms;
        snapshot.workers = vec![worker];
        Arc::new(snapshot)
    })
    .unwrap()
}

#[test]
fn intervals_are_the_differences_of_sums() {
    let engine = counting_engine("record.sock");
    let output = path("record.hlog");
    let every = Duration::from_millis(100);
    let length = Some(Duration::from_millis(350));
    let args = RecordArgs { socket: engine.path().into(), output: output.clone(), force: true, length, every };
    let written = record::run(&args, &mut Vec::new(), true).unwrap();
    let series = log::read(&output).unwrap();
    assert_eq!(series[1].tag, "worker/0/tick_work");
    let intervals = &series[1].intervals;
    assert!(written >= 2 && intervals.len() as u64 == written, "{written}");
    let start = UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    for (n, interval) in intervals.iter().enumerate() {
        assert_eq!(interval.histogram.len(), 100);
        // The first answer is what the differences begin from.
        let median = interval.histogram.value_at_quantile(0.5);
        let expected = second(1000 * (n as u64 + 1)).get(Measure::TickWork).value_at_quantile(0.5);
        assert_eq!(median, expected);
        assert_eq!(
            (interval.start, interval.duration),
            (start + Duration::from_secs(n as u64 + 1), Duration::from_secs(1))
        );
    }
    let again = RecordArgs { force: false, ..args };
    let error = record::run(&again, &mut Vec::new(), true).unwrap_err();
    assert!(format!("{error:#}").contains("--force"), "{error:#}");
    fs::remove_file(output).unwrap();
}
