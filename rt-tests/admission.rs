//! What is refused, with a typed error that names what to do, and what malformed input comes to: counted by kind, never
//! fatal.

mod support;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::error::{CodecError, ConferenceError, EngineError, IoError, Occupation, SessionError};
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
    Load { now, ..Load::default() }
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
    assert!(matches!(&refused, Error::Io(IoError::Transport(text)) if text.contains("30000")), "{refused}");
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
    assert!(!untouched.muted && !untouched.held_inward && untouched.occupation.is_none());
    let room = done(&mut engine, handle.create_conference(SampleRate::Hz8000));
    done(&mut engine, room.destroy());
    let pending = room.join(&new);
    assert_eq!(engine.complete(pending), Err(ConferenceError::Unknown(room.id()).into()));
    let pending = handle.find_session("old");
    assert_eq!(engine.complete(pending).unwrap_err(), SessionError::UnknownDialog("old".into()).into());
}

#[test]
fn connections_that_cannot_be_are_refused() {
    let mut engine = engine(config());
    let [a, b, c] = ["a", "b", "c"].map(|dialog| create(&mut engine, dialog).unwrap());
    let handle = engine.handle();
    assert_eq!(create(&mut engine, "a").unwrap_err(), SessionError::DialogInUse("a".into(), a.id()).into());
    let pending = handle.bridge(&a, &a);
    assert_eq!(engine.complete(pending), Err(SessionError::BridgeToSelf(a.id()).into()));
    let pending = handle.unbridge(&a);
    assert_eq!(engine.complete(pending), Err(SessionError::NotBridged(a.id()).into()));
    done(&mut engine, handle.bridge(&a, &b));
    let taken = SessionError::Occupied(a.id(), Occupation::Bridge(b.id()));
    let pending = handle.bridge(&a, &c);
    assert_eq!(engine.complete(pending), Err(taken.clone().into()));
    let room = done(&mut engine, handle.create_conference(SampleRate::Hz8000));
    let pending = room.join(&a);
    assert_eq!(engine.complete(pending), Err(taken.into()));
    done(&mut engine, room.join(&c));
    let pending = room.join(&c);
    assert_eq!(engine.complete(pending), Err(ConferenceError::AlreadyMember(room.id(), c.id()).into()));
    let pending = room.leave(&a);
    assert_eq!(engine.complete(pending), Err(ConferenceError::NotMember(room.id(), a.id()).into()));
    let wide = handle.create_conference(SampleRate::Hz16000);
    let wide = done(&mut engine, wide);
    done(&mut engine, room.leave(&c));
    let pending = wide.join(&c);
    // Rates that are not alike are converted.
    assert_eq!(engine.complete(pending), Ok(()));
    done(&mut engine, wide.leave(&c));
    let pending = c.move_to(WorkerId(9));
    assert_eq!(engine.complete(pending), Err(SessionError::UnknownWorker(WorkerId(9), 1).into()));
    // What was refused has changed nothing.
    assert_eq!(done(&mut engine, a.state()).occupation, Some(Occupation::Bridge(b.id())));
    assert_eq!(done(&mut engine, c.state()).occupation, None);
    let pair = create(&mut engine, "pair").unwrap();
    done(&mut engine, handle.bridge(&c, &pair));
}

#[test]
fn parameters_out_of_range_are_refused() {
    let mut engine = engine(config().tick_ms(20u32));
    let handle = engine.handle();
    for (ms, legal) in [(10, false), (20, true), (30, false), (40, true), (50, false), (60, true)] {
        let pending = handle.create_media_session(&*format!("{ms}"), params().ptime(Ptime::from_ms(ms).unwrap()));
        let answer = engine.complete(pending);
        let refused = SessionError::Ptime { ptime_ms: ms, tick_ms: 20, legal: "20, 40 or 60 ms" };
        assert_eq!(answer.err(), (!legal).then(|| refused.into()), "{ms} ms");
    }
    assert_eq!(Ptime::from_ms(25), None);
    assert_eq!(AudioFormat::named("PCMU", 72), Err(SessionError::PayloadType(72).into()));
    assert!(matches!(AudioFormat::named("G.999", 96), Err(Error::Codec(CodecError::Unsupported { .. }))));
    let mut odd = params();
    odd.jitter.max_delay_ms = 5;
    let pending = handle.create_media_session("jitter", odd);
    let refused = engine.complete(pending).unwrap_err();
    assert!(matches!(&refused, Error::Session(SessionError::Parameter(e)) if e.field == "jitter"), "{refused}");
    let pending = handle.create_media_session("bridge", params().transport(Transport::Bridge(PortId(7))));
    assert_eq!(engine.complete(pending).unwrap_err(), SessionError::UnknownPort(PortId(7)).into());
}

