//! Threads that hang or die are told of, get nothing new, and nobody waits for them: on virtual time, and one of each kind in
//! truth.

#[path = "threads_watched/backlog.rs"]
mod backlog;
#[path = "threads_watched/in_truth.rs"]
mod in_truth;
mod support;

use media_core::codec::{AudioDecoder, AudioEncoder, CodecFault, G711Decoder, G711Encoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{Events, MediaEngine, MediaEngineConfig, Pending, ThreadState};
use media_core::error::EngineError;
use media_core::session::{AudioFormat, CustomCodec, EventKind, MediaSessionParams};
use media_core::telemetry::gauges::GaugeQuery;
use media_core::types::{EngineThread, SampleRate, SessionId, WorkerId};
use media_core::{Error, MediaHandle, MediaSessionHandle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};
use support::phone::{connect, done, pcmu};
use support::socket_phone::{SocketPhone, talk};

const ONE: EngineThread = EngineThread::Worker(WorkerId(1));
const IO: EngineThread = EngineThread::Io(0);

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().workers(2usize).max_sessions(16usize), 3).unwrap()
}

/// Two sessions on each worker.
fn four(engine: &mut VirtualEngine) -> [Vec<MediaSessionHandle>; 2] {
    let mut at = [Vec::new(), Vec::new()];
    for number in 1..=4 {
        let (session, _) = pcmu(engine, number);
        at[done(engine, session.worker()).as_usize()].push(session);
    }
    assert_eq!((at[0].len(), at[1].len()), (2, 2));
    at
}

fn told(events: &Events) -> Vec<(Option<SessionId>, EventKind)> {
    std::iter::from_fn(|| events.try_next()).map(|event| (event.session.map(|(id, _)| id), event.kind)).collect()
}

fn of_sessions(told: &[(Option<SessionId>, EventKind)], kind: EventKind) -> Vec<SessionId> {
    told.iter().filter(|(_, own)| *own == kind).filter_map(|(id, _)| *id).collect()
}

fn stalled<T: std::fmt::Debug>(answer: Result<T, Error>, thread: EngineThread) {
    assert_eq!(answer.unwrap_err(), Error::Engine(EngineError::ThreadStalled(thread)));
}

fn ids(sessions: &[MediaSessionHandle]) -> Vec<SessionId> {
    sessions.iter().map(MediaSessionHandle::id).collect()
}

fn gauge(handle: &MediaHandle, path: &str) -> Option<i64> {
    handle.gauges(&GaugeQuery::new(path)).gauges.iter().find(|(own, _)| own == path).map(|(_, value)| *value)
}

