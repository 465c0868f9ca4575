//! Control: another sends under the SSRC of a session (RFC 3550 section 8.2): it says goodbye and goes on under a new one, and is
//! heard; what comes back of its own is a loop as before.

use super::support::phone::{Packet, Phone, address, connect, done, pcmu};
use super::{engine, talk};
use media_core::MediaSessionHandle;
use media_core::engine::Events;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rtp::RtpHeader;
use media_core::rtp::rtcp::{RtcpPacket, RtcpWriter, read};
use media_core::session::{AudioFormat, EventKind, MediaSessionParams};
use std::net::SocketAddr;
use std::time::Duration;

const VOICE: [u8; 160] = [0x55; 160];

/// A session under SSRC 7 that speaks to its phone, and who speaks through it.
fn call(engine: &mut VirtualEngine) -> (MediaSessionHandle, Phone, Phone) {
    let (a, one) = connect(engine, 1, MediaSessionParams::new(AudioFormat::pcmu()).ssrc(7));
    let (b, other) = pcmu(engine, 2);
    let bridged = engine.handle().bridge(&a, &b);
    done(engine, bridged);
    (a, one, other)
}

/// From where, SSRC before, SSRC since.
fn collisions(events: &Events) -> Vec<(SocketAddr, u32, u32)> {
    let kinds = std::iter::from_fn(|| events.try_next()).map(|event| event.kind);
    let told = |kind| match kind {
        EventKind::SsrcCollision { from, before, ssrc } => Some((from, before, ssrc)),
        _ => None,
    };
    kinds.filter_map(told).collect()
}

/// The goodbyes that came to the phone's RTCP port.
fn goodbyes(engine: &mut VirtualEngine, phone: &Phone) -> Vec<u32> {
    let rtcp = SocketAddr::new(phone.address.ip(), phone.address.port() + 1);
    let datagrams = std::iter::from_fn(|| engine.network.receive(rtcp));
    let of = |octets: &[u8]| -> Vec<u32> {
        let packets: Vec<_> = read(octets).map(|packet| packet.unwrap()).collect();
        assert!(matches!(packets[0], RtcpPacket::SenderReport { .. } | RtcpPacket::ReceiverReport { .. }));
        let left = |packet: &RtcpPacket<'_>| if let RtcpPacket::Goodbye { ssrc } = packet { *ssrc } else { None };
        packets.iter().filter_map(left).collect()
    };
    datagrams.flat_map(|datagram| of(&datagram.octets)).collect()
}

/// Whether those packets are one stream but for their SSRC: the numbers go on, and timestamps with the payload.
fn goes_on(packets: &[Packet]) -> bool {
    let next = |header: &RtpHeader, octets: usize| {
        (header.sequence.wrapping_add(1), header.timestamp.wrapping_add(octets as u32))
    };
    packets.windows(2).all(|two| {
        let (before, after) = (&two[0], &two[1].header);
        next(&before.header, before.payload.len()) == (after.sequence, after.timestamp)
    })
}

#[test]
fn a_third_party_under_our_ssrc_has_us_go_on_under_another() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (a, mut phone, mut other) = call(&mut engine);
    talk(&mut engine, &mut [&mut phone, &mut other], 2_000, &VOICE);
    // A stream of its own, from its own address, for two seconds.
    let mut third = Phone { address: address(9), ..Phone::new(9, &a, 0) };
    third.next.ssrc = 7;
    talk(&mut engine, &mut [&mut phone, &mut other, &mut third], 2_000, &VOICE);
    talk(&mut engine, &mut [&mut phone, &mut other], 1_000, &VOICE);
    let told = collisions(&events);
    let [(from, before, ssrc)] = told[..] else { panic!("{told:?}") };
    assert_eq!((from, before), (third.address, 7));
    phone.listen(&mut engine.network);
    let under = |ssrc: u32| phone.got.iter().filter(|packet| packet.header.ssrc == ssrc).count();
    let (old, new) = (under(7), under(ssrc));
    assert!((95..=110).contains(&old) && old + new == phone.got.len(), "{old} {new}");
    assert!(goes_on(&phone.got), "no step in numbers or timestamps");
    assert_eq!(goodbyes(&mut engine, &phone), [7]);
    let counted = done(&mut engine, a.transport_statistics());
    assert!((1..=5).contains(&counted.collided) && counted.looped == 0, "{counted:?}");
    assert!(counted.refused > 90, "afterwards it is a stranger as any: {}", counted.refused);
    let all = counted.packets_in + counted.refused + counted.collided + counted.rtcp_in;
    assert_eq!(counted.datagrams_in, all);
}

