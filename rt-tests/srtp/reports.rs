//! RTCP of protected sessions: ours is protected, and only what is authentic is believed.

use super::*;
use crate::support::phone::{address, pcmu};
use media_core::rtp::SrtpFault;
use media_core::rtp::rtcp::{RtcpPacket, read};

/// A receiver report of a loss of half.
fn half_lost(of: u32) -> Vec<u8> {
    let mut report = vec![0x81, 201, 0, 7, 0, 0, 0, 9];
    report.extend(of.to_be_bytes());
    report.extend([128, 0, 0, 9, 0, 0, 0, 200, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0]);
    report
}

#[test]
fn reports_are_protected_both_ways() {
    for (suite, mux) in SrtpSuite::ALL.into_iter().zip([false, true, false, true]) {
        let mut engine = engine(MediaEngineConfig::default().rtcp_mux(mux));
        let (session, mut phone) = SrtpPhone::connect(&mut engine, 1, suite, protected(suite));
        let mut reader = done_reader(&mut engine);
        let other = pcmu(&mut engine, 2).0;
        let bridge = engine.handle().bridge(&session, &other);
        done(&mut engine, bridge);
        talk(&mut engine, &mut phone, 0..600);
        assert!(!phone.reports.is_empty() && phone.refused.is_empty(), "{suite}: {:?}", phone.refused);
        let ours = phone.plain.got[0].header.ssrc;
        let is_sender = |packet: &RtcpPacket<'_>| matches!(packet, RtcpPacket::SenderReport { .. });
        assert!(phone.reports.iter().all(|report| read(report).flatten().any(|packet| is_sender(&packet))));

        // A report of the phone's to either port; a plain one and one that was taken before are refused.
        let to = |address: std::net::SocketAddr, above: u16| (address.ip(), address.port() + above).into();
        let (report, from) = (half_lost(ours), to(phone.plain.address, u16::from(!mux)));
        let at = to(phone.plain.peer, u16::from(!mux));
        let now = engine.now();
        engine.network.send(from, at, &report, now);
        engine.run_for(Duration::from_millis(40));
        assert_eq!(done(&mut engine, session.rtcp_statistics()).remote, None, "{suite}: nothing plain is believed");
        let sealed = phone.report(&report);
        for _ in 0..2 {
            let now = engine.now();
            engine.network.send(from, at, &sealed, now);
            engine.run_for(Duration::from_millis(40));
        }
        let known = done(&mut engine, session.rtcp_statistics()).remote.expect("a report was taken");
        assert!((known.fraction_lost - 0.5).abs() < 0.01, "{suite}: {known:?}");
        let handed_on = reader.read().expect("to the reader it goes deciphered");
        assert_eq!(handed_on.octets, report);
        let counts = counts(&mut engine, &session);
        assert_balanced(&counts);
        assert_eq!(
            (counts.rtcp_in, counts.rtcp_taken, counts.srtp_faults(SrtpFault::Replayed)),
            (1, 1, 1),
            "{counts:?}"
        );
        assert_eq!(counts.all_srtp_faults(), 2, "{suite}: and the plain one");

        // Its goodbye is protected, too.
        done(&mut engine, session.destroy());
        engine.run_for(Duration::from_millis(40));
        phone.listen(&mut engine);
        let last = phone.reports.last().unwrap();
        assert!(read(last).flatten().any(|packet| matches!(packet, RtcpPacket::Goodbye { .. })), "{suite}");
        assert!(phone.refused.is_empty());
    }
}

fn done_reader(engine: &mut VirtualEngine) -> media_core::RtcpReader {
    let reader = engine.handle().rtcp_reader();
    done(engine, reader)
}

/// An update that brings new keys leaves it to the reports to go on.
#[test]
fn reports_go_on_under_a_new_key() {
    let suite = SrtpSuite::AesCm128HmacSha1_80;
    let mut engine = engine(MediaEngineConfig::default());
    let (session, mut phone) = SrtpPhone::connect(&mut engine, 1, suite, protected(suite));
    talk(&mut engine, &mut phone, 0..500);
    let before = phone.reports.len();
    let plain = MediaSessionParams::new(AudioFormat::pcmu()).remote(address(1));
    done(&mut engine, session.update(plain.srtp(SrtpParams::new(key(suite, 3), key(suite, 2)))));
    phone.receiver = media_core::transport::secure::SrtpReceiver::new(&key(suite, 3)).unwrap();
    talk(&mut engine, &mut phone, 500..1_000);
    assert!(before > 0 && phone.reports.len() > before && phone.refused.is_empty(), "{:?}", phone.refused);
}
