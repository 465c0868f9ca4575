//! Ports of `RtpBridge`s: as many as there are, one after another without end, given back with what was bound to them.

mod support;

use media_core::Error;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::error::SessionError;
use media_core::session::{AudioFormat, EventKind, MediaSessionParams, Transport};
use media_core::types::PortId;
use std::time::Duration;
use support::phone::done;

fn config() -> MediaEngineConfig {
    MediaEngineConfig::default().io_threads(0usize).max_sessions(8usize).workers(2usize).ring_octets(65_536usize)
}

fn params(port: PortId) -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(port))
}

#[test]
fn bridges_come_and_go_without_end() {
    let mut engine = VirtualEngine::new(config(), 1).unwrap();
    let handle = engine.handle();
    for _ in 0..100 {
        let bridge = handle.rtp_bridge();
        drop(done(&mut engine, bridge));
    }
    let mut all = Vec::new();
    let refused = loop {
        let bridge = handle.rtp_bridge();
        match engine.complete(bridge) {
            Ok(bridge) => all.push(bridge),
            Err(error) => break error,
        }
    };
    assert_eq!((all.len(), refused), (31, Error::Session(SessionError::Ports(31))));
    let mut ports: Vec<_> = all.iter().map(|bridge| bridge.port().0).collect();
    ports.sort_unstable();
    assert_eq!(ports, (1..=31).collect::<Vec<_>>());
    all.swap_remove(7);
    let bridge = handle.rtp_bridge();
    all.push(done(&mut engine, bridge));
    all.clear();
    assert!(engine.stop());
}

#[test]
fn a_dropped_bridge_is_told_to_its_sessions_and_its_port_is_nobody_elses_before_they_end() {
    let mut engine = VirtualEngine::new(config(), 1).unwrap();
    let handle = engine.handle();
    let events = handle.subscribe();
    let bridge = handle.rtp_bridge();
    let mut bridge = done(&mut engine, bridge);
    let port = bridge.port();
    let create = handle.create_media_session("a", params(port));
    let a = done(&mut engine, create);
    bridge.take_orders();
    drop(bridge);
    (0..5).for_each(|_| engine.tick());
    let told = std::iter::from_fn(|| events.try_next()).filter(|event| event.kind == EventKind::BridgeClosed(port));
    assert_eq!(told.map(|event| event.session.unwrap().0).collect::<Vec<_>>(), [a.id()]);
    let late = handle.create_media_session("late", params(port));
    assert_eq!(engine.complete(late).unwrap_err(), Error::Session(SessionError::UnknownPort(port)));
    let next = handle.rtp_bridge();
    let next = done(&mut engine, next);
    assert_ne!(next.port(), port, "a lives");
    assert!(engine.complete(a.destroy()).is_ok());
    (0..3).for_each(|_| engine.tick());
    let again = handle.rtp_bridge();
    assert_eq!(done(&mut engine, again).port(), port);
    assert!(engine.stop());
}

/// What waits for it has a bound: it is told as one that was dropped, and so are its sessions.
#[test]
fn a_bridge_that_takes_no_orders_is_given_up_in_the_end() {
    let mut engine = VirtualEngine::new(config().request_queue(4_096usize), 1).unwrap();
    let handle = engine.handle();
    let events = handle.subscribe();
    let bridge = handle.rtp_bridge();
    let mut bridge = done(&mut engine, bridge);
    let port = bridge.port();
    let [a, b] = ["a", "b"].map(|name| handle.create_media_session(name, params(port)));
    let [a, b] = [a, b].map(|pending| done(&mut engine, pending));
    let closed = |events: &media_core::engine::Events| {
        let told = std::iter::from_fn(|| events.try_next()).filter(|event| event.kind == EventKind::BridgeClosed(port));
        told.filter_map(|event| event.session).map(|(id, _)| id).collect::<Vec<_>>()
    };
    let mut asked = 0_u16;
    let told = loop {
        let pendings: Vec<_> = (0..500_u16)
            .map(|n| a.update(params(port).remote(([10, 0, (asked / 500) as u8, 1 + (n % 250) as u8], 4_000).into())))
            .collect();
        asked += 500;
        (0..20).for_each(|_| engine.tick());
        assert!(pendings.into_iter().all(|mut pending| pending.poll_now() == Some(Ok(()))), "{asked}");
        match closed(&events) {
            told if told.is_empty() => assert!(asked < 12_000, "the queue of a bridge has no end"),
            told => break told,
        }
    };
    assert!(asked > 8_000 && told.len() == 2 && told.contains(&b.id()), "{told:?} after {asked}");
    // It comes too late, and hears so; its port serves another once its sessions have ended.
    bridge.take_orders();
    (0..3).for_each(|_| engine.tick());
    for session in [&a, &b] {
        assert!(engine.complete(session.destroy()).is_ok());
    }
    (0..5).for_each(|_| engine.tick());
    let next = handle.rtp_bridge();
    let next = done(&mut engine, next);
    assert_eq!(next.port(), port);
    bridge.take_orders();
    assert!(bridge.poll_transmit().is_none());
    drop(bridge);
    let again = handle.create_media_session("c", params(port));
    assert!(engine.complete(again).is_ok());
    assert!(engine.stop());
    assert_eq!(media_core::rt::leaked_parcels(), 0);
}

#[test]
fn a_bridge_whose_thread_ended_first_is_no_error_of_a_stop() {
    for orders_waiting in [false, true] {
        let engine = MediaEngine::start(config().realtime_priority(None)).unwrap();
        let handle = engine.handle();
        let mut bridge = handle.rtp_bridge().wait().unwrap();
        let session = handle.create_media_session("a", params(bridge.port())).wait().unwrap();
        std::thread::spawn(move || {
            if !orders_waiting {
                bridge.take_orders();
            }
        })
        .join()
        .unwrap();
        let begun = std::time::Instant::now();
        if orders_waiting {
            assert!(session.destroy().wait().is_ok());
        }
        assert_eq!(engine.stop(), Ok(()), "orders waiting: {orders_waiting}");
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}
