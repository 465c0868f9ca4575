//! Protected legs in calls, and what is refused there.

use super::*;
use crate::support::phone::{address, connect, pcmu};
use media_core::rtp::{RtpFault, SrtpFault};
use media_core::{Error, KeepAlive, KeepAliveKind, SampleRate, SessionError, Transport};

const CM: SrtpSuite = SrtpSuite::AesCm128HmacSha1_80;

/// Every suite, over a network that reorders and doubles: what one says the other hears, octet for octet.
#[test]
fn a_protected_leg_and_a_plain_one_hear_each_other() {
    for suite in SrtpSuite::ALL {
        let mut engine = engine(MediaEngineConfig::default());
        (engine.network.impairment.duplicate, engine.network.impairment.reorder) = (0.05, 0.05);
        let (a, mut secure) = SrtpPhone::connect(&mut engine, 1, suite, protected(suite));
        let (b, mut plain) = pcmu(&mut engine, 2);
        let bridge = engine.handle().bridge(&a, &b);
        done(&mut engine, bridge);
        for n in 0..200 {
            let now = engine.now();
            plain.send(&mut engine.network, now, &payload(n + 1_000));
            talk(&mut engine, &mut secure, n..n + 1);
            plain.listen(&mut engine.network);
        }
        assert!(secure.refused.iter().all(|fault| *fault == SrtpFault::Replayed), "{suite}: {:?}", secure.refused);
        // The network doubled some.
        let said: Vec<_> = (0..200).map(payload).collect();
        let heard = plain.got.iter().filter(|packet| said.iter().any(|said| packet.payload == said)).count();
        assert!(heard > 150, "{suite}: {heard} of 200 packets of the protected phone");
        let said: Vec<_> = (1_000..1_200).map(payload).collect();
        let is_of = |octets: &[u8]| said.iter().any(|said| octets == said);
        let heard = secure.plain.got.iter().filter(|packet| is_of(&packet.payload)).count();
        assert!(heard > 150, "{suite}: {heard} of 200 packets of the plain phone");
        assert!(secure.raw.iter().all(|raw| raw.len() == 172 + suite.tag_octets() && !is_of(&raw[12..172])), "{suite}");
        let counts = counts(&mut engine, &a);
        assert_balanced(&counts);
        assert_eq!(counts.packets_in, 200, "{suite}: {counts:?}");
        assert_eq!(counts.srtp_faults(SrtpFault::Replayed), counts.all_srtp_faults());
        assert!(counts.srtp_faults(SrtpFault::Replayed) > 2, "the doubles");
    }
}

