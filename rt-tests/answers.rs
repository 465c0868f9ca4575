//! Every request is answered, whatever becomes of the engine; and what ends something is not refused for want of room.

mod support;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngine, MediaEngineConfig, Pending};
use media_core::error::EngineError;
use media_core::session::MediaSessionParams;
use media_core::types::{SampleRate, WorkerId};
use media_core::{Error, MediaHandle};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};
use support::phone::done;

fn params() -> MediaSessionParams {
    MediaSessionParams::pcm(SampleRate::Hz8000)
}

fn small() -> MediaEngineConfig {
    MediaEngineConfig::default().max_sessions(8usize).max_taps(1usize).io_threads(0usize).request_queue(16usize)
}

/// Asks until the queue is full.
fn fill(handle: &MediaHandle) -> Vec<Pending<media_core::MediaSessionHandle>> {
    let mut waiting = Vec::new();
    loop {
        let mut pending = handle.find_session("nobody");
        match pending.poll_now() {
            Some(Err(Error::Engine(EngineError::Busy))) => return waiting,
            Some(other) => panic!("{other:?}"),
            None => waiting.push(pending),
        }
    }
}

#[test]
fn what_waits_in_a_dropped_engine_is_answered() {
    let engine = VirtualEngine::new(small(), 1).unwrap();
    let handle = engine.handle();
    let waiting = fill(&handle);
    let create = handle.create_media_session("late", params());
    assert_eq!((waiting.len(), create.wait().map(drop)), (16, Err(EngineError::Busy.into())));
    drop(engine);
    for pending in waiting {
        assert_eq!(pending.wait().map(drop), Err(EngineError::Stopped.into()));
    }
    assert_eq!(handle.create_media_session("after", params()).wait().map(drop), Err(EngineError::Stopped.into()));
    assert_eq!(handle.subscribe().count(), 0, "nothing comes any more");
}

#[test]
fn a_destroy_and_a_closed_tap_find_room_in_a_full_queue() {
    let mut engine = VirtualEngine::new(small(), 1).unwrap();
    let handle = engine.handle();
    let create = handle.create_media_session("a", params());
    let a = done(&mut engine, create);
    let room = handle.create_conference(SampleRate::Hz8000);
    let room = done(&mut engine, room);
    let tap = done(&mut engine, a.tap());
    let waiting = fill(&handle);
    drop(tap);
    let ended = room.destroy();
    drop(waiting);
    engine.tick();
    assert_eq!(engine.complete(ended), Ok(()));
    let tap = engine.complete(a.tap()).expect("the tap that was dropped is closed");
    let waiting = fill(&handle);
    let gone = a.destroy();
    assert!(engine.complete(gone).is_ok());
    drop((waiting, tap));
    let again = handle.create_media_session("a", params());
    assert!(engine.complete(again).is_ok());
    assert!(engine.stop());
}

#[test]
fn behind_a_leg_that_moves_wait_so_many_and_what_ends_something_always() {
    let config = MediaEngineConfig::default().workers(2usize).max_sessions(8usize).io_threads(0usize);
    let mut engine = VirtualEngine::new(config.request_queue(2_048usize), 1).unwrap();
    let handle = engine.handle();
    let create = handle.create_media_session("a", params());
    let a = done(&mut engine, create);
    let tap = done(&mut engine, a.tap());
    let at = done(&mut engine, a.worker()).as_usize();
    engine.hold_worker(at, true);
    let mut moves = a.move_to(WorkerId(1 - at as u8));
    let mut asked: Vec<_> = (0..1_000).map(|_| a.mute()).collect();
    (0..10).for_each(|_| engine.tick());
    let busy = |pending: &mut Pending<()>| pending.poll_now() == Some(Err(EngineError::Busy.into()));
    let refused = asked.iter_mut().filter_map(|pending| busy(pending).then_some(())).count();
    // The move itself waits, too.
    assert!((1_000 - 256..=1_000 - 250).contains(&refused), "{refused}");
    drop(tap);
    let mut ended = a.destroy();
    (0..10).for_each(|_| engine.tick());
    assert!(ended.poll_now().is_none() && moves.poll_now().is_none(), "they wait for the leg");
    engine.hold_worker(at, false);
    (0..40).for_each(|_| engine.tick());
    assert_eq!((moves.poll_now(), ended.poll_now().map(|ended| ended.is_ok())), (Some(Ok(())), Some(true)));
    let answered = asked.iter_mut().map(Pending::poll_now).filter(|answer| *answer == Some(Ok(()))).count();
    assert_eq!(answered, 1_000 - refused, "in the order in which they were made, before the end");
    assert!(engine.stop());
}

#[test]
fn timeouts_of_any_size_are_none() {
    let engine = MediaEngine::start(small().request_timeout(Duration::MAX)).unwrap();
    let session = engine.handle().create_media_session("a", params()).wait().unwrap();
    assert!(session.destroy().wait_for(Duration::MAX).is_ok());
    assert!(engine.handle().subscribe().next_within(Duration::from_millis(1)).is_none());
    engine.stop().unwrap();
}

/// Threads that ask without a break while the engine stops, or is dropped: each answer comes.
#[test]
fn every_request_under_load_is_answered_in_every_stop() {
    for round in 0..10 {
        let config = MediaEngineConfig::default().max_sessions(64usize).io_threads(0usize);
        let engine = MediaEngine::start(config).unwrap();
        let handle = engine.handle();
        let events = handle.subscribe();
        let over = AtomicBool::new(false);
        let unanswered = std::thread::scope(|scope| {
            let askers: Vec<_> = (0..3u32)
                .map(|asker| {
                    let (handle, over) = (handle.clone(), &over);
                    scope.spawn(move || {
                        let (mut pendings, mut counted) = (Vec::new(), 0);
                        while !over.load(SeqCst) && counted < 20_000 {
                            let dialog = format!("{asker}-{}", counted % 8);
                            pendings.push(handle.create_media_session(&*dialog, params()));
                            counted += 1;
                            if counted % 512 == 0 {
                                std::thread::yield_now();
                            }
                        }
                        let patience = Instant::now() + Duration::from_secs(10);
                        let late = |pending: Pending<_>| {
                            let left = patience.saturating_duration_since(Instant::now());
                            pending.wait_for(left).err() == Some(EngineError::TimedOut.into())
                        };
                        pendings.into_iter().map(late).filter(|late| *late).count()
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(3 + 2 * round));
            match round % 2 {
                0 => assert_eq!(engine.stop(), Ok(())),
                _ => drop(engine),
            }
            over.store(true, SeqCst);
            askers.into_iter().map(|asker| asker.join().unwrap()).sum::<usize>()
        });
        assert_eq!(unanswered, 0, "round {round}");
        let begun = Instant::now();
        events.for_each(drop);
        assert_eq!(handle.subscribe().next(), None);
        assert!(begun.elapsed() < Duration::from_secs(1), "subscriptions end with the engine");
    }
}

#[test]
fn what_was_asked_before_a_stop_is_carried_out() {
    let mut engine = VirtualEngine::new(small(), 1).unwrap();
    let create = engine.handle().create_media_session("a", MediaSessionParams::pcm(SampleRate::Hz8000));
    assert!(engine.complete(create).is_ok());
    let codecs = engine.handle().get_media_capabilities();
    assert!(engine.stop());
    assert!(matches!(codecs.wait(), Ok(_) | Err(Error::Engine(EngineError::Stopped))));
}