#[test]
fn a_wrong_configuration_names_field_and_range() {
    let base = MediaEngineConfig::default;
    let wrong = [
        (base().workers(0usize), "workers", "1 to 16"),
        (base().workers(17usize), "workers", "1 to 16"),
        (base().tick_ms(15u32), "tick_ms", "10 or 20"),
        (base().max_sessions(0usize), "max_sessions", "1 to 100000"),
        (base().max_taps(100_001usize), "max_taps", "0 to 100000"),
        (base().max_conferences(0usize), "max_conferences", "1 to 100000"),
        (base().io_threads(17usize), "io_threads", "0 to 16"),
        (base().ring_octets(1_000usize), "ring_octets", "65536 to 268435456"),
        (base().load_limit_percent(101u32), "load_limit_percent", "10 to 100"),
        (base().request_queue(8usize), "request_queue", "16 to 65536"),
        (base().subscriber_queue(8usize), "subscriber_queue", "16 to 65536"),
        (base().rtp_ports(80..=90), "rtp_ports", "1024 or above, with at least two ports"),
        (base().realtime_priority(Some(99)), "realtime_priority", "2 to 98"),
        (base().request_timeout(Duration::ZERO), "request_timeout", "more than zero"),
    ];
    for (config, field, legal) in wrong {
        let error = config.plan().expect_err(field);
        assert_eq!((error.field, &*error.legal), (field, legal));
        let text = error.to_string();
        assert!(text.contains(field) && text.contains(legal), "{text}");
        assert!(matches!(MediaEngine::start(config), Err(Error::Config(e)) if e.field == field));
    }
    assert!(base().plan().is_ok());
}

#[test]
fn a_full_request_queue_answers_busy_at_once() {
    let mut engine = engine(config().request_queue(16usize));
    let a = create(&mut engine, "a").unwrap();
    let mut pending: Vec<_> = (0..20).map(|_| a.statistics()).collect();
    let answers: Vec<_> = pending.iter_mut().map(|p| p.poll_now()).collect();
    assert!(answers[..16].iter().all(Option::is_none), "sixteen wait");
    assert!(answers[16..].iter().all(|answer| *answer == Some(Err(EngineError::Busy.into()))), "{answers:?}");
    for pending in pending.drain(..16) {
        done(&mut engine, pending);
    }
    done(&mut engine, a.statistics());
}

/// One session in a bridge, and its phone.
fn bridged(engine: &mut VirtualEngine) -> (MediaSessionHandle, Phone, Phone) {
    let (a, phone_a) = pcmu(engine, 1);
    let (b, phone_b) = connect(engine, 2, MediaSessionParams::new(AudioFormat::pcma()));
    let pending = engine.handle().bridge(&a, &b);
    done(engine, pending);
    (a, phone_a, phone_b)
}

#[test]
fn malformed_packets_are_counted_by_kind() {
    let mut engine = engine(config());
    let (a, mut phone, mut other) = bridged(&mut engine);
    let mut good = vec![0; 172];
    media_core::rtp::write(&phone.next, &[0x55; 160], &mut good).unwrap();
    let with = |at: usize, octet: u8| {
        let mut packet = good.clone();
        packet[at] = octet;
        packet
    };
    let bad = [
        (vec![], RtpFault::Empty),
        (good[..11].to_vec(), RtpFault::TooShort),
        (with(0, 0x50), RtpFault::BadVersion),
        (good[..20].iter().enumerate().map(|(i, o)| if i == 0 { 0x8f } else { *o }).collect(), RtpFault::BadCsrc),
        (good[..14].iter().enumerate().map(|(i, o)| if i == 0 { 0x90 } else { *o }).collect(), RtpFault::BadExtension),
        (vec![0; 4], RtpFault::KeepAlive),
        (with(0, 0x01), RtpFault::Stun),
        (with(0, 22), RtpFault::Dtls),
    ];
    for round in 1..=3 {
        for (datagram, kind) in &bad {
            let kind_of = media_core::rtp::parse(datagram).unwrap_err();
            assert_eq!(kind_of, *kind);
            let now = engine.now();
            engine.network.send(phone.address, phone.peer, datagram, now);
        }
        let now = engine.now();
        engine.network.send(phone.address, phone.peer, &vec![0x80; media_core::rtp::MAX_PACKET + 1], now);
        engine.network.send(phone.address, phone.peer, &with(1, 200), now);
        engine.tick();
        let counted = done(&mut engine, a.transport_statistics());
        for (datagram, _) in &bad {
            let kind = media_core::rtp::parse(datagram).unwrap_err();
            assert_eq!(counted.faults(kind), round, "{kind:?}");
        }
        assert_eq!((counted.oversized, counted.rtcp_in, counted.packets_in), (round, round, 0));
        assert_eq!(counted.datagrams_in, round * (bad.len() as u64 + 2), "every datagram is counted once");
    }
    // Well-formed, but of no use: another payload type, an empty payload; a payload of 150 ms is played.
    let now = engine.now();
    let mut stranger = phone.next;
    stranger.payload_type = 96;
    phone.post(&mut engine.network, now, stranger, &[0; 160]);
    phone.send(&mut engine.network, now, &[]);
    phone.send(&mut engine.network, now, &[0; 1_200]);
    engine.run_for(Duration::from_millis(50));
    let counted = done(&mut engine, a.statistics());
    let odd = (counted.unknown_payload_type, counted.empty_packets, counted.bad_payload);
    assert_eq!(odd, (1, 1, 0), "{counted}");
    // And the call works.
    talk_works(&mut engine, &mut phone, &mut other);
}