#[test]
fn what_is_not_authentic_is_refused_by_kind_and_believed_nothing() {
    let mut engine = engine(MediaEngineConfig::default());
    // Nothing is signalled: who is heard first is sent to.
    let session = engine.handle().create_media_session("a", protected(CM));
    let session = done(&mut engine, session);
    let mut phone = SrtpPhone::of(crate::support::phone::Phone::new(1, &session, 0), CM);
    let other = pcmu(&mut engine, 2).0;
    let bridge = engine.handle().bridge(&session, &other);
    done(&mut engine, bridge);
    let packets: Vec<_> = (0..20).map(|n| phone.packet(&payload(n))).collect();
    // A forger: plain packets, packets of another key, damaged and cut ones, keep-alives, plain RTCP.
    let mut forger = SrtpPhone::of(crate::support::phone::Phone::new(66, &session, 0), CM);
    forger.sender = media_core::transport::secure::SrtpSender::new(&key(CM, 9)).unwrap();
    let mut forged = 0;
    for (n, sound) in packets.iter().enumerate() {
        let mut damaged = sound.clone();
        damaged[12 + n * 8] ^= 1;
        let (other_key, plain) = (forger.packet(&payload(7)), [&sound[..12], &payload(n as u32)].concat());
        for octets in [&plain, &other_key, &damaged, &sound[..19], &[0; 4]] {
            forger.post(&mut engine, octets);
            forged += 1;
        }
        let now = engine.now();
        let (from, to) = (forger.plain.address, forger.plain.peer);
        engine.network.send(from, (to.ip(), to.port() + 1).into(), &[0x80, 201, 0, 1, 0, 0, 0, 9], now);
        engine.run_for(Duration::from_millis(20));
    }
    let seen = counts(&mut engine, &session);
    assert_balanced(&seen);
    assert_eq!((seen.packets_in, seen.packets_out, seen.relatched), (0, 0, 0), "{seen:?}");
    assert!(seen.no_remote > 10, "nobody is sent to: {seen:?}");
    assert_eq!(
        (seen.srtp_faults(SrtpFault::BadTag), seen.srtp_faults(SrtpFault::TooShort)),
        (60, 20),
        "{forged} forged"
    );
    assert_eq!((seen.faults(RtpFault::KeepAlive), seen.rtcp_refused), (20, 20));
    // The phone itself: each packet once, from wherever it is.
    for sound in &packets {
        phone.post(&mut engine, sound);
        forger.post(&mut engine, sound);
        engine.run_for(Duration::from_millis(20));
        phone.listen(&mut engine);
    }
    let now = counts(&mut engine, &session);
    assert_balanced(&now);
    assert_eq!((now.packets_in, now.srtp_faults(SrtpFault::Replayed)), (20, 20), "{now:?}");
    assert!(!phone.plain.got.is_empty() && engine.network.receive(forger.plain.address).is_none());
    // From there on plain RTCP of its host is refused by kind.
    let report = [0x80, 201, 0, 1, 0, 0, 0, 9, 1, 1, 1, 1, 0x80, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    phone.post(&mut engine, &report);
    engine.run_for(Duration::from_millis(20));
    let last = counts(&mut engine, &session);
    assert_balanced(&last);
    assert_eq!(last.srtp_faults(SrtpFault::BadTag), now.srtp_faults(SrtpFault::BadTag) + 1);
}

#[test]
fn keep_alives_are_protected_and_of_the_same_stream() {
    for kind in [KeepAliveKind::Rtp, KeepAliveKind::Rtcp] {
        let mut engine = engine(MediaEngineConfig::default().rtcp_mux(true));
        let keep_alive = KeepAlive::new(kind, Duration::from_secs(1));
        let params = protected(CM).keep_alive(keep_alive).rtcp(None);
        let (session, mut phone) = SrtpPhone::connect(&mut engine, 1, CM, params);
        engine.run_for(Duration::from_secs(10));
        phone.listen(&mut engine);
        let came = phone.plain.got.len() + phone.reports.len();
        assert!((8..=10).contains(&came) && phone.refused.is_empty(), "{kind:?}: {came}, {:?}", phone.refused);
        let (other, bridged) = (pcmu(&mut engine, 2).0, engine.handle().clone());
        let pending = bridged.bridge(&session, &other);
        done(&mut engine, pending);
        engine.run_for(Duration::from_secs(3));
        phone.listen(&mut engine);
        let numbers: Vec<_> = phone.plain.got.iter().map(|packet| packet.header.sequence).collect();
        assert!(
            numbers.len() > 100 && numbers.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)),
            "{numbers:?}"
        );
        assert!(phone.refused.is_empty() && counts(&mut engine, &session).srtp_upkeep_unsent == 0);
    }
}

#[test]
fn its_first_numbers_are_far_from_a_wrap() {
    let mut engine = engine(MediaEngineConfig::default());
    for number in 1..=40 {
        let (session, mut phone) = SrtpPhone::connect(&mut engine, number, CM, protected(CM));
        let other = pcmu(&mut engine, number + 100).0;
        let bridge = engine.handle().bridge(&session, &other);
        done(&mut engine, bridge);
        engine.run_for(Duration::from_millis(600));
        phone.listen(&mut engine);
        assert!(phone.plain.got[0].header.sequence < 1 << 15);
    }
}

#[test]
fn what_cannot_be_protected_is_refused_by_name() {
    let mut engine = engine(MediaEngineConfig::default());
    let bridge = engine.handle().rtp_bridge();
    let bridge = done(&mut engine, bridge);
    for transport in [Transport::Bridge(bridge.port()), Transport::Pcm(SampleRate::Hz8000)] {
        let pending = engine.handle().create_media_session("x", protected(CM).transport(transport));
        let error = engine.complete(pending).unwrap_err();
        assert!(matches!(&error, Error::Session(SessionError::Parameter(_))), "{error:?}");
        assert!(error.to_string().contains("srtp"), "{error}");
    }
    let (session, _) = connect(&mut engine, 1, protected(CM));
    let refused = |engine: &mut VirtualEngine, params| {
        let pending = session.update(params);
        let error = engine.complete(pending).unwrap_err();
        assert!(error.to_string().contains("srtp"), "{error}");
    };
    let plain = MediaSessionParams::new(AudioFormat::pcmu()).remote(address(1));
    refused(&mut engine, plain.clone().srtp(SrtpParams::awaiting_keys()));
    // A key stream is never used twice.
    done(&mut engine, session.update(plain.clone().srtp(SrtpParams::new(key(CM, 3), key(CM, 2)))));
    refused(&mut engine, plain.clone().srtp(SrtpParams::new(key(CM, 1), key(CM, 2))));
    // What is not mentioned stays.
    done(&mut engine, session.update(plain));
    let params = done(&mut engine, session.params());
    assert_eq!(params.srtp.as_ref().and_then(|srtp| srtp.send_key()), Some(&key(CM, 3)));
    let shown = format!("{params:?}");
    assert!(shown.contains("SrtpKey") && !shown.contains("8, 13, 18"), "{shown}");
}
