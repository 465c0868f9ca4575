//! Keys that come late, and keys that change, without a packet lost.

use super::*;
use crate::support::phone::{address, pcmu};
use media_core::rtp::SrtpFault;
use media_core::transport::secure::{SrtpReceiver, SrtpSender};

const CM: SrtpSuite = SrtpSuite::AesCm128HmacSha1_80;

fn plain() -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu()).remote(address(1))
}

#[test]
fn keys_change_in_a_call_and_no_packet_is_lost() {
    for suite in [CM, SrtpSuite::AeadAes128Gcm] {
        let mut engine = engine(MediaEngineConfig::default());
        engine.network.impairment.delay = Duration::from_millis(150);
        let (session, mut phone) = SrtpPhone::connect(&mut engine, 1, suite, protected(suite));
        let other = pcmu(&mut engine, 2).0;
        let bridge = engine.handle().bridge(&session, &other);
        done(&mut engine, bridge);
        talk(&mut engine, &mut phone, 0..50);
        // The session changes first, the phone half a second later: its packets under the old key are on their way.
        done(&mut engine, session.update(plain().srtp(SrtpParams::new(key(suite, 3), key(suite, 4)))));
        let mut next = SrtpReceiver::new(&key(suite, 3)).unwrap();
        std::mem::swap(&mut phone.receiver, &mut next);
        let (mut old, before) = (next, phone.plain.got.len());
        for n in 50..75 {
            talk(&mut engine, &mut phone, n..n + 1);
        }
        // What it could not open was under the old key still: on its way for 150 ms.
        let late = phone.raw.len() - phone.plain.got.len();
        let opened = phone.raw.iter().skip(before).take(late);
        assert!(
            opened.map(|raw| old.unprotect(&mut raw.clone(), None)).all(|opened| opened.is_ok()) && late < 12,
            "{late}"
        );
        let mut changed = SrtpSender::new(&key(suite, 4)).unwrap();
        changed.go_on_from(&phone.sender);
        phone.sender = changed;
        talk(&mut engine, &mut phone, 75..150);
        engine.run_for(Duration::from_millis(300));
        let counts = counts(&mut engine, &session);
        assert_balanced(&counts);
        assert_eq!((counts.packets_in, counts.all_srtp_faults()), (150, 0), "{suite}: {counts:?}");
    }
}

#[test]
fn a_new_key_of_the_peer_leaves_what_is_sent_as_it_was() {
    let mut engine = engine(MediaEngineConfig::default());
    let (session, mut phone) = SrtpPhone::connect(&mut engine, 1, CM, protected(CM));
    let other = pcmu(&mut engine, 2).0;
    let bridge = engine.handle().bridge(&session, &other);
    done(&mut engine, bridge);
    // Long enough for reports: their index goes on, too.
    talk(&mut engine, &mut phone, 0..600);
    let reported = phone.reports.len();
    done(&mut engine, session.update(plain().srtp(SrtpParams::new(key(CM, 1), key(CM, 4)))));
    phone.sender = SrtpSender::new(&key(CM, 4)).unwrap();
    talk(&mut engine, &mut phone, 600..1_200);
    let counts = counts(&mut engine, &session);
    assert_eq!((counts.all_srtp_faults(), &phone.refused[..]), (0, &[][..]));
    assert!(reported > 0 && phone.reports.len() > reported);
}

#[test]
fn until_the_answer_nothing_is_sent_and_nothing_played() {
    let mut engine = engine(MediaEngineConfig::default());
    let params = MediaSessionParams::new(AudioFormat::pcmu()).srtp(SrtpParams::awaiting_keys());
    let (session, mut phone) = SrtpPhone::connect(&mut engine, 1, CM, params);
    let other = pcmu(&mut engine, 2).0;
    let bridge = engine.handle().bridge(&session, &other);
    done(&mut engine, bridge);
    talk(&mut engine, &mut phone, 0..50);
    let before = counts(&mut engine, &session);
    assert_balanced(&before);
    assert_eq!((before.packets_in, before.packets_out, before.srtp_faults(SrtpFault::NoKey)), (0, 0, 50));
    assert!(before.srtp_unsent > 40 && phone.raw.is_empty(), "{before:?}");
    done(&mut engine, session.update(protected(CM).remote(address(1))));
    talk(&mut engine, &mut phone, 50..100);
    let now = counts(&mut engine, &session);
    assert_eq!((now.packets_in, now.all_srtp_faults()), (50, 50));
    assert!(phone.plain.got.len() > 45 && phone.refused.is_empty());
}

/// A session that was plain becomes a protected one.
#[test]
fn a_plain_session_is_protected_from_an_update_on() {
    let mut engine = engine(MediaEngineConfig::default());
    let (session, mut phone) = SrtpPhone::connect(&mut engine, 1, CM, plain());
    done(&mut engine, session.update(protected(CM).remote(address(1))));
    talk(&mut engine, &mut phone, 0..50);
    let now = counts(&mut engine, &session);
    assert_eq!((now.packets_in, now.all_srtp_faults()), (50, 0));
}
