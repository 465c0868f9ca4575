//! Control: streams of ours that come back to one of our own ports: loops of any length are not heard, calls to ourselves are.

use super::support::phone::{Phone, address, connect, done, pcmu};
use super::{counted, engine, talk};
use media_core::MediaSessionHandle;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{Conference, Events};
use media_core::integration::RtpBridgeError;
use media_core::rtp::{self, RtpHeader};
use media_core::session::{AudioFormat, EventKind, MediaSessionParams, Transport};
use media_core::types::SampleRate;

const VOICE: [u8; 160] = [0x55; 160];

/// `a` sends to `b`'s port, and `b` to `a`'s.
fn link(engine: &mut VirtualEngine, a: &MediaSessionHandle, b: &MediaSessionHandle) {
    done(engine, a.set_remote(b.local_address().unwrap()));
    done(engine, b.set_remote(a.local_address().unwrap()));
}

fn bridge(engine: &mut VirtualEngine, a: &MediaSessionHandle, b: &MediaSessionHandle) {
    let pending = engine.handle().bridge(a, b);
    done(engine, pending);
}

fn unbridge(engine: &mut VirtualEngine, a: &MediaSessionHandle) {
    let pending = engine.handle().unbridge(a);
    done(engine, pending);
}

fn room(engine: &mut VirtualEngine, members: &[&MediaSessionHandle]) -> Conference {
    let pending = engine.handle().create_conference(SampleRate::Hz8000);
    let room = done(engine, pending);
    for member in members {
        done(engine, room.join(member));
    }
    room
}

fn looped(events: &Events) -> usize {
    std::iter::from_fn(|| events.try_next()).filter(|event| matches!(event.kind, EventKind::Looped(_))).count()
}

fn heard(engine: &mut VirtualEngine, phone: &mut Phone) -> usize {
    phone.listen(&mut engine.network);
    std::mem::take(&mut phone.got).iter().filter(|packet| packet.payload == VOICE).count()
}

#[test]
fn what_one_of_a_bridge_is_sent_does_not_come_back_by_the_other() {
    for second in [AudioFormat::pcmu(), AudioFormat::pcma()] {
        let mut engine = engine();
        let events = engine.handle().subscribe();
        let (a, mut phone) = pcmu(&mut engine, 1);
        let (b, _) = connect(&mut engine, 2, MediaSessionParams::new(second));
        bridge(&mut engine, &a, &b);
        link(&mut engine, &a, &b);
        phone.address = b.local_address().unwrap();
        talk(&mut engine, &mut [&mut phone], 1_000, &VOICE);
        let before = done(&mut engine, a.statistics()).packets_in;
        talk(&mut engine, &mut [], 10_000, &VOICE);
        let after = done(&mut engine, a.statistics()).packets_in;
        assert!(after - before < 5, "{} packets go round", after - before);
        assert!(done(&mut engine, a.transport_statistics()).looped > 400);
        assert!((1..=2).contains(&looped(&events)), "told once each");
    }
}

#[test]
fn a_far_end_that_returns_the_others_packets_is_heard_itself() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (a, mut phone) = pcmu(&mut engine, 1);
    let (b, mut other) = pcmu(&mut engine, 2);
    bridge(&mut engine, &a, &b);
    // What A's peer is sent, which is what B's says, arrives at B beside B's peer: from its address, as an SBC sends it.
    for _ in 0..200 {
        talk(&mut engine, &mut [&mut phone], 10, &[0x11; 160]);
        talk(&mut engine, &mut [&mut other], 10, &VOICE);
        phone.listen(&mut engine.network);
        for packet in phone.got.split_off(0) {
            let now = engine.now();
            other.post(&mut engine.network, now, packet.header, &packet.payload);
        }
    }
    let statistics = done(&mut engine, b.statistics());
    assert!(statistics.source_changes <= 1 && statistics.concealed_blocks < 20, "{statistics}");
    assert!(done(&mut engine, b.transport_statistics()).looped > 180);
    assert_eq!(looped(&events), 1);
}

#[test]
fn a_call_to_ourselves_is_heard_until_it_becomes_a_loop_and_again_after() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let ((a, mut phone), (b, mut other)) = (pcmu(&mut engine, 1), pcmu(&mut engine, 2));
    let ((c, _), (d, _)) = (pcmu(&mut engine, 3), pcmu(&mut engine, 4));
    link(&mut engine, &c, &d);
    bridge(&mut engine, &a, &c);
    bridge(&mut engine, &d, &b);
    talk(&mut engine, &mut [&mut phone, &mut other], 3_000, &VOICE);
    let both = (heard(&mut engine, &mut phone), heard(&mut engine, &mut other));
    assert!(both.0 > 140 && both.1 > 140 && looped(&events) == 0, "{both:?}");
    // A transfer that takes both ends out of the call leaves its two legs looking at each other.
    unbridge(&mut engine, &a);
    unbridge(&mut engine, &d);
    bridge(&mut engine, &c, &d);
    talk(&mut engine, &mut [], 1_000, &VOICE);
    assert_eq!(looped(&events), 2);
    let before = done(&mut engine, c.statistics()).packets_in;
    talk(&mut engine, &mut [], 1_000, &VOICE);
    assert_eq!(done(&mut engine, c.statistics()).packets_in, before);
    unbridge(&mut engine, &c);
    bridge(&mut engine, &a, &c);
    bridge(&mut engine, &d, &b);
    talk(&mut engine, &mut [&mut phone, &mut other], 3_000, &VOICE);
    let again = (heard(&mut engine, &mut phone), heard(&mut engine, &mut other));
    assert!(again.0 > 135 && again.1 > 135 && looped(&events) == 0, "{again:?}");
}

