//! Control: what is lost on purpose is reported to the packet, and what is not is not; searches find what there is.

use super::args::LoadArgs;
use super::heard::{Heard, times};
use super::run;
use super::scenario::Scenario;
use super::search::{Bounds, Limit, search};
use super::verdict::{NodeFigures, Step, Times, Verdict};
use crate::pbx_node::background::Background;
use crate::pbx_node::config::Config;
use media_core::rtp::RtpHeader;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

fn args(line: &str) -> LoadArgs {
    LoadArgs::of(line.split(' ')).unwrap()
}

/// A node in this process, and where its stats socket is.
fn node(name: &str, more: &str) -> (Background, String) {
    let folder = std::env::temp_dir().join(format!("call-load-tests-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let stats = folder.join("stats").display().to_string();
    let text = format!(
        "[sip]\nlisten = \"127.0.0.1:0\"\n[status]\nlisten = \"127.0.0.1:0\"\n[files]\nrecordings = {:?}\n[media]\nstats_socket = {stats:?}\n{more}",
        folder.join("recordings")
    );
    (Background::start(Config { quiet: true, ..Config::parse(&text).unwrap() }).unwrap(), stats)
}

fn step_of(line: &str, node: &Background, dropper: Option<super::wire::Dropper>) -> Step {
    let report = run::with(&args(&format!("{line} --node {}", node.at.sip)), dropper).unwrap();
    report.outcomes.last().unwrap().steps[0].0.clone()
}

/// Of a machine that is busy with other tests nothing is asked but what does not depend on it.
fn is_whole(step: &Step, legs: u32) {
    assert_eq!((step.refused.as_ref(), step.legs, step.silent_streams, step.lost), (None, legs, 0, 0), "{step:?}");
    assert_eq!(step.node.as_ref().unwrap().lost_in, 0, "{step:?}");
    assert!(step.received > 40 * u64::from(legs) && step.sent > 40 * u64::from(legs), "{step:?}");
}

#[test]
fn what_is_lost_on_purpose_is_reported_to_the_packet() {
    let (node, stats) = node("dropper", "");
    let line = format!("--scenario g711 --calls 3 --seconds 2 --stats {stats}");
    // Each third packet of two of the streams that come back, some of them; the last is never one.
    let counts: Arc<[AtomicU32; 6]> = Arc::default();
    let lost = Arc::new(AtomicU32::new(0));
    let (seen, told) = (counts.clone(), lost.clone());
    let step = step_of(
        &line,
        &node,
        Some(Arc::new(move |stream| {
            let count = seen[stream].fetch_add(1, Relaxed);
            let drops = stream % 3 == 1 && count > 0 && count % 3 == 0 && count < 60;
            told.fetch_add(drops.into(), Relaxed);
            drops
        })),
    );
    assert!(lost.load(Relaxed) >= 30, "{lost:?}");
    assert_eq!((step.lost, step.established), (lost.load(Relaxed).into(), 3), "{step:?}");
    assert!(matches!(step.verdict(), Verdict::Bad(_) | Verdict::GeneratorLate(_)), "{step:?}");
    // The twin.
    is_whole(&step_of(&line, &node, None), 6);
    node.stop().unwrap();
}

#[test]
fn codecs_and_rooms_are_heard_clean() {
    let (node, stats) = node("codecs", "");
    for (scenario, legs, snr) in [("g722", 4, 33.0), ("opus", 4, 25.0), ("rooms", 2, 28.0)] {
        let line = format!("--scenario {scenario} --calls 2 --seconds 4 --ears 4 --stats {stats}");
        let step = step_of(&line, &node, None);
        is_whole(&step, legs);
        assert!(step.snr_db.is_some_and(|db| db > snr), "{scenario}: {step:?}");
        if scenario != "rooms" {
            assert!(step.delay_ms.is_some_and(|ms| (5.0..400.0).contains(&ms)), "{scenario}: {step:?}");
        }
    }
    node.stop().unwrap();
}

#[test]
fn a_node_that_refuses_calls_is_told_apart() {
    let (node, _) = node("refuses", "calls = 2\n");
    let step = step_of("--scenario g711 --calls 4 --seconds 1", &node, None);
    assert_eq!(step.established, 2);
    assert!(step.refused.as_ref().is_some_and(|why| why.contains("503")), "{step:?}");
    node.until("its calls are over", |shown| shown["calls"].as_array().is_some_and(Vec::is_empty)).unwrap();
    let said = step_of("--scenario relay,rooms --calls 1 --seconds 1", &node, None);
    assert_eq!(said.established, 1, "a relay is left out, where SIP is all there is");
    node.stop().unwrap();
}

#[test]
fn arguments_that_cannot_be_are_told() {
    let (node, _) = node("arguments", "[users.bob]\npassword = \"b\"\n");
    let why = |line: String| format!("{:#}", run::run(&args(&line)).unwrap_err());
    assert!(why("--from 9 --most 3".into()).contains("must be at most --most"));
    let line = format!("--node {} --scenario g711 --calls 1", node.at.sip);
    assert!(why(line).contains("see --caller and --called"));
    for wrong in ["--calls 0", "--scenario g726", "--stats /x", "--png", "--tries 11"] {
        assert!(LoadArgs::of(wrong.split(' ')).is_err(), "{wrong}");
    }
    node.stop().unwrap();
}

#[test]
fn a_search_ends_at_what_can_be_carried() {
    let step = |calls: u32, most: u32| Step {
        calls,
        refused: (calls > most).then(|| "503".into()),
        established: calls,
        sent: 1,
        ..Step::default()
    };
    for most in [0, 1, 50, 99, 100, 777, 4_999] {
        let (mut tried, bounds) = (0, Bounds { from: 50, most: 5_000, percent: 5, tries: 2 });
        let found = search(bounds, |calls| {
            tried += 1;
            Ok(step(calls, most))
        });
        let found = found.unwrap();
        assert!(matches!(found.limit, Limit::Node(_)) && tried < 40, "{tried}");
        let (good, not) = (found.calls.unwrap_or(0), found.not.unwrap());
        assert!(good <= most && not > most && (not - good) * 20 <= good.max(20), "{most}: {found:?}");
    }
    let bounds = Bounds { from: 3, most: 40, percent: 5, tries: 1 };
    let all = search(bounds, |calls| Ok(step(calls, 100))).unwrap();
    assert_eq!((all.calls, all.limit), (Some(40), Limit::Asked));
    // Where the generator is late nothing is said of the node; once it was on time, it is.
    let late = Times { max_us: 30_000.0, ..Times::default() };
    let generator = search(bounds, |calls| Ok(Step { generator_late: late, ..step(calls, 100) })).unwrap();
    assert!(matches!(generator.limit, Limit::Generator(_)), "{generator:?}");
    let mut first = true;
    let again = search(Bounds { tries: 2, ..bounds }, |calls| {
        let late = if std::mem::take(&mut first) { late } else { Times::default() };
        Ok(Step { generator_late: late, ..step(calls, 100) })
    });
    assert_eq!(again.unwrap().calls, Some(40));
}

#[test]
fn each_fault_is_named_and_the_generator_is_blamed_for_its_own() {
    let good = || Step { sent: 1_000, node: Some(NodeFigures::default()), ..Step::default() };
    assert_eq!(good().verdict(), Verdict::Good);
    let bad = |step: Step, what: &str| match step.verdict() {
        Verdict::Bad(why) => assert!(why.len() == 1 && why[0].contains(what), "{why:?}"),
        other => panic!("{what}: {other:?}"),
    };
    bad(Step { lost: 1, ..good() }, "1 packets lost on their way back");
    bad(Step { unsent: 2, ..good() }, "not sent");
    bad(Step { silent_streams: 1, ..good() }, "silent");
    bad(Step { hung_up: 1, ..good() }, "hung up");
    bad(Step { node: Some(NodeFigures { lost_in: 1, ..NodeFigures::default() }), ..good() }, "to the node");
    bad(Step { node: Some(NodeFigures { late_ticks: 1, ..NodeFigures::default() }), ..good() }, "late ticks");
    for own in [
        Step { generator_dropped: 1, lost: 1, ..good() },
        Step { generator_late_packets: 2, lost: 1, ..good() },
        Step { generator_late: Times { max_us: 20_001.0, ..Times::default() }, ..good() },
    ] {
        assert!(matches!(own.verdict(), Verdict::GeneratorLate(_)), "{own:?}");
    }
    assert_eq!(Step { generator_late_packets: 1, ..good() }.verdict(), Verdict::Good, "one in a thousand");
}

#[test]
fn packets_are_counted_by_their_numbers() {
    let (mut heard, mut gaps) = (Heard::new(true), times());
    let mut take = |heard: &mut Heard, sequence: u16, ms: u64, ssrc| {
        let header = RtpHeader { sequence, ssrc, ..RtpHeader::default() };
        heard.take(&header, &[1], ms * 1_000_000, &mut gaps);
    };
    // Over the wrap of the numbers: 65533 to 3, one twice, one late, one lost, one of somebody else.
    for (sequence, ms) in [(65_533, 0), (65_534, 20), (0, 60), (65_535, 65), (0, 66), (2, 100), (3, 120)] {
        take(&mut heard, sequence, ms, 7);
    }
    take(&mut heard, 4, 130, 8);
    assert_eq!((heard.packets, heard.lost(), heard.duplicates, heard.reordered, heard.strange), (6, 1, 1, 1, 1));
    assert_eq!(heard.longest_gap, 40_000_000);
    assert_eq!((heard.unsent(140), heard.unsent(300)), (0, 6));
    let places: Vec<_> = heard.kept.unwrap().iter().map(|kept| kept.place).collect();
    assert_eq!(places, [0, 1, 3, 2, 5, 6]);
    assert_eq!(Scenario::ALL.map(Scenario::legs), [2, 2, 2, 2, 2, 1]);
}