fn talk_works(engine: &mut VirtualEngine, phone: &mut Phone, other: &mut Phone) {
    other.listen(&mut engine.network);
    other.got.clear();
    for _ in 0..50 {
        let now = engine.now();
        phone.send(&mut engine.network, now, &[0x55; 160]);
        engine.tick();
        engine.tick();
    }
    other.listen(&mut engine.network);
    assert!(other.got.len() > 40, "{} packets", other.got.len());
}

/// 200,000 packets a second to one phone's port, from its own address, beside 50 calls: nobody else loses one, in rings of
/// the least size.
#[test]
fn a_flooded_port_costs_the_others_nothing() {
    let config = MediaEngineConfig::default().max_sessions(64usize).workers(1usize).ring_octets(65_536usize);
    let mut engine = engine(config);
    let mut calls: Vec<_> = (1..=51).map(|number| pcmu(&mut engine, number)).collect();
    for pair in calls[1..].chunks_exact(2) {
        let pending = engine.handle().bridge(&pair[0].0, &pair[1].0);
        done(&mut engine, pending);
    }
    let mut sent = 0;
    for tick in 0..100 {
        let now = engine.now();
        let (flooded, others) = calls.split_first_mut().unwrap();
        for _ in 0..2_000 {
            flooded.1.send(&mut engine.network, now, &[0x55; 160]);
        }
        if tick % 2 == 0 {
            sent += 1;
            others.iter_mut().for_each(|(_, phone)| phone.send(&mut engine.network, now, &[0x90; 160]));
        }
        engine.tick();
        calls.iter_mut().for_each(|(_, phone)| phone.listen(&mut engine.network));
    }
    engine.tick();
    for (n, (session, _)) in calls.iter().enumerate() {
        let port = done(&mut engine, session.transport_statistics());
        let leg = done(&mut engine, session.statistics());
        let bounded = 128 + 1_000;
        match n {
            0 => {
                assert_eq!((port.datagrams_in, port.ring_full), (200_000, 0));
                assert!(port.flooded >= 200_000 - bounded && port.packets_in + port.flooded == 200_000, "{port:?}");
            }
            _ => {
                assert_eq!((port.packets_in, port.flooded, port.ring_full), (sent, 0, 0), "{n}: {port:?}");
                assert_eq!((leg.packets_in, leg.no_slot, leg.lost, leg.late), (sent, 0, 0, 0), "{n}: {leg:?}");
            }
        }
    }
    assert!(engine.stop());
}

#[test]
fn a_flood_of_noise_ends_nothing() {
    let mut engine = engine(config());
    let (a, mut phone, mut other) = bridged(&mut engine);
    let mut random = Random(5);
    talk_works(&mut engine, &mut phone, &mut other);
    let mut sent = 0;
    for round in 0..400 {
        let now = engine.now();
        for _ in 0..25 {
            let length = random.below(1_600);
            let mut noise = random.octets(length);
            // Half of it gets past the version check, and some of that has our payload type.
            if let [first, second, ..] = &mut noise[..]
                && round % 2 == 0
            {
                (*first, *second) = (0x80, *second & 0x83);
            }
            engine.network.send(phone.address, phone.peer, &noise, now);
            sent += 1;
        }
        engine.tick();
    }
    let counted = done(&mut engine, a.transport_statistics());
    let faults: u64 = RtpFault::ALL.iter().map(|kind| counted.faults(*kind)).sum();
    let told = counted.packets_in
        + counted.ring_full
        + counted.flooded
        + counted.refused
        + counted.rtcp_in
        + counted.oversized
        + faults;
    assert_eq!((counted.datagrams_in, told), (sent + 50, sent + 50), "each is counted, once: {counted:?}");
    talk_works(&mut engine, &mut phone, &mut other);
    assert!(engine.stop());
}