#[test]
fn a_media_thread_that_hangs_is_told_of_and_goes_on_when_it_comes_back() {
    let mut engine = engine();
    let handle = engine.handle();
    let events = handle.subscribe();
    let [zero, one] = four(&mut engine);
    (0..300).for_each(|_| engine.tick());
    assert!(handle.health().is_well(), "{:?}", handle.health());
    told(&events);
    engine.hold_worker(1, true);
    // Asked before anybody knows.
    let (early, moves) = (one[0].statistics(), one[1].move_to(WorkerId(0)));
    let to_it = zero[1].move_to(WorkerId(1));
    (0..150).for_each(|_| engine.tick());
    assert!(handle.health().is_well(), "not after 1.5 s");
    (0..100).for_each(|_| engine.tick());
    let health = handle.health().of(ONE).unwrap();
    assert!(health.state == ThreadState::Stalled && health.silent >= Duration::from_secs(2), "{health:?}");
    (0..100).for_each(|_| engine.tick());
    assert_eq!((gauge(&handle, "/worker/1/stalled"), gauge(&handle, "/worker/0/stalled")), (Some(1), Some(0)));
    let was_told = told(&events);
    assert_eq!(was_told.iter().filter(|(_, kind)| *kind == EventKind::ThreadStalled(ONE)).count(), 1);
    let mut interrupted = of_sessions(&was_told, EventKind::MediaInterrupted(ONE));
    interrupted.sort_unstable();
    interrupted.dedup();
    assert!(ids(&one).iter().all(|id| interrupted.contains(id)), "{was_told:?}");
    stalled(early.wait(), ONE);
    stalled(moves.wait(), ONE);
    // That one was on its way there when it was noticed: it is answered, either way.
    drop(to_it.wait());
    // It gets nothing new, and the others play on.
    for number in 10..14 {
        let (session, _) = pcmu(&mut engine, number);
        assert_eq!(done(&mut engine, session.worker()), WorkerId(0));
        done(&mut engine, session.destroy());
    }
    let bridge = handle.bridge(&zero[0], &one[0]);
    stalled(engine.complete(bridge), ONE);
    stalled(engine.complete(one[0].mute()), ONE);
    stalled(engine.complete(zero[0].move_to(WorkerId(1))), ONE);
    // Its sessions can be destroyed.
    assert!(engine.complete(one[1].destroy()).is_ok());
    let again = handle.create_media_session("dialog-again", MediaSessionParams::new(AudioFormat::pcmu()));
    assert!(engine.complete(again).is_ok());
    engine.hold_worker(1, false);
    (0..20).for_each(|_| engine.tick());
    assert!(handle.health().is_well());
    let was_told = told(&events);
    assert!(was_told.contains(&(None, EventKind::ThreadResumed(ONE))));
    assert!(of_sessions(&was_told, EventKind::MediaRestored(ONE)).contains(&one[0].id()));
    assert!(engine.complete(one[0].statistics()).is_ok());
    let bridge = handle.bridge(&zero[0], &one[0]);
    assert!(engine.complete(bridge).is_ok());
    // The place that was left is given back when nothing can come there any more.
    (0..10).for_each(|_| engine.tick());
    let legs = handle.get_media_capabilities();
    let legs = done(&mut engine, legs);
    assert_eq!(legs.legs.iter().sum::<usize>(), legs.sessions, "no place is lost: {:?}", legs.legs);
    assert!(engine.stop());
    assert_eq!(media_core::rt::leaked_parcels(), 0);
}

#[test]
fn a_session_that_was_leaving_a_thread_as_that_hung_is_told_and_can_be_destroyed() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let [_, one] = four(&mut engine);
    engine.hold_worker(1, true);
    let moves = one[0].move_to(WorkerId(0));
    (0..250).for_each(|_| engine.tick());
    stalled(moves.wait(), ONE);
    for comes_back in [false, true] {
        if comes_back {
            engine.hold_worker(1, false);
            (0..20).for_each(|_| engine.tick());
        }
        let state = done(&mut engine, one[0].state());
        assert!(state.parked, "its leg is lost with the thread's answer: {state:?}");
    }
    let was_told = told(&events);
    assert!(of_sessions(&was_told, EventKind::MediaInterrupted(ONE)).contains(&one[0].id()), "{was_told:?}");
    assert!(!of_sessions(&was_told, EventKind::MediaRestored(ONE)).contains(&one[0].id()), "{was_told:?}");
    done(&mut engine, one[0].destroy());
    let again = engine.handle().create_media_session("again", MediaSessionParams::new(AudioFormat::pcmu()));
    done(&mut engine, again);
    let legs = engine.handle().get_media_capabilities();
    let legs = done(&mut engine, legs);
    assert_eq!(legs.legs.iter().sum::<usize>(), legs.sessions, "no place is lost: {:?}", legs.legs);
    assert!(engine.stop());
    assert_eq!(media_core::rt::leaked_parcels(), 0);
}

#[test]
fn a_media_thread_that_died_holds_up_nobody() {
    let mut engine = engine();
    let handle = engine.handle();
    let events = handle.subscribe();
    let [zero, one] = four(&mut engine);
    let waiting = one[0].statistics();
    engine.kill_worker(1);
    (0..3).for_each(|_| engine.tick());
    stalled(waiting.wait(), ONE);
    let was_told = told(&events);
    assert!(was_told.contains(&(None, EventKind::ThreadEnded(ONE))));
    assert_eq!(of_sessions(&was_told, EventKind::MediaInterrupted(ONE)), ids(&one));
    assert_eq!(handle.health().of(ONE).unwrap().state, ThreadState::Ended);
    // However much is asked of it.
    for _ in 0..30 {
        let asked: Vec<_> = (0..900).map(|_| one[0].mute()).collect();
        (0..8).for_each(|_| engine.tick());
        asked.into_iter().for_each(|pending| stalled(pending.wait(), ONE));
    }
    assert!(engine.complete(zero[0].statistics()).is_ok());
    for session in &one {
        assert!(engine.complete(session.destroy()).is_ok());
    }
    for number in 10..15 {
        let (session, _) = pcmu(&mut engine, number);
        assert_eq!(done(&mut engine, session.worker()), WorkerId(0));
    }
    assert!(engine.stop());
}

