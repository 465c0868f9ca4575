//! What a worker knows is told, however slow the supervisor is and wherever the leg goes; and a move loses no packet, however
//! late one of the threads is that have a part in it.

mod support;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{Events, MediaEngineConfig};
use media_core::processing::audio::tone::DtmfParams;
use media_core::processing::chain::ProcessingParams;
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, EventKind, MediaSessionParams, TelephoneEventFormat};
use media_core::telemetry::gauges::GaugeQuery;
use media_core::types::{SampleRate, SessionId, WorkerId};
use media_core::{MediaHandle, MediaSessionHandle};
use std::sync::Mutex;
use support::phone::{Phone, connect, done, pcmu};

const EVENTS: u8 = 101;
const FIVE: u8 = 5;

fn engine(workers: usize) -> VirtualEngine {
    let config = MediaEngineConfig::default().workers(workers).max_sessions(16usize).subscriber_queue(65_536usize);
    VirtualEngine::new(config, 5).unwrap()
}

fn with_events() -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(TelephoneEventFormat::new(EVENTS, 8_000))
}

/// A tick of everything but the supervisor.
fn tick_alone(engine: &mut VirtualEngine) {
    engine.receive();
    engine.run_workers();
    engine.transmit();
    engine.advance(1);
}

/// A whole press in one packet: begin and end.
fn press(engine: &mut VirtualEngine, phone: &mut Phone, digit: u8) {
    let now = engine.now();
    let header = RtpHeader { payload_type: EVENTS, marker: true, ..phone.next };
    phone.post(&mut engine.network, now, header, &[digit, 0x80 | 10, 1, 64]);
    phone.next.sequence = phone.next.sequence.wrapping_add(1);
    phone.next.timestamp = phone.next.timestamp.wrapping_add(480);
}

/// Fills the event lane of the worker of `flooding` with digits, while the supervisor does nothing. As fast as a phone's
/// packets are let in: its bound is 10 in a tick.
fn fill_lane(engine: &mut VirtualEngine, flooding: &mut Phone) {
    for _ in 0..300 {
        (0..9).for_each(|_| press(engine, flooding, 1));
        tick_alone(engine);
    }
}

fn told(events: &Events, of: SessionId) -> Vec<EventKind> {
    let all =
        std::iter::from_fn(|| events.try_next()).filter(|event| event.session.as_ref().is_some_and(|s| s.0 == of));
    all.map(|event| event.kind).collect()
}

fn gauge(handle: &MediaHandle, path: &str) -> i64 {
    let page = handle.gauges(&GaugeQuery::new(path));
    page.gauges.iter().find(|(own, _)| own == path).map_or(-1, |(_, value)| *value)
}

/// A flooding session, and a quiet one on the same worker.
fn two_on_a_worker(engine: &mut VirtualEngine) -> (Phone, MediaSessionHandle, Phone) {
    let (flood, flooding) = connect(engine, 1, with_events());
    let (quiet, phone) = connect(engine, 2, with_events());
    let at = done(engine, flood.worker());
    done(engine, quiet.move_to(at));
    (flooding, quiet, phone)
}

#[test]
fn facts_and_digits_wait_while_the_lane_is_full_and_while_their_leg_moves() {
    for moves in [false, true] {
        let mut engine = engine(2);
        let events = engine.handle().subscribe();
        let (mut flooding, quiet, mut phone) = two_on_a_worker(&mut engine);
        fill_lane(&mut engine, &mut flooding);
        let now = engine.now();
        phone.send(&mut engine.network, now, &[0x90; 160]);
        press(&mut engine, &mut phone, FIVE);
        for _ in 0..3 {
            (0..9).for_each(|_| press(&mut engine, &mut flooding, 1));
            tick_alone(&mut engine);
        }
        let at = if moves { Some(quiet.move_to(WorkerId(0))) } else { None };
        let other = quiet.move_to(WorkerId(1));
        (0..20).for_each(|_| engine.tick());
        drop((at, other));
        let kinds = told(&events, quiet.id());
        let starts = kinds.iter().filter(|kind| **kind == EventKind::Started).count();
        assert_eq!(starts, 1, "moves {moves}: {kinds:?}");
        let digits = done(&mut engine, quiet.take_digits());
        assert_eq!(digits.iter().map(|digit| digit.event.as_char()).collect::<String>(), "5", "moves {moves}");
        assert!(engine.stop());
    }
}

