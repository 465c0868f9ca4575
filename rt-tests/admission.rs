//! What is refused, with a typed error that names what to do, and what malformed input comes to: counted by kind, never
//! fatal.

#[path = "admission/floods.rs"]
mod floods;
#[path = "admission/refusals.rs"]
mod refusals;
mod support;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::error::{CodecError, ConferenceError, Connection, EngineError, IoError, PortError, SessionError};
use media_core::rt::load::Load;
use media_core::rt::shed::ShedLevel;
use media_core::rtp::RtpFault;
use media_core::session::{AudioFormat, MediaSessionParams, Transport};
use media_core::types::{PortId, Ptime, SampleRate, WorkerId};
use media_core::{Error, MediaSessionHandle};
use std::time::Duration;
use support::phone::{Phone, connect, done, pcmu};
use support::random::Random;

fn config() -> MediaEngineConfig {
    MediaEngineConfig::default().max_sessions(8usize).max_conferences(2usize).max_taps(2usize)
}

fn engine(config: MediaEngineConfig) -> VirtualEngine {
    VirtualEngine::new(config, 1).unwrap()
}

fn params() -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu())
}

fn create(engine: &mut VirtualEngine, dialog: &str) -> Result<MediaSessionHandle, Error> {
    let pending = engine.handle().create_media_session(dialog, params());
    engine.complete(pending)
}

fn load(now: f32) -> Load {
    let mut load = Load::default();
    load.now = now;
    load
}

#[test]
fn over_the_load_limit_new_sessions_are_refused() {
    let mut engine = engine(config().workers(2usize).load_limit_percent(70u32));
    engine.timing(0).set_load(&load(0.69));
    engine.timing(1).set_load(&load(0.95));
    let a = create(&mut engine, "a").expect("one worker is below the limit");
    assert_eq!(done(&mut engine, a.worker()), WorkerId(0), "and takes it");
    engine.timing(0).set_load(&load(0.83));
    let refused = create(&mut engine, "b").unwrap_err();
    assert_eq!(
        refused,
        SessionError::Overloaded { load_percent: 83, limit_percent: 70, shed: ShedLevel::FULL_QUALITY }.into()
    );
    let pending = engine.handle().create_conference(SampleRate::Hz8000);
    assert!(matches!(engine.complete(pending), Err(Error::Session(SessionError::Overloaded { .. }))));
    let capabilities = engine.handle().get_media_capabilities();
    let capabilities = done(&mut engine, capabilities);
    assert_eq!((capabilities.load_percent, capabilities.load_limit_percent), (vec![83, 95], 70));
    engine.timing(1).set_load(&load(0.10));
    let b = create(&mut engine, "b").expect("there is room again");
    assert_eq!(done(&mut engine, b.worker()), WorkerId(1));
    let statistics = a.statistics();
    done(&mut engine, statistics);
}

/// How many of `calls` that come at 200 a second a thread at 60 % takes on which a hundred calls have settled.
fn admitted_at_once(calls: usize) -> usize {
    let mut engine = engine(MediaEngineConfig::default().max_sessions(1_000usize));
    let settled: Vec<_> = (0..100).map(|n| create(&mut engine, &format!("{n}")).unwrap()).collect();
    engine.run_for(Duration::from_secs(2));
    let mut load = load(0.61);
    load.mean_1s = 0.61;
    engine.timing(0).set_load(&load);
    let asked: Vec<_> = (0..calls)
        .map(|n| {
            if n % 4 == 0 {
                engine.run_for(Duration::from_millis(20));
            }
            engine.handle().create_media_session(&*format!("new {n}"), params())
        })
        .collect();
    let admitted = asked.into_iter().filter_map(|pending| match engine.complete(pending) {
        Ok(session) => Some(session),
        Err(Error::Session(SessionError::Overloaded { load_percent: 80.., limit_percent: 80, .. })) => None,
        Err(error) => panic!("{error}"),
    });
    let admitted: Vec<_> = admitted.collect();
    let taken = admitted.len();
    // Their load shows, and is no more than was expected.
    engine.run_for(Duration::from_secs(2));
    load.mean_1s = 0.01 + 0.006 * (settled.len() + taken) as f32;
    load.now = load.mean_1s;
    engine.timing(0).set_load(&load);
    assert_eq!(create(&mut engine, "later").is_ok(), load.now < 0.8, "{taken} were taken");
    taken
}

#[test]
fn calls_that_come_faster_than_their_load_shows_are_counted_with_what_the_others_cost() {
    // The hundred cost 60 %: 33 more will fill the thread to 80 % and a little.
    let taken = admitted_at_once(100);
    assert!((33..=37).contains(&taken), "{taken} were taken");
    assert_eq!(admitted_at_once(20), 20);
}

#[test]
fn capacities_are_refused_by_name_and_come_back() {
    let mut engine = engine(config());
    let sessions: Vec<_> = (0..8).map(|n| create(&mut engine, &format!("{n}")).unwrap()).collect();
    let full = SessionError::Capacity { what: "sessions", limit: 8, field: "max_sessions" };
    assert_eq!(create(&mut engine, "8").unwrap_err(), full.into());
    let taps: Vec<_> = (0..2).map(|_| done(&mut engine, sessions[0].tap())).collect();
    let full = SessionError::Capacity { what: "taps", limit: 2, field: "max_taps" };
    let pending = sessions[1].tap();
    assert_eq!(engine.complete(pending).unwrap_err(), full.into());
    drop(taps);
    let pending = sessions[1].tap();
    engine.complete(pending).expect("a dropped tap gives its place back");
    let handle = engine.handle();
    let rooms: Vec<_> = (0..2).map(|_| done(&mut engine, handle.create_conference(SampleRate::Hz8000))).collect();
    let full = SessionError::Capacity { what: "conferences", limit: 2, field: "max_conferences" };
    let pending = handle.create_conference(SampleRate::Hz8000);
    assert_eq!(engine.complete(pending).unwrap_err(), full.into());
    done(&mut engine, rooms[0].destroy());
    done(&mut engine, handle.create_conference(SampleRate::Hz8000));
    done(&mut engine, sessions[3].destroy());
    create(&mut engine, "8").expect("a destroyed session gives its place back");
}

