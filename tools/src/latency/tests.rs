//! Control: the subcommands against a running engine.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use media_core::telemetry::Measure;
use media_core::telemetry::histograms::HistogramSet;
use media_core::telemetry::interval_log::IntervalLogWriter;
use media_core::telemetry::snapshot::{Snapshot, WorkerSnapshot};
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use media_core::telemetry::totals::Totals;
use media_core::types::WorkerId;

use super::attach::{AttachArgs, WindowArg, seconds};
use super::gauges::GaugesArgs;
use super::report::ReportArgs;
use super::{attach, gauges, log, report};

pub(super) fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("mc-latency-{}-{name}", std::process::id()))
}

/// A second of ticks that work for 200 to 300 µs, `more_us` longer than usual.
pub(super) fn second(more_us: u64) -> HistogramSet {
    let mut set = HistogramSet::new();
    for n in 0..100 {
        set.record(Measure::TickWork, (200 + n + more_us) * 1000);
        set.record(Measure::WakeUpLateness, 5_000 + n * 10);
    }
    set
}

pub(super) fn write_log(name: &str, seconds: u64) -> PathBuf {
    let path = path(name);
    let start = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let mut log = IntervalLogWriter::begin(fs::File::create(&path).unwrap(), start).unwrap();
    for n in 0..seconds {
        for worker in [1, 0] {
            log.write(WorkerId(worker), start + Duration::from_secs(n), Duration::from_secs(1), &second(0)).unwrap();
        }
    }
    path
}

fn engine(name: &str) -> StatsSocket {
    let mut totals = Totals::new();
    totals.add(&second(0));
    let mut worker = WorkerSnapshot::default();
    worker.set_histograms(&totals);
    let mut snapshot = Snapshot::default();
    (snapshot.sessions, snapshot.workers) = (42, vec![worker]);
    let snapshot = Arc::new(snapshot);
    StatsSocket::start(StatsSocketConfig::at(path(name)), move || Arc::clone(&snapshot)).unwrap()
}

fn attached(socket: &StatsSocket, json: bool) -> String {
    let to = path(if json { "json-out" } else { "text-out" });
    let mut out = fs::File::create(&to).unwrap();
    let every = Duration::from_secs(1);
    let args = AttachArgs { socket: socket.path().into(), once: true, json, every, window: WindowArg::Recent };
    attach::run(&args, &mut out).unwrap();
    let text = fs::read_to_string(&to).unwrap();
    fs::remove_file(to).unwrap();
    text
}

#[test]
fn attach_shows_the_engine() {
    let engine = engine("attach.sock");
    let table = attached(&engine, false);
    assert!(table.contains("42 sessions"), "{table}");
    let row = table.lines().find(|line| line.contains("tick_work")).unwrap();
    assert!(row.contains("100") && row.contains("250 µs"), "{row}");
    assert_eq!(Snapshot::from_json(&attached(&engine, true)).unwrap().sessions, 42);
}

#[test]
fn attach_says_what_is_wrong() {
    let args = AttachArgs {
        socket: path("nobody"),
        once: true,
        json: false,
        every: Duration::from_secs(1),
        window: WindowArg::Total,
    };
    let error = attach::run(&args, &mut fs::File::create("/dev/null").unwrap()).unwrap_err();
    assert!(format!("{error:#}").contains("is the engine running"), "{error:#}");
    for bad in ["", "0", "NaN", "1e9", "-1", "x"] {
        assert!(seconds(bad).is_err(), "{bad}");
    }
    assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
}

#[test]
fn report_adds_all_intervals_up() {
    let log = write_log("report.hlog", 5);
    let mut out = Vec::new();
    report::run(&ReportArgs { log: log.clone(), json: false }, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let rows: Vec<_> = text.lines().skip(1).collect();
    assert_eq!(rows.len(), 4);
    assert!(rows[0].starts_with("worker/0/wake_up_lateness") && rows[3].starts_with("worker/1/tick_work"), "{text}");
    assert!(rows[3].contains("5.0") && rows[3].contains("500") && rows[3].contains("250 µs"), "{text}");
    let mut out = Vec::new();
    report::run(&ReportArgs { log: log.clone(), json: true }, &mut out).unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!((rows[1]["name"].as_str(), rows[1]["count"].as_u64()), (Some("worker/0/tick_work"), Some(500)));
    assert_eq!((rows[1]["intervals"].as_u64(), rows[1]["start_unix_s"].as_f64()), (Some(5), Some(1_700_000_000.0)));
    fs::remove_file(log).unwrap();
}

#[test]
fn logs_that_are_none_are_refused() {
    let file = path("bad.hlog");
    for (content, why) in [("", "holds no intervals"), ("hello\n", "not a line of an interval log")] {
        fs::write(&file, content).unwrap();
        let error = format!("{:#}", log::read(&file).unwrap_err());
        assert!(error.contains(why) && error.contains("bad.hlog"), "{error}");
    }
    fs::remove_file(&file).unwrap();
    assert!(log::read(&file).is_err());
}

#[test]
fn gauges_of_all_sessions_come_page_after_page() {
    use media_core::session::MediaSessionParams;
    use media_core::types::SampleRate;
    use media_core::{MediaEngine, MediaEngineConfig};
    let socket = path("gauges.sock");
    let config = MediaEngineConfig::default().io_threads(0usize).realtime_priority(None).stats_socket(socket.clone());
    let engine = MediaEngine::start(config.load_limit_percent(100u32).shed_load_percent(None)).unwrap();
    let params = MediaSessionParams::pcm(SampleRate::Hz8000);
    let handle = engine.handle();
    let created: Vec<_> = (0..60).map(|n| handle.create_media_session(&*format!("{n}"), params.clone())).collect();
    created.into_iter().for_each(|pending| drop(pending.wait().unwrap()));
    let asked = |pattern: &str, json: bool, first: bool| {
        let mut out = Vec::new();
        let args = GaugesArgs { socket: socket.clone(), pattern: pattern.into(), json, first };
        gauges::run(&args, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let all = asked("/session", false, false);
    let lost: Vec<_> = all.lines().filter(|line| line.ends_with("/lost 0") && !line.contains("/rtcp/")).collect();
    assert_eq!(lost.len(), 60, "{all}");
    assert!(all.contains("/session/59/transport/refused 0"));
    assert!(asked("/session", false, true).lines().count() < all.lines().count(), "it was more than one page");
    assert!(asked("/session", true, false).lines().count() >= 2);
    assert_eq!(asked("/session/7/lost", false, false), "/session/7/lost 0\n");
    for json in [true, false] {
        let args = GaugesArgs { socket: socket.clone(), pattern: "/sessions".into(), json, first: false };
        let error = gauges::run(&args, &mut Vec::new()).unwrap_err();
        assert!(error.is::<gauges::NoSuchPath>(), "{error}");
    }
    engine.stop().unwrap();
}
