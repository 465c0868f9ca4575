//! Requests about one session are carried out in the order in which they were made, also behind a bridge that waits for a
//! leg to move; a stop ends in time, also beside an RTP stack that does not take its orders; its RTCP reaches the reader.

mod support;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::error::{Connection, EngineError, SessionError};
use media_core::session::{AudioFormat, MediaSessionParams, Transport};
use media_core::types::MediaTime;
use std::time::{Duration, Instant};
use support::phone::{done, pcmu};

fn two_workers() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().workers(2usize).max_sessions(16usize), 3).unwrap()
}

#[test]
fn what_is_asked_after_a_bridge_that_waits_is_done_after_it() {
    let mut engine = two_workers();
    let ((a, _), (b, _), (c, _)) = (pcmu(&mut engine, 1), pcmu(&mut engine, 2), pcmu(&mut engine, 3));
    for (session, other) in [(&a, &b), (&b, &a)] {
        let places = [a.worker(), b.worker()].map(|pending| done(&mut engine, pending));
        assert_ne!(places[0], places[1], "one of them has to move");
        let mut bridged = engine.handle().bridge(&a, &b);
        let mut unbridged = engine.handle().unbridge(session);
        settle(&mut engine);
        assert_eq!(bridged.poll_now(), Some(Ok(())));
        assert_eq!(unbridged.poll_now(), Some(Ok(())), "it did not overtake the bridge");
        for session in [session, other] {
            let pending = session.state();
            assert_eq!(done(&mut engine, pending).connection, None);
        }
        apart(&mut engine, &a, &b);
    }
    // Another bridge of the one that waits comes after, and finds it taken.
    let mut bridged = engine.handle().bridge(&a, &b);
    let mut again = engine.handle().bridge(&a, &c);
    settle(&mut engine);
    assert_eq!(bridged.poll_now(), Some(Ok(())));
    assert_eq!(again.poll_now(), Some(Err(SessionError::Connected(a.id(), Connection::Bridge(b.id())).into())));
    let pending = engine.handle().unbridge(&b);
    done(&mut engine, pending);
    apart(&mut engine, &a, &b);
    // The end of either comes after, too.
    let mut bridged = engine.handle().bridge(&a, &b);
    let mut ended = [a.destroy(), b.destroy()];
    settle(&mut engine);
    assert_eq!(bridged.poll_now(), Some(Ok(())));
    assert!(ended.iter_mut().all(|pending| pending.poll_now().is_some_and(|answer| answer.is_ok())));
    assert!(engine.stop());
}

#[test]
fn a_stop_in_the_midst_of_it_ends_all_the_same() {
    let mut engine = two_workers();
    let ((a, _), (b, _)) = (pcmu(&mut engine, 1), pcmu(&mut engine, 2));
    let mut bridged = engine.handle().bridge(&a, &b);
    engine.tick();
    assert!(engine.stop());
    assert!(bridged.poll_now().is_some());
}

fn settle(engine: &mut VirtualEngine) {
    (0..20).for_each(|_| engine.tick());
}

fn apart(engine: &mut VirtualEngine, a: &media_core::MediaSessionHandle, b: &media_core::MediaSessionHandle) {
    for (session, worker) in [(a, 0), (b, 1)] {
        let pending = session.move_to(media_core::types::WorkerId(worker));
        done(engine, pending);
    }
}

fn engine() -> MediaEngine {
    MediaEngine::start(MediaEngineConfig::default().max_sessions(8usize).io_threads(0usize)).unwrap()
}

fn trunk(engine: &MediaEngine) -> (media_core::integration::RtpBridge, media_core::MediaSessionHandle) {
    let bridge = engine.handle().rtp_bridge().wait().unwrap();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(bridge.port()));
    (bridge, engine.handle().create_media_session("trunk", params).wait().unwrap())
}

#[test]
fn a_stop_does_not_wait_for_a_stack_that_takes_no_orders() {
    let engine = engine();
    let (bridge, session) = trunk(&engine);
    let begun = Instant::now();
    assert_eq!(engine.stop(), Err(EngineError::SilentBridge(bridge.port()).into()));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    // The bridge outlives the engine, and hears of the end by itself.
    let mut bridge = bridge;
    bridge.take_orders();
    assert!(bridge.receive(session.id(), &[0x80; 12], MediaTime::ZERO).is_err());
    assert!(bridge.poll_transmit().is_none());
}

/// Twin: one that takes its orders is waited for, and nothing is reported.
#[test]
fn a_stack_that_takes_its_orders_is_waited_for() {
    let engine = engine();
    let (mut bridge, _session) = trunk(&engine);
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let told = stop.clone();
    let thread = std::thread::spawn(move || {
        while !told.load(std::sync::atomic::Ordering::Relaxed) {
            bridge.take_orders();
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    engine.stop().unwrap();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    thread.join().unwrap();
}

#[test]
fn rtcp_of_an_own_stack_reaches_the_reader_whenever_it_was_taken() {
    let engine = engine();
    assert!(engine.handle().rtcp_reader().wait().is_err(), "nothing to read from yet");
    let (mut bridge, session) = trunk(&engine);
    let mut reader = engine.handle().rtcp_reader().wait().unwrap();
    assert!(engine.handle().rtcp_reader().wait().is_err(), "there is one");
    let report = [0x80, 201, 0, 1, 0, 0, 0, 9];
    let mut later = engine.handle().rtp_bridge().wait().unwrap();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(later.port()));
    let second = engine.handle().create_media_session("second", params).wait().unwrap();
    for (bridge, session) in [(&mut bridge, &session), (&mut later, &second)] {
        let begun = Instant::now();
        // The session reaches the bridge with its next order.
        while bridge.receive(session.id(), &report, MediaTime::from_millis(5)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10));
        }
        let read = reader.read().expect("a report");
        assert_eq!((read.session, read.octets), (session.id(), &report[..]));
        assert_eq!(session.transport_statistics().wait().unwrap().rtcp_taken, 1);
    }
}
