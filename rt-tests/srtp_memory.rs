//! A protected session at work on its I/O thread neither allocates nor frees nor locks: packets of the peer and of forgers, RTCP,
//! replays, rubbish, reports and keep-alives of its own, keys that change, handshakes that pass; what they took the place of
//! goes home to be freed.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "support/trap.rs"]
mod trap;

use media_core::rt::{Depot, PacketHeader, lane, packet_ring, shuttle};
use media_core::rtp::{self, RtpHeader};
use media_core::telemetry::counters::TransportGauges;
use media_core::transport::io::{IoAction, IoCore};
use media_core::transport::secure::Protection;
use media_core::transport::{Endpoint, LatchMode, Path, PortLink, PortOrder, PortReceipt, PortVerb, RtpPort, UdpPath};
use media_core::transport::{Handshakes, handshake_ring};
use media_core::types::{BindingKey, LegKey, MediaTime, PortId, SessionId, WorkerId};
use media_core::{SrtpKey, SrtpSuite};
use std::net::SocketAddr;
use std::sync::Arc;
use trap::Counts;

const KEY: BindingKey = BindingKey::new(0, 1);

fn order(depot: &mut Depot<PortOrder, PortReceipt>, verb: PortVerb) {
    depot.send(PortOrder { seq: 0, binding: KEY, verb }).expect("there is room");
}

/// Sealed by a peer of the session.
fn sealed(peer: &mut Protection, sequence: u16) -> Vec<u8> {
    let mut packet = vec![0; 200];
    let header = RtpHeader { ssrc: 9, sequence, timestamp: u32::from(sequence) * 160, ..RtpHeader::default() };
    let length = rtp::write(&header, &[0x55; 160], &mut packet).unwrap();
    let length = peer.protect(&mut packet, length).unwrap();
    packet.truncate(length);
    packet
}

fn sealed_report(peer: &mut Protection) -> Vec<u8> {
    let mut packet = [[0x80, 201, 0, 1, 0, 0, 0, 9].as_slice(), &[0; 20]].concat();
    let length = peer.protect_rtcp(&mut packet, 8).unwrap();
    packet.truncate(length);
    packet
}

fn at_work(suite: SrtpSuite) {
    let keys: Vec<_> = (0..3).map(|_| SrtpKey::generate(suite).unwrap()).collect();
    let (mut depot, dock) = shuttle(16);
    let (to_worker, mut from_port) = packet_ring(1 << 16);
    let (mut to_port, from_worker) = packet_ring(1 << 16);
    let links = Box::new([PortLink { to_worker, from_worker }]);
    let mut core = IoCore::new(RtpPort::new(PortId(1), dock, links, 4), lane(4).0);
    let peer: SocketAddr = "192.0.2.1:4000".parse().unwrap();
    let gauges: Arc<TransportGauges> = Arc::default();
    let path = UdpPath {
        sockets: None,
        local: "192.0.2.100:20000".parse().unwrap(),
        remote: Some(peer),
        latch: LatchMode::Symmetric,
    };
    let protection = Protection::new(Some((&keys[0], &keys[1])));
    let endpoint = Endpoint { protection, ..Endpoint::new(gauges.clone(), Path::Udp(path)) };
    let leg = LegKey::new(0, 1);
    order(&mut depot, PortVerb::Bind { session: SessionId::new(0, 1), worker: WorkerId(0), leg, endpoint });
    core.take_orders(|_| None);
    let mut far = Protection::new(Some((&keys[1], &keys[0]))).unwrap();
    let mut packets: Vec<_> = (0..1_000).map(|n| sealed(&mut far, n)).collect();
    let mut reports: Vec<_> = (0..100).map(|_| sealed_report(&mut far)).collect();
    let mut rekeyed = Protection::new(Some((&keys[1], &keys[2]))).unwrap();
    std::mem::swap(&mut far, &mut rekeyed);
    // The peer's key changes half way, and the session's own.
    let mut later = Protection::new(Some((&keys[2], &keys[1]))).unwrap();
    later.succeed(&mut rekeyed);
    packets.extend((1_000..2_000).map(|n| sealed(&mut later, n)));
    reports.extend((0..100).map(|_| sealed_report(&mut later)));
    let mut new = Some(Protection::new(Some((&keys[1], &keys[2]))).unwrap());
    let plain = [0x80; 172];
    let mut left = 0;
    let before = trap::counts();
    for (n, packet) in packets.iter().enumerate() {
        if n == 950 {
            order(&mut depot, PortVerb::Protect(new.take().expect("once")));
        }
        let scope = trap::enter();
        let now = MediaTime::from_millis(20 * n as u64);
        core.take_orders(|_| None);
        core.receive(0, peer, packet, now);
        core.receive(0, peer, packet, now);
        core.receive(0, peer, &plain[..n % 172], now);
        if n % 10 == 0 {
            core.receive_rtcp(0, peer, &reports[n / 10], now);
            core.receive(0, peer, &reports[n / 10], now);
        }
        let header = RtpHeader { ssrc: 5, sequence: n as u16, ..RtpHeader::default() };
        let emitted = PacketHeader { key: KEY.into(), ..PacketHeader::received(&header, leg, now) };
        assert!(to_port.push(&emitted, &[0xaa; 160]));
        while let Some(out) = core.poll_transmit(now) {
            left += u32::from(out.octets.len() == 172 + suite.tag_octets() && out.octets[12..172] != [0xaa; 160]);
        }
        while from_port.pop().is_some() {}
        drop(scope);
    }
    assert_eq!(trap::counts().since(before), Counts::default(), "{suite}");
    assert_eq!((left, gauges.packets_in.get(), gauges.rtcp_in.get()), (2_000, 2_000, 200), "{suite}: {gauges:?}");
    let home: Vec<_> = std::iter::from_fn(|| depot.collect()).collect();
    let old = home.iter().filter(|receipt| receipt.protection.is_some()).count();
    assert_eq!((home.len(), old), (2, 1), "what it took the place of came home");
}