#[test]
fn a_peer_that_drew_our_ssrc_is_heard() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (a, mut phone, mut other) = call(&mut engine);
    talk(&mut engine, &mut [&mut other], 1_000, &VOICE);
    other.listen(&mut engine.network);
    other.got.clear();
    phone.next.ssrc = 7;
    talk(&mut engine, &mut [&mut phone, &mut other], 2_000, &[0x33; 160]);
    other.listen(&mut engine.network);
    let heard = other.got.iter().filter(|packet| packet.payload == [0x33; 160]).count();
    assert!(heard > 80, "{heard}");
    assert_eq!(collisions(&events).len(), 1);
    assert_eq!(done(&mut engine, a.transport_statistics()).looped, 0);
}

#[test]
fn an_echo_is_a_loop_also_where_it_is_numbered_anew() {
    for numbered_anew in [false, true] {
        let mut engine = engine();
        let events = engine.handle().subscribe();
        let (a, mut phone, mut other) = call(&mut engine);
        for _ in 0..150 {
            talk(&mut engine, &mut [&mut other], 20, &VOICE);
            phone.listen(&mut engine.network);
            for packet in std::mem::take(&mut phone.got) {
                let ahead = if numbered_anew { 30_000 } else { 0 };
                let header = RtpHeader { sequence: packet.header.sequence.wrapping_add(ahead), ..packet.header };
                let now = engine.now();
                phone.post(&mut engine.network, now, header, &packet.payload);
            }
        }
        let counted = done(&mut engine, a.transport_statistics());
        assert!(counted.looped > 130, "{counted:?}");
        // The first time nobody can know.
        assert_eq!(collisions(&events).len(), usize::from(numbered_anew));
        assert_eq!(counted.collided > 0, numbered_anew);
        other.listen(&mut engine.network);
        assert!(!other.got.iter().any(|packet| packet.payload == VOICE), "B does not hear itself");
    }
}

#[test]
fn a_report_under_our_ssrc_and_another_name_is_a_collision() {
    for name in [Some(&b"somebody"[..]), None] {
        let mut engine = engine();
        let events = engine.handle().subscribe();
        let (a, phone, mut other) = call(&mut engine);
        talk(&mut engine, &mut [&mut other], 10_000, &VOICE);
        let [from, to] =
            [phone.address, a.local_address().unwrap()].map(|rtp| SocketAddr::new(rtp.ip(), rtp.port() + 1));
        let ours = engine.network.receive(from).expect("a report of ours").octets;
        let mut room = [0; 64];
        let report = match name {
            Some(name) => {
                let length = RtcpWriter::new(&mut room).receiver_report(7, &[]).cname(7, name).finish().unwrap();
                &room[..length]
            }
            None => &ours[..],
        };
        let now = engine.now();
        engine.network.send(from, to, report, now);
        engine.run_for(Duration::from_millis(100));
        talk(&mut engine, &mut [&mut other], 1_000, &VOICE);
        let told = collisions(&events);
        assert_eq!(told.len(), usize::from(name.is_some()), "{told:?}: a report of ours that comes back is none");
        assert_eq!(goodbyes(&mut engine, &phone), if name.is_some() { vec![7] } else { vec![] });
    }
}