#[test]
fn the_newest_digits_are_kept() {
    let mut engine = engine(1);
    let (a, mut phone) = connect(&mut engine, 1, with_events());
    for n in 0..300u16 {
        press(&mut engine, &mut phone, if n < 150 { 1 } else { 2 });
        engine.tick();
    }
    (0..5).for_each(|_| engine.tick());
    let digits: String = done(&mut engine, a.take_digits()).iter().map(|digit| digit.event.as_char()).collect();
    assert_eq!(digits, "1".repeat(106) + &"2".repeat(150));
    assert!(engine.stop());
}

#[test]
fn digits_heard_as_tones_are_not_lost_behind_a_thousand_level_meters() {
    let config = MediaEngineConfig::default().io_threads(0usize).max_sessions(1_001usize);
    let mut engine = VirtualEngine::new(config, 5).unwrap();
    let (mut sessions, mut mouths) = (Vec::new(), Vec::new());
    for number in 0..=1_000 {
        let params = MediaSessionParams::pcm(SampleRate::Hz8000);
        let create = engine.handle().create_media_session(&*format!("{number}"), params);
        let session = done(&mut engine, create);
        drop(session.set_metering(true));
        mouths.push(session.take_pcm().unwrap().0);
        sessions.push(session);
        if number % 100 == 0 {
            engine.tick();
        }
    }
    let mut stages = ProcessingParams::default();
    stages.tones = DtmfParams::default().into();
    done(&mut engine, sessions[0].set_processing(stages));
    let mut said = 0usize;
    let mut speak = |engine: &mut VirtualEngine, digit: bool| {
        let sample = |n: usize, hz: f32| 0.25 * (std::f32::consts::TAU * hz * n as f32 / 8_000.0).sin();
        let block: Vec<f32> = (said..said + 80).map(|n| sample(n, 770.0) + sample(n, 1_336.0)).collect();
        said += 80;
        for (at, mouth) in mouths.iter_mut().enumerate() {
            mouth.write(if at == 0 && digit { &block } else { &[0.0; 80] });
        }
        tick_alone(engine);
    };
    // The supervisor is slow: a second and a half.
    (0..60).for_each(|_| speak(&mut engine, false));
    for _ in 0..3 {
        (0..15).for_each(|_| speak(&mut engine, true));
        (0..15).for_each(|_| speak(&mut engine, false));
    }
    (0..5).for_each(|_| engine.tick());
    let digits = done(&mut engine, sessions[0].take_digits());
    assert_eq!(digits.iter().map(|digit| digit.event.as_char()).collect::<String>(), "555");
    assert!(engine.stop());
}

/// How the threads behave that take part in a move.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Late {
    Nobody,
    /// The worker that the leg leaves, once it has let it go.
    From,
    /// The worker that it goes to.
    To,
}

#[test]
fn a_move_loses_no_packet_however_late_a_thread_is() {
    for late in [Late::Nobody, Late::From, Late::To] {
        // With jitter some packets wait for their turn as the leg goes.
        let jitters = if late == Late::Nobody { &[0, 40][..] } else { &[0] };
        for (phase, &jitter) in (0..4).flat_map(|phase| jitters.iter().map(move |jitter| (phase, jitter))) {
            let mut engine = engine(2);
            engine.network.impairment.jitter = std::time::Duration::from_millis(jitter);
            let (a, mut phone) = pcmu(&mut engine, 1);
            done(&mut engine, a.set_metering(true));
            let from = done(&mut engine, a.worker()).as_usize();
            let mut sent = 0;
            let mut talk = |engine: &mut VirtualEngine, ticks: usize| {
                for _ in 0..ticks {
                    let now = engine.now();
                    phone.send(&mut engine.network, now, &[0x90; 80]);
                    sent += 1;
                    engine.tick();
                }
            };
            talk(&mut engine, 200 + phase);
            let before = done(&mut engine, a.statistics());
            engine.hold_worker(1 - from, late == Late::To);
            let moved = a.move_to(WorkerId(1 - from as u8));
            // At each step of the move.
            talk(&mut engine, 1 + phase);
            engine.hold_worker(from, late == Late::From);
            talk(&mut engine, 6);
            engine.hold_worker(from, false);
            engine.hold_worker(1 - from, false);
            talk(&mut engine, 300);
            // What waits is played.
            (0..60).for_each(|_| engine.tick());
            assert_eq!(moved.wait(), Ok(()), "{late:?}");
            let after = done(&mut engine, a.statistics());
            let handle = engine.handle();
            let astray = ["/engine/misrouted_dropped", "/worker/0/stale_packets", "/worker/1/stale_packets"];
            assert_eq!(astray.map(|path| gauge(&handle, path)), [0; 3], "{late:?} {phase}");
            // One that comes after its turn is late, as on any network that holds packets up.
            let (lost, came_late) = (after.lost - before.lost, after.late - before.late);
            assert!(after.packets_in == sent && lost <= came_late, "{late:?} {phase}: {sent} sent, {after}");
            // What had waited for its turn went along.
            // With jitter one may come so late that it is neither.
            let played = after.played_packets + after.late;
            let all = if jitter == 0 { sent } else { sent - 1 };
            assert!(played >= all, "{late:?} {phase} {jitter}: {sent} sent, {after}");
            assert!(engine.stop());
        }
    }
}

