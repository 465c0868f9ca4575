//! Calls whose keys two sessions agree on over the network.

use super::*;
use crate::support::phone::{Phone, pcmu as plain_phone};
use media_core::rtp::SrtpFault;
use media_core::transport::secure::DtlsAssociation;
use media_core::{Error, HandshakeFault, IceCredentials, IceParams, SampleRate, SessionError, SrtpKey, SrtpParams};

/// What the phone behind `a` says, and what of it that behind `b` heard, octet for octet.
struct Call {
    ends: [MediaSessionHandle; 2],
    phones: [Phone; 2],
    events: Events,
}

fn payload(n: u32) -> [u8; 160] {
    std::array::from_fn(|i| (n as usize * 7 + i) as u8)
}

impl Call {
    fn new(engine: &mut VirtualEngine, ends: [MediaSessionHandle; 2], events: Events) -> Self {
        let (one, two) = (plain_phone(engine, 1), plain_phone(engine, 2));
        for (end, (phone, _)) in ends.iter().zip([&one, &two]) {
            let bridge = engine.handle().bridge(end, phone);
            done(engine, bridge);
        }
        Self { ends, phones: [one.1, two.1], events }
    }

    /// Packets of 20 ms from the first phone; how many of them the second hears as they were said.
    fn talk(&mut self, engine: &mut VirtualEngine, of: std::ops::Range<u32>) -> usize {
        let heard = self.phones[1].got.len();
        for n in of.clone() {
            let now = engine.now();
            self.phones[0].send(&mut engine.network, now, &payload(n));
            run(engine, 20);
        }
        run(engine, 200);
        self.phones[1].listen(&mut engine.network);
        let said: Vec<_> = of.map(payload).collect();
        self.phones[1].got[heard..].iter().filter(|packet| said.iter().any(|said| packet.payload == said)).count()
    }
}

/// The answer of `b` reaches `a`, which begins.
fn answer(engine: &mut VirtualEngine, ends: &[MediaSessionHandle; 2], own: &DtlsCertificate, peer: &DtlsCertificate) {
    let dtls = DtlsParams::new(own, DtlsRole::Active, peer.fingerprint());
    let update = ends[0].update(pcmu().dtls(dtls).remote(ends[1].local_address().unwrap()));
    done(engine, update);
}

#[test]
fn a_call_whose_keys_come_by_dtls_is_heard_octet_for_octet() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let own = [certificate(), certificate()];
    let ends = pair(&mut engine, [&own[0], &own[1]]);
    let mut call = Call::new(&mut engine, ends, events);
    assert_eq!(call.talk(&mut engine, 0..50), 0, "nobody has a key");
    answer(&mut engine, &call.ends, &own[0], &own[1]);
    run(&mut engine, 500);
    let news = told(&call.events);
    let suites = ["a", "b"].map(|end| secured(&news, end));
    assert!(suites[0].is_some() && suites[0] == suites[1], "{news:?}");
    let heard = call.talk(&mut engine, 100..200);
    assert!(heard >= 98, "{heard} of 100");
    for end in &call.ends {
        let counts = done(&mut engine, end.transport_statistics());
        assert!(counts.handshakes_in > 2 && counts.handshakes_out > 2 && counts.handshakes_dropped == 0, "{counts:?}");
        assert_eq!(counts.all_srtp_faults(), counts.srtp_faults(SrtpFault::NoKey), "{counts:?}");
        let taken = counts.packets_in + counts.refused + counts.rtcp_in + counts.handshakes_in;
        assert_eq!(counts.datagrams_in, taken + counts.all_faults() + counts.all_srtp_faults(), "{counts:?}");
    }
}