#[test]
fn handshakes_pass_an_io_thread_without_memory() {
    let (mut depot, dock) = shuttle(16);
    let (to_worker, _from_port) = packet_ring(1 << 16);
    let (_to_port, from_worker) = packet_ring(1 << 16);
    let links = Box::new([PortLink { to_worker, from_worker }]);
    let mut core = IoCore::new(RtpPort::new(PortId(1), dock, links, 4), lane(4).0);
    let (door, mut ring) = handshake_ring();
    core.set_handshake_sender(door);
    let peer: SocketAddr = "192.0.2.1:4000".parse().unwrap();
    let gauges: Arc<TransportGauges> = Arc::default();
    let local = "192.0.2.100:20000".parse().unwrap();
    let path = Path::Udp(UdpPath { sockets: None, local, remote: None, latch: LatchMode::Strict });
    let endpoint = Endpoint::new(gauges.clone(), path);
    let leg = LegKey::new(0, 1);
    order(&mut depot, PortVerb::Bind { session: SessionId::new(0, 1), worker: WorkerId(0), leg, endpoint });
    order(&mut depot, PortVerb::Handshakes(Handshakes { stun: true, dtls: true }));
    core.take_orders(|_| None);
    std::iter::from_fn(|| depot.collect()).for_each(drop);
    let (mut sent, mut handed) = (0, 0);
    for n in 0..1_000 {
        let answer = vec![n as u8; 1_200].into_boxed_slice();
        order(&mut depot, PortVerb::Send(peer, answer));
        let before = trap::counts();
        let scope = trap::enter();
        core.take_orders(|action| {
            sent += u32::from(matches!(action, IoAction::Send { transmit } if transmit.octets == [n as u8; 1_200]));
            None
        });
        let now = MediaTime::from_millis(20 * n);
        for first in [0, 1, 20, 22, 63] {
            core.receive(0, peer, &[first; 1_000], now);
        }
        drop(scope);
        assert_eq!(trap::counts().since(before), Counts::default());
        while ring.take().is_some() {
            handed += 1;
        }
        let home = depot.collect().expect("the receipt");
        assert!(home.done && home.datagram.is_some_and(|datagram| datagram.len() == 1_200), "to be freed here");
    }
    let g = &gauges;
    assert_eq!((sent, g.handshakes_out.get(), g.handshakes_in.get()), (1_000, 1_000, handed));
    assert!(handed > 1_900 && g.handshakes_dropped.get() > 2_500, "{g:?}");
    assert_eq!(g.handshakes_in.get() + g.handshakes_dropped.get(), g.datagrams_in.get());
}

#[test]
fn a_protected_session_neither_allocates_nor_locks() {
    SrtpSuite::ALL.into_iter().for_each(at_work);
    // Twin: the trap sees an allocation.
    let before = trap::counts();
    let scope = trap::enter();
    drop(std::hint::black_box(vec![1_u8; 100]));
    drop(scope);
    assert_eq!(trap::counts().since(before).allocations, 1);
}
