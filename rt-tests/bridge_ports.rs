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