#[test]
fn a_peer_with_another_certificate_than_its_description_says_is_not_spoken_to() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let own = [certificate(), certificate()];
    let ends = pair(&mut engine, [&own[0], &own[1]]);
    let mut call = Call::new(&mut engine, ends, events);
    answer(&mut engine, &call.ends, &own[0], &certificate());
    // An end of OpenSSL's that is done hears no other hello: the second attempt has to time out.
    run(&mut engine, if cfg!(feature = "dtls-openssl") { 42_000 } else { 3_000 });
    let news = told(&call.events);
    let failed = EventKind::HandshakeFailed(HandshakeFault::Fingerprint);
    assert_eq!(news.iter().filter(|(end, kind)| end == "a" && *kind == failed).count(), 1, "{news:?}");
    assert_eq!(secured(&news, "a"), None);
    assert_eq!(call.talk(&mut engine, 0..50), 0);
    let counts = done(&mut engine, call.ends[0].transport_statistics());
    assert!(counts.packets_out == 0 && counts.srtp_unsent > 40, "{counts:?}");
}

#[test]
fn on_a_bad_network_the_handshake_takes_longer_and_ends_well() {
    // Where OpenSSL's clock decides, chance is not the seed's alone: less is lost, so that it is not the test's end either.
    let (seeds, loss) = if cfg!(feature = "dtls-openssl") { (0..3, 0.1) } else { (0..6, 0.3) };
    let on = |seed: u64| {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default(), seed).unwrap();
        let events = engine.handle().subscribe();
        let own = [certificate(), certificate()];
        let ends = pair(&mut engine, [&own[0], &own[1]]);
        let mut bad = engine.network.impairment;
        (bad.loss, bad.burst, bad.duplicate, bad.reorder) = (loss, 0.3, 0.1, 0.2);
        engine.network.impairment = bad;
        answer(&mut engine, &ends, &own[0], &own[1]);
        let news = shaken(&mut engine, &events, 20_000);
        assert!(["a", "b"].iter().all(|end| secured(&news, end).is_some()), "seed {seed}: {news:?}");
    };
    std::thread::scope(|scope| seeds.for_each(|seed| drop(scope.spawn(move || on(seed)))));
}

#[test]
fn who_begins_before_the_answer_is_known_is_believed_when_it_is() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let own = [certificate(), certificate()];
    let handle = engine.handle();
    let a = done(&mut engine, handle.create_media_session("a", pcmu().dtls(DtlsParams::awaiting_answer(&own[0]))));
    let active = DtlsParams::new(&own[1], DtlsRole::Active, own[0].fingerprint());
    let b = pcmu().dtls(active).remote(a.local_address().unwrap());
    let b = done(&mut engine, handle.create_media_session("b", b));
    run(&mut engine, 1_000);
    let early = told(&events);
    assert_eq!((secured(&early, "a"), secured(&early, "b").is_some()), (None, true), "{early:?}");
    let passive = DtlsParams::new(&own[0], DtlsRole::Passive, own[1].fingerprint());
    let update = a.update(pcmu().dtls(passive).remote(b.local_address().unwrap()));
    done(&mut engine, update);
    run(&mut engine, 100);
    assert!(secured(&told(&events), "a").is_some());
    let heard = Call::new(&mut engine, [b, a], events).talk(&mut engine, 0..100);
    assert!(heard >= 98, "{heard} of 100");
}

#[test]
fn a_renegotiation_goes_on_with_its_keys_and_another_certificate_brings_others() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let own = [certificate(), certificate()];
    let ends = pair(&mut engine, [&own[0], &own[1]]);
    let mut call = Call::new(&mut engine, ends, events);
    answer(&mut engine, &call.ends, &own[0], &own[1]);
    run(&mut engine, 500);
    told(&call.events);
    // As it was, in words or without.
    answer(&mut engine, &call.ends, &own[0], &own[1]);
    let update = call.ends[1].update(pcmu());
    done(&mut engine, update);
    let heard = call.talk(&mut engine, 0..100);
    let news = told(&call.events);
    assert!(heard >= 98 && secured(&news, "a").or(secured(&news, "b")).is_none(), "{heard} of 100, {news:?}");
    let new = certificate();
    let passive = DtlsParams::new(&new, DtlsRole::Passive, own[0].fingerprint());
    let update = call.ends[1].update(pcmu().dtls(passive));
    done(&mut engine, update);
    answer(&mut engine, &call.ends, &own[0], &new);
    run(&mut engine, 500);
    let news = told(&call.events);
    assert!(["a", "b"].iter().all(|end| secured(&news, end).is_some()), "{news:?}");
    let heard = call.talk(&mut engine, 200..300);
    assert!(heard >= 98, "{heard} of 100");
}