#[test]
fn a_full_engine_takes_a_new_session_in_place_of_one_that_goes() {
    let mut engine = engine(config());
    let mut sessions: Vec<_> = (0..8).map(|n| create(&mut engine, &format!("{n}")).unwrap()).collect();
    for round in 0..100 {
        // Not one answer is waited for in between: the places given up are still on their way home.
        let (mut ended, mut begun) = (Vec::new(), Vec::new());
        for (n, session) in sessions.drain(..).enumerate() {
            ended.push(session.destroy());
            begun.push(engine.handle().create_media_session(&*format!("{round}.{n}"), params()));
        }
        for pending in ended {
            done(&mut engine, pending);
        }
        sessions.extend(begun.into_iter().map(|pending| done(&mut engine, pending)));
        assert!(matches!(create(&mut engine, "9th"), Err(Error::Session(SessionError::Capacity { limit: 8, .. }))));
    }
    assert!(engine.stop());
}

#[test]
fn a_port_range_that_is_used_up_is_an_error_and_ports_come_back() {
    let mut engine = engine(config().rtp_ports(30_000..=30_005));
    let sessions: Vec<_> = (0..3).map(|n| create(&mut engine, &format!("{n}")).unwrap()).collect();
    let ports: Vec<_> = sessions.iter().map(|s| s.local_address().unwrap().port()).collect();
    assert!(ports.iter().all(|port| (30_000..=30_004).contains(port) && port.is_multiple_of(2)), "{ports:?}");
    let refused = create(&mut engine, "3").unwrap_err();
    assert!(matches!(&refused, Error::Io(IoError::Ports(PortError::RangeUsedUp { first: 30_000, .. }))), "{refused}");
    // One without a socket needs no port.
    let pending = engine.handle().create_media_session("pcm", MediaSessionParams::pcm(SampleRate::Hz8000));
    engine.complete(pending).unwrap();
    done(&mut engine, sessions[1].destroy());
    engine.run_for(Duration::from_secs(5));
    let again = create(&mut engine, "3").expect("the port is free again");
    assert_eq!(again.local_address(), sessions[1].local_address());
}

#[test]
fn a_port_that_another_program_holds_is_passed_over() {
    let held = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port() & !1;
    if !(1_024..=65_000).contains(&port) {
        return;
    }
    // The pair of ports around the one that is held, and the next one.
    let config = config().bind_address(std::net::Ipv4Addr::LOCALHOST).rtp_ports(port..=port + 3).max_sessions(4usize);
    let engine = MediaEngine::start(config.realtime_priority(None)).unwrap();
    let first = engine.handle().create_media_session("a", params()).wait();
    match first {
        Ok(session) => {
            assert_ne!(session.local_address().unwrap().port(), held.local_addr().unwrap().port());
            let second = engine.handle().create_media_session("b", params()).wait();
            assert!(matches!(second, Err(Error::Io(_))), "{second:?}");
        }
        // The next pair is another program's as well.
        Err(error) => assert!(matches!(error, Error::Io(_)), "{error}"),
    }
    engine.stop().unwrap();
}

#[test]
fn a_stale_handle_is_an_error_and_never_the_next_call() {
    let mut engine = engine(config());
    let old = create(&mut engine, "old").unwrap();
    let other = create(&mut engine, "other").unwrap();
    done(&mut engine, old.destroy());
    let new = create(&mut engine, "new").unwrap();
    assert_eq!(new.id().index(), old.id().index(), "the place is used again");
    let gone: Error = SessionError::Unknown(old.id()).into();
    let handle = engine.handle();
    let verbs = [
        old.hold_inward(),
        old.hold_outward(),
        old.mute(),
        old.set_metering(true),
        old.update(params()),
        old.set_remote(support::phone::address(1)),
        old.move_to(WorkerId(0)),
        handle.bridge(&old, &other),
        handle.bridge(&other, &old),
        handle.unbridge(&old),
    ];
    for pending in verbs {
        assert_eq!(engine.complete(pending), Err(gone.clone()));
    }
    let (pending, tap, state) = (old.destroy(), old.tap(), old.state());
    assert_eq!(engine.complete(pending), Err(gone.clone()));
    assert_eq!(engine.complete(tap).unwrap_err(), gone);
    assert_eq!(engine.complete(state), Err(gone));
    let untouched = done(&mut engine, new.state());
    assert!(!untouched.muted && !untouched.held_inward && untouched.connection.is_none());
    let room = done(&mut engine, handle.create_conference(SampleRate::Hz8000));
    done(&mut engine, room.destroy());
    let pending = room.join(&new);
    assert_eq!(engine.complete(pending), Err(ConferenceError::Unknown(room.id()).into()));
    let pending = handle.find_session("old");
    assert_eq!(engine.complete(pending).unwrap_err(), SessionError::UnknownDialog("old".into()).into());
}
