//! Control: from the text of an offer to a session that runs, and the text of its answer.

use super::*;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::integration::SessionBridge;
use media_core::rtp::{self, RtpHeader};
use media_core::{CodecManager, MediaEngineConfig, Prompt};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// As a gateway writes it.
const OFFER: &str = "v=0\r\no=gw 8000 8001 IN IP4 10.0.0.1\r\ns=call\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n\
    a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:30\r\n\
    a=sendrecv\r\na=silenceSupp:off - - - -\r\n";

#[test]
fn an_offer_becomes_a_session_that_runs_and_an_answer() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let mut media = SessionBridge::new(engine.handle(), CodecManager::default());
    let offered = read(OFFER.as_bytes()).unwrap();
    let direction = offered.audio.answering_direction();
    let begun = media.answer_offer("call@gw", &offered.audio.capabilities, |params| {
        offered.audio.at.map_or(params.clone(), |at| params.remote(at)).direction(direction)
    });
    let begun = begun.unwrap();
    let session = engine.complete(begun.session).unwrap();
    let local = session.local_address().unwrap();
    let ours = Audio { direction, ..Audio::new(begun.description, local) };
    let address: IpAddr = local.ip();
    let text = answer(&offered, Identity { session: 1, version: 1, address }, &ours);
    let taken = read(text.as_bytes()).unwrap();
    assert_eq!((taken.answers(1), taken.audio.at), (Ok(()), Some(local)));
    assert!(text.contains(&format!("m=audio {} RTP/AVP 8 0 101\r\n", local.port())), "{text}");

    // The gateway, at the address of its offer, talks in A-law and hears packets of 30 ms.
    let gateway = offered.audio.at.unwrap();
    engine.complete(session.play(Prompt::samples(vec![0.3; 16_000], 8_000))).unwrap();
    for n in 0..30_u32 {
        let header = RtpHeader { marker: n == 0, payload_type: 8, sequence: n as u16, timestamp: n * 240, ssrc: 9 };
        let mut datagram = [0; 252];
        rtp::write(&header, &[0x55; 240], &mut datagram).unwrap();
        let now = engine.now();
        engine.network.send(gateway, local, &datagram, now);
        engine.run_for(Duration::from_millis(30));
    }
    let mut heard = 0;
    while let Some(datagram) = engine.network.receive(gateway) {
        let (header, payload) = rtp::parse(&datagram.octets).unwrap();
        assert_eq!((header.payload_type, payload.len()), (8, 240));
        heard += 1;
    }
    assert!(heard >= 25, "{heard} packets");
    let ended = engine.complete(media.end("call@gw").unwrap()).unwrap();
    assert!(ended.played_packets >= 25 && ended.unknown_payload_type == 0, "{ended:?}");
}

#[test]
fn our_offer_and_its_answer_become_one_and_a_hold_of_old_is_one() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let mut media = SessionBridge::new(engine.handle(), CodecManager::default());
    let begun = media.offer("out", |params| params).unwrap();
    let session = engine.complete(begun.session).unwrap();
    let local = session.local_address().unwrap();
    let identity = Identity { session: 5, version: 1, address: Ipv4Addr::LOCALHOST.into() };
    let text = offer(identity, &Audio::new(begun.description, local));
    // The peer takes G.722 of it.
    let peer = read(text.as_bytes()).unwrap();
    let mut theirs = peer.audio.clone();
    theirs.capabilities.codecs.retain(|codec| codec.payload_type == 9);
    theirs.at = Some("10.0.0.7:6000".parse().unwrap());
    let answered = answer(&peer, identity, &theirs);
    let answered = read(answered.as_bytes()).unwrap();
    let taken =
        media.accept_answer("out", &answered.audio.capabilities, |params| params.remote(answered.audio.at.unwrap()));
    engine.complete(taken.unwrap().applied).unwrap();
    let params = engine.complete(session.params()).unwrap();
    assert_eq!((params.send.payload_type(), params.remote), (9, answered.audio.at));
    // And puts us on hold as of old: nothing is sent.
    let held = read(answer(&peer, identity, &Audio { at: None, ..theirs }).as_bytes()).unwrap();
    let changed = media
        .answer_reoffer("out", &held.audio.capabilities, |params| params.direction(held.audio.answering_direction()));
    engine.complete(changed.unwrap().applied).unwrap();
    let state = engine.complete(session.state()).unwrap();
    assert_eq!((state.held_inward, state.held_outward), (false, true));
}
