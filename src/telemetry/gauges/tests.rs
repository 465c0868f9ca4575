//! Control: an engine's gauges as paths.

use super::*;
use crate::telemetry::directory::Entry;
use crate::types::{DialogId, MediaTime, SessionId, WorkerId};
use std::sync::Arc;

fn directory(sessions: u32) -> Directory {
    let directory = Directory::default();
    for number in 0..sessions {
        let id = SessionId::new(number, 1);
        let entry = Entry::new(id, DialogId::new("d"), WorkerId(1), Arc::default(), Arc::default(), MediaTime::ZERO);
        entry.media.lost.set(u64::from(number) * 10);
        entry.transport.refused.set(3);
        directory.insert(entry);
    }
    directory
}

fn snapshot() -> Snapshot {
    let mut worker = WorkerSnapshot { worker: 1, period_ms: 10, ..WorkerSnapshot::default() };
    worker.xruns.late_ticks = 4;
    let mut snapshot = Snapshot { sessions: 3, workers: vec![worker], ..Snapshot::default() };
    snapshot.gauges.insert("/worker/1/legs".into(), 3);
    snapshot
}

fn page(pattern: &str, sessions: u32) -> GaugePage {
    GaugePage::read(&GaugeQuery::new(pattern), &snapshot(), &directory(sessions))
}

#[test]
fn a_path_is_found_by_its_begin_and_whole_segments_only() {
    let found = page("/session/2", 30);
    assert!(found.gauges.contains(&("/session/2/lost".into(), 20)));
    assert!(found.gauges.contains(&("/session/2/transport/refused".into(), 3)));
    assert!(found.gauges.iter().all(|(path, _)| path.starts_with("/session/2/")), "not /session/20");
    assert_eq!(page("/worker/1/late_ticks", 30).gauges, [("/worker/1/late_ticks".to_owned(), 4)]);
    assert_eq!(page("/worker/*/legs", 30).gauges, [("/worker/1/legs".to_owned(), 3)]);
    assert_eq!(page("/engine/sessions", 30).gauges, [("/engine/sessions".to_owned(), 3)]);
    for nothing in ["/session/31", "/session/x/lost", "/worker/2", "/worker/1/late", "/nothing"] {
        assert_eq!(page(nothing, 30), GaugePage::default(), "{nothing}");
    }
    let all = page("", 3);
    for path in ["/engine/uptime_ms", "/worker/1/load_permille", "/session/0/lost", "/session/2/worker"] {
        assert!(all.gauges.iter().any(|(found, _)| found == path), "{path}");
    }
    assert!(all.next.is_none());
}

/// Whatever the number of sessions, a page stays a page, and following `next` gives each value once.
#[test]
fn pages_are_bounded_and_whole() {
    for (pattern, sessions, each) in [("/session/*/lost", 10_000u32, 1), ("/session", 500, 0), ("", 500, 0)] {
        let (directory, snapshot) = (directory(sessions), snapshot());
        let mut query = GaugeQuery::new(pattern);
        let mut lost = Vec::new();
        let mut pages = 0;
        loop {
            let page = GaugePage::read(&query, &snapshot, &directory);
            assert!(page.gauges.len() < PAGE_VALUES + 128, "{}", page.gauges.len());
            assert!(each == 0 || page.gauges.len() <= PAGE_SESSIONS);
            lost.extend(
                page.gauges
                    .into_iter()
                    .filter(|(path, _)| path.ends_with("/lost") && !path.contains("/rtcp/"))
                    .map(|(_, value)| value),
            );
            pages += 1;
            let Some(next) = page.next else { break };
            query = GaugeQuery::new(pattern).from(&next).expect("a place to go on");
        }
        assert_eq!(lost, (0..i64::from(sessions)).map(|n| n * 10).collect::<Vec<_>>(), "{pattern:?}");
        assert!(pages >= 10, "{pages} pages");
    }
    assert!(GaugeQuery::new("").from("/worker/1").is_none());
}

#[test]
fn pages_as_text_and_json() {
    let page = GaugePage { gauges: vec![("/b".into(), 2), ("/a".into(), -1)], next: Some("/session/9".into()) };
    assert_eq!(page.to_string(), "/b 2\n/a -1\n# next /session/9\n");
    assert_eq!(page.to_json(), r#"{"gauges":{"/b":2,"/a":-1},"next":"/session/9"}"#);
    assert_eq!(GaugePage::default().to_json(), r#"{"gauges":{},"next":null}"#);
}
