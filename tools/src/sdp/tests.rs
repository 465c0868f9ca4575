//! Pure: descriptions as phones and gateways send them, and what is wrong with others.

use super::*;
use media_core::codec::{CodecCapability, CodecName};
use std::net::Ipv4Addr;

const OFFER: &str = "v=0\r\no=- 20518 0 IN IP4 203.0.113.1\r\ns= \r\nc=IN IP4 203.0.113.1\r\nt=0 0\r\na=group:BUNDLE a v\r\n\
    m=audio 54400 RTP/AVP 111 9 0 101 77\r\nc=IN IP4 203.0.113.7\r\na=rtpmap:111 opus/48000/2\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n\
    a=maxptime:60\r\na=sendonly\r\na=rtcp:54401 IN IP4 203.0.113.7\r\na=rtcp-mux\r\na=candidate:1 1 UDP 1 10.0.1.1 8998 typ host\r\n\
    a=ssrc:1 cname:x\r\nm=video 55400 RTP/SAVPF 97\r\na=rtpmap:97 H264/90000\r\n";

fn body(lines: &str) -> String {
    format!("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n{}", lines.replace('\n', "\r\n"))
}

fn refused(lines: &str) -> SdpError {
    read(body(lines).as_bytes()).unwrap_err()
}

#[test]
fn an_offer_is_read_and_what_is_not_known_does_no_harm() {
    let Description { audio, streams } = read(OFFER.as_bytes()).unwrap();
    let named: Vec<_> =
        audio.capabilities.codecs.iter().map(|codec| (codec.payload_type, codec.name.clone())).collect();
    let wanted = [(111, CodecName::Opus), (9, CodecName::G722), (0, CodecName::Pcmu), (101, CodecName::TelephoneEvent)];
    assert_eq!(named, wanted, "77 has no name");
    assert_eq!(audio.capabilities.codecs[0].fmtp.get("useinbandfec"), Some("1"));
    assert_eq!(audio.capabilities.codecs[3].fmtp.bare(), Some("0-16"));
    assert_eq!((audio.capabilities.ptime_ms, audio.capabilities.maxptime_ms), (Some(20), Some(60)));
    assert_eq!(audio.at, Some("203.0.113.7:54400".parse().unwrap()), "the stream's own address");
    assert_eq!((audio.direction, audio.answering_direction()), (Direction::SendOnly, Direction::ReceiveOnly));
    assert_eq!((audio.rtcp_mux, audio.rtcp_port), (true, Some(54_401)));
    assert_eq!(streams.iter().map(|stream| stream.is_the_audio).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn what_is_written_is_read_as_it_was() {
    for version in [4, 6] {
        let address = if version == 4 { "192.0.2.9".parse().unwrap() } else { "2001:db8::9".parse().unwrap() };
        let mut audio = read(OFFER.as_bytes()).unwrap().audio;
        audio.at = Some(SocketAddr::new(address, 4_000));
        for direction in [Direction::SendReceive, Direction::SendOnly, Direction::ReceiveOnly, Direction::Inactive] {
            audio.direction = direction;
            let text = offer(Identity { session: 7, version: 2, address }, &audio);
            assert_eq!(read(text.as_bytes()).unwrap().audio, audio, "{text}");
            assert!(text.lines().all(|line| text.contains(&format!("{line}\r\n"))), "{text:?}");
        }
    }
}

#[test]
fn an_answer_has_each_stream_of_the_offer_at_its_place() {
    let offered = read(OFFER.replace("m=audio 54400", "m=image 4 udptl t38\r\nm=audio 54400").as_bytes()).unwrap();
    let identity = Identity { session: 1, version: 1, address: Ipv4Addr::LOCALHOST.into() };
    let list = CapabilityList::audio(vec![CodecCapability::static_type(9).unwrap()]);
    let ours = Audio { rtcp_mux: true, ..Audio::new(list, "127.0.0.1:4000".parse().unwrap()) };
    let text = answer(&offered, identity, &ours);
    let streams: Vec<_> = text.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(streams, ["m=image 0 udptl t38", "m=audio 4000 RTP/AVP 9", "m=video 0 RTP/SAVPF 97"]);
    assert!(text.contains("a=rtcp-mux\r\n"));
    let taken = read(text.as_bytes()).unwrap();
    assert_eq!((taken.answers(3), taken.answers(2)), (Ok(()), Err(SdpError::Streams { got: 3, offered: 2 })));
    let all = refuse(&offered, identity);
    assert_eq!(all.lines().filter(|line| line.starts_with("m=")).filter(|line| line.contains(" 0 ")).count(), 3);
    assert_eq!(read(all.as_bytes()), Err(SdpError::NoAudio));
    // Shared only where the offer shares it.
    let alone = read(OFFER.replace("a=rtcp-mux\r\n", "").as_bytes()).unwrap();
    assert!(!answer(&alone, identity, &ours).contains("rtcp-mux"));
}

#[test]
fn what_cannot_be_used_is_refused_by_name() {
    assert!(matches!(read(b"INVITE sip:a@b SIP/2.0\r\n"), Err(SdpError::Syntax(_))));
    assert!(matches!(read(b""), Err(SdpError::Syntax(_))));
    assert_eq!(read(&[b'a'; 65_537]), Err(SdpError::TooLong(65_537)));
    assert_eq!(refused("m=video 4 RTP/AVP 97\n"), SdpError::NoAudio);
    assert_eq!(refused("m=audio 0 RTP/AVP 0\n"), SdpError::NoAudio);
    assert_eq!(refused("m=audio 4 TCP/RTP/AVP 0\n"), SdpError::Transport("TCP/RTP/AVP".into()));
    assert_eq!(refused("m=audio 4 UDP/TLS/RTP/SAVPF 0\n"), SdpError::Dtls("no a=fingerprint line".into()));
    assert_eq!(refused("m=audio 4 RTP/SAVP 0\n"), SdpError::Crypto("no a=crypto line".into()));
    assert_eq!(refused("m=audio 4 RTP/AVP 0 128\n"), SdpError::PayloadType("128".into()));
    assert_eq!(refused("m=audio 4 RTP/AVP x\n"), SdpError::PayloadType("x".into()));
    assert_eq!(refused("m=audio 4 RTP/AVP 97\n"), SdpError::NoCodec);
    assert_eq!(refused("m=audio 4 RTP/AVP 97\na=rtpmap:97 opus\n"), SdpError::RtpMap("97 opus".into()));
    let twice = "m=audio 4 RTP/AVP 97\na=rtpmap:97 opus/48000/2\na=rtpmap:97 G722/8000\n";
    assert_eq!(refused(twice), SdpError::TwoMeanings(97));
    assert_eq!(refused("m=audio 4 RTP/AVP 0\na=ptime:soon\n"), SdpError::PacketTime("ptime:soon".into()));
    let host = body("m=audio 4 RTP/AVP 0\nc=IN IP4 phone.example\n");
    assert_eq!(read(host.as_bytes()), Err(SdpError::Address("phone.example".into())));
    let many = body("m=audio 4 RTP/AVP 0\nc=IN IP4 224.2.1.1/127\n");
    assert!(matches!(read(many.as_bytes()), Err(SdpError::Address(_))));
    let nowhere = body("m=audio 4 RTP/AVP 0\n").replace("c=IN IP4 192.0.2.1\r\n", "");
    assert_eq!(read(nowhere.as_bytes()), Err(SdpError::NoAddress));
}

#[test]
fn holds_old_and_new_and_lines_that_are_double_are_understood() {
    let of = |lines: &str| read(body(lines).as_bytes()).unwrap().audio;
    let old = of("m=audio 4 RTP/AVP 0\nc=IN IP4 0.0.0.0\n");
    assert_eq!((old.at, old.answering_direction()), (None, Direction::ReceiveOnly));
    assert_eq!(of("a=inactive\nm=audio 4 RTP/AVP 0\n").direction, Direction::Inactive, "the session's");
    assert_eq!(of("a=inactive\nm=audio 4 RTP/AVP 0\na=sendrecv\n").direction, Direction::SendReceive, "the stream's");
    let double = of(
        "m=audio 4 RTP/AVP 0 0 96\na=rtpmap:96 opus/48000/2\na=rtpmap:96 opus/48000/2\na=fmtp:96 usedtx=1\na=fmtp:96 cbr=1\n",
    );
    let opus = &double.capabilities.codecs[1];
    assert_eq!(
        (double.capabilities.codecs.len(), opus.fmtp.get("usedtx"), opus.fmtp.get("cbr")),
        (2, Some("1"), Some("1"))
    );
    assert_eq!(of("m=audio 4 RTP/AVP 0\na=ptime:22.5\n").capabilities.ptime_ms, Some(22));
    // Beside one over SRTP without a key the other is taken.
    let both = read(body("m=audio 4 RTP/SAVP 0\nm=audio 6 RTP/AVP 8\n").as_bytes()).unwrap();
    assert_eq!((both.audio.at.unwrap().port(), both.streams[1].is_the_audio), (6, true));
}