#[test]
fn calls_that_are_forwarded_into_each_other_do_not_go_round() {
    let mut engine = engine();
    let [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map(|number| pcmu(&mut engine, number).0);
    for (one, two) in [(&a, &b), (&c, &d), (&e, &f)] {
        bridge(&mut engine, one, two);
    }
    // Three calls in a ring: what comes in by A leaves by B for C, and so on, back to A.
    let ring = [(&b, &c), (&d, &e), (&f, &a)];
    for (from, to) in ring {
        link(&mut engine, from, to);
    }
    talk(&mut engine, &mut [], 3_000, &VOICE);
    let looped: u64 = [&a, &b, &c, &d, &e, &f].map(|s| done(&mut engine, s.transport_statistics()).looped).iter().sum();
    assert!(looped > 180, "{looped}: the ring is open at one place, each way");
    let sum = [&a, &b, &c, &d, &e, &f].map(|s| done(&mut engine, s.transport_statistics()).packets_in);
    assert!(sum.iter().filter(|&&packets| packets > 80).count() == 4, "and only there: {sum:?}");
}

#[test]
fn rooms_hear_each_other_over_one_line_and_not_round_over_two() {
    let mut engine = engine();
    let [(a, mut phone), (b, mut other)] = [1, 2].map(|number| pcmu(&mut engine, number));
    let [c, d, e, f] = [3, 4, 5, 6].map(|number| pcmu(&mut engine, number).0);
    let one = room(&mut engine, &[&a, &c]);
    let two = room(&mut engine, &[&b, &d]);
    link(&mut engine, &c, &d);
    talk(&mut engine, &mut [&mut phone, &mut other], 3_000, &VOICE);
    let both = (heard(&mut engine, &mut phone), heard(&mut engine, &mut other));
    assert!(both.0 > 135 && both.1 > 135, "{both:?}");
    link(&mut engine, &e, &f);
    done(&mut engine, one.join(&e));
    done(&mut engine, two.join(&f));
    counted(&mut engine, &mut phone);
    talk(&mut engine, &mut [&mut other], 3_000, &VOICE);
    let looped = [&c, &d, &e, &f].map(|s| done(&mut engine, s.transport_statistics()).looped);
    assert!(looped.iter().sum::<u64>() > 200, "{looped:?}");
    counted(&mut engine, &mut phone);
    talk(&mut engine, &mut [&mut other], 3_000, &VOICE);
    assert!(heard(&mut engine, &mut phone) > 135, "B is heard, and once");
}

#[test]
fn a_loop_of_another_clock_rate_is_known_by_its_new_name() {
    let mut engine = engine();
    let (a, _) = pcmu(&mut engine, 1);
    let (b, mut other) = pcmu(&mut engine, 2);
    bridge(&mut engine, &a, &b);
    talk(&mut engine, &mut [&mut other], 500, &VOICE);
    let l16 = || AudioFormat::l16(SampleRate::Hz16000).unwrap();
    done(&mut engine, a.update(MediaSessionParams::new(l16()).remote(address(1))));
    done(&mut engine, b.update(MediaSessionParams::new(l16()).remote(address(2))));
    link(&mut engine, &a, &b);
    talk(&mut engine, &mut [], 2_000, &VOICE);
    let looped = [&a, &b].map(|s| done(&mut engine, s.transport_statistics()).looped);
    assert!(looped.iter().all(|&looped| looped > 40), "{looped:?}");
}

#[test]
fn an_embedders_stack_is_told_too() {
    let mut engine = engine();
    let pending = engine.handle().rtp_bridge();
    let mut stack = done(&mut engine, pending);
    let params = || MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(stack.port()));
    let pending =
        [engine.handle().create_media_session("a", params()), engine.handle().create_media_session("b", params())];
    let [a, b] = pending.map(|pending| done(&mut engine, pending));
    bridge(&mut engine, &a, &b);
    let (mut last, mut datagram) = (Ok(()), [0; 172]);
    for tick in 0..100u16 {
        let header = RtpHeader { sequence: tick, timestamp: u32::from(tick) * 160, ssrc: 77, ..RtpHeader::default() };
        rtp::write(&header, &VOICE, &mut datagram).unwrap();
        let now = engine.now();
        stack.receive(b.id(), &datagram, now).unwrap();
        engine.tick();
        engine.tick();
        let mut came = Vec::new();
        while let Some((session, octets)) = stack.poll_transmit() {
            came.extend((session == a.id()).then(|| octets.to_vec()));
        }
        // What A is sent, which is what B says, comes back to B.
        for octets in came {
            last = stack.receive(b.id(), &octets, engine.now());
        }
    }
    assert_eq!(last, Err(RtpBridgeError::Looped));
    assert!(done(&mut engine, b.transport_statistics()).looped > 90);
}