#[test]
fn a_flood_of_orders_to_a_thread_that_hangs_has_an_end() {
    let mut engine = engine();
    let [zero, one] = four(&mut engine);
    engine.hold_worker(1, true);
    (0..250).for_each(|_| engine.tick());
    for _ in 0..20 {
        let asked: Vec<_> = (0..900).map(|_| one[0].mute()).collect();
        (0..8).for_each(|_| engine.tick());
        asked.into_iter().for_each(|pending| stalled(pending.wait(), ONE));
    }
    assert_eq!(engine.handle().health().of(ONE).unwrap().state, ThreadState::Ended, "given up");
    assert!(engine.complete(zero[0].statistics()).is_ok());
    assert!(engine.complete(one[0].destroy()).is_ok());
    assert!(engine.stop());
}

#[test]
fn an_io_thread_that_hangs_is_told_of() {
    let mut engine = engine();
    let handle = engine.handle();
    let events = handle.subscribe();
    let (a, _) = pcmu(&mut engine, 1);
    (0..500).for_each(|_| engine.tick());
    assert!(handle.health().is_well(), "one that has nothing to do does not hang: {:?}", handle.health());
    told(&events);
    engine.hold_io(0, true);
    let early = a.set_remote(([10, 0, 0, 9], 4000).into());
    (0..400).for_each(|_| engine.tick());
    let was_told = told(&events);
    assert!(was_told.contains(&(None, EventKind::ThreadStalled(IO))), "{was_told:?}");
    assert_eq!(of_sessions(&was_told, EventKind::MediaInterrupted(IO)), [a.id()]);
    assert_eq!(handle.health().of(IO).unwrap().state, ThreadState::Stalled);
    assert_eq!(gauge(&handle, "/io/0/stalled"), Some(1));
    stalled(early.wait(), IO);
    stalled(engine.complete(a.set_remote(([10, 0, 0, 9], 4000).into())), IO);
    let elsewhere = MediaSessionParams::new(AudioFormat::pcma()).remote(([10, 0, 0, 9], 4000).into());
    stalled(engine.complete(a.update(elsewhere)), IO);
    let refused = handle.create_media_session("b", MediaSessionParams::new(AudioFormat::pcmu()));
    stalled(engine.complete(refused).map(drop), IO);
    assert!(engine.complete(a.destroy()).is_ok());
    let ports = handle.get_media_capabilities();
    assert_eq!(done(&mut engine, ports).ports_left, Some(5_000 - 1), "it has the port of the destroyed one still");
    engine.hold_io(0, false);
    (0..60).for_each(|_| engine.tick());
    assert!(handle.health().is_well());
    let (_, _) = pcmu(&mut engine, 2);
    let ports = handle.get_media_capabilities();
    assert_eq!(done(&mut engine, ports).ports_left, Some(5_000 - 1), "the port of the destroyed one came home");
    assert!(engine.stop());
}

#[test]
fn an_engine_stops_though_threads_hang() {
    let mut engine = engine();
    let handle = engine.handle();
    let [zero, _] = four(&mut engine);
    engine.hold_worker(0, true);
    engine.hold_io(0, true);
    let events = handle.subscribe();
    let (mut waiting, mut held, mut ended) = (handle.get_media_capabilities(), zero[0].mute(), zero[1].destroy());
    assert!(engine.stop(), "without them");
    assert!(waiting.poll_now().is_some() && held.poll_now().is_some() && ended.poll_now().is_some());
    events.for_each(drop);
    assert!(handle.subscribe().next().is_none());
}
