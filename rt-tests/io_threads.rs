//! The engine on real sockets: two I/O threads share the sessions, a port range has an end, RTCP reaches its reader.

#![cfg(target_os = "linux")]

mod support;

use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::telemetry::gauges::GaugeQuery;
use media_core::transport::RtcpReader;
use media_core::types::SessionId;
use std::net::{Ipv4Addr, UdpSocket};
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};
use support::socket_phone::{SocketPhone, talk};

fn config(ports: RangeInclusive<u16>) -> MediaEngineConfig {
    MediaEngineConfig::default().max_sessions(8usize).bind_address(Ipv4Addr::LOCALHOST).rtp_ports(ports)
}

/// How many turns each I/O thread of this engine took, and datagrams it sent: of this engine's own count, since a process may
/// hold several.
fn turns(engine: &MediaEngine) -> Vec<i64> {
    let of = |thread: usize, name: &str| {
        let path = format!("/io/{thread}/{name}");
        let page = engine.handle().gauges(&GaugeQuery::new(&path));
        page.gauges.iter().find(|(found, _)| *found == path).map(|(_, value)| *value)
    };
    (0..2).map(|thread| of(thread, "turns").unwrap().min(of(thread, "sends").unwrap())).collect()
}

/// Gauges are refreshed once a second.
fn refreshed(engine: &MediaEngine) {
    let snapshot = engine.handle().snapshot();
    let begun = Instant::now();
    while engine.handle().snapshot().uptime_ms == snapshot.uptime_ms {
        assert!(begun.elapsed() < Duration::from_secs(20), "no snapshot");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn sessions_are_spread_over_two_io_threads() {
    let engine = MediaEngine::start(config(41_500..=41_519).io_threads(2usize)).unwrap();
    let (mut sessions, mut phones) = (Vec::new(), Vec::new());
    for number in 0..4 {
        // The two of a bridge are on different threads.
        let (session, phone) = SocketPhone::connect(&engine, number, AudioFormat::pcmu(), 0x80 + number as u8);
        sessions.push(session);
        phones.push(phone);
    }
    for pair in sessions.chunks(2) {
        engine.handle().bridge(&pair[0], &pair[1]).wait().unwrap();
    }
    refreshed(&engine);
    let before = turns(&engine);
    talk(&mut phones, Duration::from_secs(2));
    refreshed(&engine);
    let after = turns(&engine);
    for (before, after) in before.iter().zip(after) {
        assert!(after > before + 40, "both had work: {before} and {after}");
    }
    for (number, phone) in phones.iter().enumerate() {
        let said = 0x80 + (number as u8 ^ 1);
        let heard = phone.got.iter().filter(|(_, _, payload)| payload.contains(&said)).count();
        assert!(heard > 50, "{number} heard {heard} packets of its partner");
    }
    let counts = sessions.iter().map(|session| session.transport_statistics().wait().unwrap());
    assert!(counts.into_iter().all(|t| t.packets_in > 80 && t.packets_out > 50 && t.send_errors == 0));
    for thread in 0..2 {
        let page = engine.handle().gauges(&GaugeQuery::new(&format!("/io/{thread}")));
        for name in ["turns", "receives", "sends", "ran_ns"] {
            let path = format!("/io/{thread}/{name}");
            let value = page.gauges.iter().find(|(found, _)| *found == path).map(|(_, value)| *value);
            assert!(value.is_some_and(|value| value > 0), "{path} is {value:?}");
        }
    }
    engine.stop().unwrap();
}

#[test]
fn at_the_end_of_the_port_range_a_session_is_refused_and_a_freed_port_serves_again() {
    let engine = MediaEngine::start(config(41_520..=41_523)).unwrap();
    assert!(engine.transport_advice().iter().any(|advice| advice.to_string().contains("has room for 2 sessions")));
    let create = |name: &str| engine.handle().create_media_session(name, MediaSessionParams::new(AudioFormat::pcmu()));
    let first = create("first").wait().unwrap();
    let second = create("second").wait().unwrap();
    let error = create("third").wait().unwrap_err();
    assert!(error.to_string().contains("41520-41523") && error.to_string().contains("used up"), "{error}");
    first.destroy().wait().unwrap();
    let begun = Instant::now();
    // The sockets come home from the I/O thread.
    let third = loop {
        match create("third").wait() {
            Ok(third) => break third,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(10), "{error}"),
        }
    };
    assert_eq!(third.local_address(), first.local_address());
    assert_ne!(second.local_address(), first.local_address());
    engine.stop().unwrap();
}

fn read(reader: &mut RtcpReader) -> (SessionId, Vec<u8>) {
    let begun = Instant::now();
    loop {
        if let Some(report) = reader.read() {
            return (report.session, report.octets.to_vec());
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "no report came");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn rtcp_reaches_the_reader_on_a_pair_of_ports_and_on_a_shared_one() {
    for (ports, mux) in [(41_524..=41_531, false), (41_532..=41_539, true)] {
        let engine = MediaEngine::start(config(ports).rtcp_mux(mux).io_threads(2usize)).unwrap();
        let mut reader = engine.handle().rtcp_reader().wait().unwrap();
        assert!(engine.handle().rtcp_reader().wait().is_err(), "there is one");
        for number in 0..2u8 {
            let peer = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(peer.local_addr().unwrap());
            let session = engine.handle().create_media_session(&*format!("peer-{number}"), params).wait().unwrap();
            let mut local = session.local_address().unwrap();
            local.set_port(local.port() + u16::from(!mux));
            let report = [0x80, 201, 0, 1, 0, 0, 0, number];
            peer.send_to(&report, local).unwrap();
            assert_eq!(read(&mut reader), (session.id(), report.to_vec()), "mux: {mux}");
            assert_eq!(session.transport_statistics().wait().unwrap().rtcp_taken, 1);
        }
        engine.stop().unwrap();
    }
}