#[test]
fn strangers_and_floods_hold_up_nobody() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let own = [certificate(), certificate()];
    let ends = pair(&mut engine, [&own[0], &own[1]]);
    let mut call = Call::new(&mut engine, ends, events);
    let at = call.ends[1].local_address().unwrap();
    // A stranger begins a handshake of its own, and another sends whatever looks like a record.
    let mut stranger =
        DtlsAssociation::new(&certificate(), true, Some(own[1].fingerprint()), engine.now()).expect("a client");
    let mut hello = Vec::new();
    stranger.poll(|datagram| hello.push(datagram));
    for n in 0..40_000 {
        let now = engine.now();
        if n == 0 {
            engine.network.send(([203, 0, 113, 9], 7).into(), at, &hello[0], now);
        }
        engine.network.send(([203, 0, 113, 10], 7).into(), at, &[22, 254, 253, 0, 0, 0, 0, 0, n as u8, 1], now);
        if n % 400 == 0 {
            run(&mut engine, 10);
        }
    }
    // Somebody forges the peer's address, with what only a done handshake could read.
    let peer = call.ends[0].local_address().unwrap();
    for n in 0..2_000 {
        let now = engine.now();
        engine.network.send(peer, at, &[37; 60], now);
        if n % 4 == 0 {
            run(&mut engine, 10);
        }
    }
    answer(&mut engine, &call.ends, &own[0], &own[1]);
    let news = shaken(&mut engine, &call.events, 5_000);
    assert!(["a", "b"].iter().all(|end| secured(&news, end).is_some()), "{news:?}");
    let heard = call.talk(&mut engine, 0..100);
    assert!(heard >= 98, "{heard} of 100");
    let counts = done(&mut engine, call.ends[1].transport_statistics());
    assert!(counts.handshakes_dropped > 30_000 && counts.handshakes_in < 1_000, "{counts:?}");
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let mut engine = engine();
    let own = certificate();
    let dtls = || DtlsParams::new(&own, DtlsRole::Active, own.fingerprint());
    let key = || SrtpKey::generate(SrtpSuite::AesCm128HmacSha1_80).unwrap();
    let ice = || IceParams::new(IceCredentials::generate().unwrap());
    let cases = [
        ("dtls", pcmu().dtls(dtls()).srtp(SrtpParams::new(key(), key()))),
        ("dtls", MediaSessionParams::pcm(SampleRate::Hz8000).dtls(dtls())),
        ("ice", MediaSessionParams::pcm(SampleRate::Hz8000).ice(ice())),
        ("remote", pcmu().ice(ice()).remote(([192, 0, 2, 1], 4_000).into())),
    ];
    for (field, params) in cases {
        let refused = engine.handle().create_media_session("x", params);
        match engine.complete(refused) {
            Err(Error::Session(SessionError::Parameter(why))) => assert!(why.to_string().contains(field), "{why}"),
            other => panic!("{field}: {other:?}"),
        }
    }
    let session = engine.handle().create_media_session("x", pcmu().ice(ice()));
    let session = done(&mut engine, session);
    let refused = session.set_remote(([192, 0, 2, 1], 4_000).into());
    assert!(engine.complete(refused).is_err());
    // Who has keys of its description keeps to them.
    let update = engine.handle().create_media_session("y", pcmu().srtp(SrtpParams::new(key(), key())));
    let update = done(&mut engine, update).update(pcmu().dtls(dtls()));
    assert!(engine.complete(update).is_err());
}
