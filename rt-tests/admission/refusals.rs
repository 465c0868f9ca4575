//! Control: what is refused by name: connections, parameters, configurations.

use super::*;

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
    let taken = SessionError::Connected(a.id(), Connection::Bridge(b.id()));
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
    assert_eq!(done(&mut engine, a.state()).connection, Some(Connection::Bridge(b.id())));
    assert_eq!(done(&mut engine, c.state()).connection, None);
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
