//! Tests: DTLS-SRTP and ICE in descriptions.

use super::*;
use media_core::{DtlsCertificate, IceCredentials};

/// An offer as Chromium makes it, shortened.
const CHROMIUM: &str = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=extmap-allow-mixed\r\n\
    a=msid-semantic: WMS x\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
    a=candidate:1 1 udp 2113937151 a-b-c.local 54401 typ host\r\na=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZgAB\r\n\
    a=ice-options:trickle\r\n\
    a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF\r\n\
    a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
    a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\na=sendrecv\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\n\
    a=rtpmap:8 PCMA/8000\r\na=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n";

#[test]
fn a_browsers_offer_is_read() {
    let offer = read(CHROMIUM.as_bytes()).unwrap();
    let audio = &offer.audio;
    assert_eq!(audio.dtls.map(|dtls| dtls.setup), Some(Setup::ActPass));
    let ice = audio.ice.as_ref().unwrap();
    assert_eq!((ice.credentials.ufrag(), ice.lite), ("8hhY", false));
    assert_eq!((audio.mid.as_deref(), audio.rtcp_mux, audio.at), (Some("0"), true, None));
    // Port 9 at 0.0.0.0 is no hold where ICE finds the way.
    assert_eq!(audio.answering_direction(), Direction::SendReceive);
    assert!(audio.crypto.is_empty());
    // Its feedback is of Opus, and of nothing else.
    let number = |sent| audio.feedback.params(media_core::RtcpParams::default(), sent).transport_wide;
    assert_eq!((number(111), number(9)), (Some(3), None));
}

#[test]
fn our_answer_is_read_as_it_was_meant() {
    let offer = read(CHROMIUM.as_bytes()).unwrap();
    let (certificate, credentials) = (DtlsCertificate::generate().unwrap(), IceCredentials::generate().unwrap());
    let identity = Identity { session: 1, version: 1, address: "192.0.2.1".parse().unwrap() };
    let mut ours = Audio::new(offer.audio.capabilities.clone(), "192.0.2.1:4000".parse().unwrap());
    ours.dtls = Some(Dtls { fingerprint: certificate.fingerprint(), setup: Setup::Passive });
    (ours.ice, ours.rtcp_mux) = (Some(Ice { credentials: credentials.clone(), lite: true }), true);
    let text = answer(&offer, identity, &ours);
    for line in [
        "m=audio 4000 UDP/TLS/RTP/SAVPF ",
        "a=ice-lite\r\n",
        "a=mid:0\r\n",
        "a=rtcp-mux\r\n",
        "a=setup:passive\r\n",
        "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host\r\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let back = read(text.as_bytes()).unwrap().audio;
    assert_eq!((back.dtls, back.ice, back.mid), (ours.dtls, ours.ice.clone(), Some("0".to_owned())));
    assert!(super::offer(identity, &ours).contains("UDP/TLS/RTP/SAVPF"));
    ours.ice = None;
    assert!(super::offer(identity, &ours).contains("UDP/TLS/RTP/SAVP "));
}

#[test]
fn what_cannot_be_says_why() {
    let with = |from: &str, to: &str| read(CHROMIUM.replace(from, to).as_bytes());
    let fault = |read: Result<Description, SdpError>| match read {
        Err(SdpError::Dtls(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(fault(with("sha-256 4A", "sha-1 4A")).contains("sha-256"));
    assert!(fault(with("setup:actpass", "setup:holdconn")).contains("holdconn"));
    assert!(fault(with("a=ice-pwd:asd88fgpdd777uzjYhagZgAB", "a=ice-pwd:short")).contains("ice-pwd"));
    assert!(fault(with("a=fingerprint:sha", "a=nothing:sha")).contains("fingerprint"));
    // A fingerprint of the whole session will do; beside RTP/AVP it says nothing.
    let line = CHROMIUM.lines().find(|line| line.starts_with("a=fingerprint")).unwrap();
    let moved = CHROMIUM.replace(&format!("{line}\r\n"), "").replace("t=0 0\r\n", &format!("t=0 0\r\n{line}\r\n"));
    assert!(read(moved.as_bytes()).unwrap().audio.dtls.is_some());
    assert!(with("UDP/TLS/RTP/SAVPF", "RTP/AVP").unwrap().audio.dtls.is_none());
}