#[test]
fn a_place_is_taken_until_its_leg_came_home() {
    let mut engine = engine(1);
    let (a, _) = pcmu(&mut engine, 1);
    let legs = |engine: &mut VirtualEngine| {
        let pending = engine.handle().get_media_capabilities();
        engine.control();
        pending.wait_for(std::time::Duration::ZERO).unwrap().legs
    };
    assert_eq!(legs(&mut engine), [1]);
    engine.hold_worker(0, true);
    let gone = a.destroy();
    assert_eq!(legs(&mut engine), [1], "the order is out");
    assert_eq!(legs(&mut engine), [1]);
    engine.hold_worker(0, false);
    engine.tick();
    assert_eq!(legs(&mut engine), [0]);
    assert!(gone.wait().is_ok());
    assert!(engine.stop());
}

#[test]
fn a_stop_leaves_nobody_behind() {
    let mut engine = engine(2);
    let handle = engine.handle();
    let sessions: Vec<_> = (1..=8).map(|number| pcmu(&mut engine, number).0).collect();
    let bridge = handle.bridge(&sessions[0], &sessions[1]);
    done(&mut engine, bridge);
    let room = handle.create_conference(SampleRate::Hz8000);
    let room = done(&mut engine, room);
    done(&mut engine, room.join(&sessions[2]));
    done(&mut engine, room.join(&sessions[3]));
    let tap = done(&mut engine, sessions[4].tap());
    let events = handle.subscribe();
    // On their way, and waited for.
    let moves = (sessions[5].move_to(WorkerId(0)), sessions[5].move_to(WorkerId(1)));
    let late = handle.bridge(&sessions[6], &sessions[7]);
    assert!(engine.stop());
    let mut ended: Vec<_> =
        events.filter(|e| e.kind == EventKind::Destroyed).filter_map(|e| e.session).map(|s| s.0).collect();
    ended.sort_unstable();
    let mut all: Vec<_> = sessions.iter().map(MediaSessionHandle::id).collect();
    all.sort_unstable();
    assert_eq!(ended, all);
    drop((moves, late, tap));
    assert_eq!(media_core::rt::leaked_parcels(), 0);
}

struct Lines(Mutex<Vec<String>>);

impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push(record.args().to_string());
    }
    fn flush(&self) {}
}

#[test]
fn a_phone_cannot_fill_the_log() {
    static LINES: Lines = Lines(Mutex::new(Vec::new()));
    log::set_logger(&LINES).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let mut engine = engine(1);
    let (a, mut phone) = connect(&mut engine, 77, with_events());
    // 20 seconds of 1,000 presses a second.
    for _ in 0..2_000 {
        (0..10).for_each(|_| press(&mut engine, &mut phone, 1));
        engine.tick();
    }
    let about = format!("session {}:", a.id());
    let lines: Vec<_> = LINES.0.lock().unwrap().iter().filter(|line| line.contains(&about)).cloned().collect();
    assert!((3..=6).contains(&lines.len()), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("lines before were left out")), "{lines:?}");
    assert!(gauge(&engine.handle(), "/engine/log_lines_left_out") > 10_000);
    assert!(engine.stop());
}
