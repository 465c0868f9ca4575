//! A relay stream at work neither allocates nor frees nor locks: packets of peers and strangers, RTCP, rubbish, hold.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "support/trap.rs"]
mod trap;

use media_core::rt::{Depot, lane, shuttle};
use media_core::transport::io::IoCore;
use media_core::transport::{
    Endpoint, LatchMode, Path, PayloadTypeMap, PortOrder, PortReceipt, PortVerb, RelayEnd, RelayLink, RelaySetting,
    RtpPort, UdpPath,
};
use media_core::types::{BindingKey, MediaTime, PortId, SessionId, StreamId};
use std::net::SocketAddr;
use std::sync::Arc;
use trap::Counts;

fn order(depot: &mut Depot<PortOrder, PortReceipt>, index: u32, verb: PortVerb) {
    let binding = BindingKey::new(index, 1);
    depot.send(PortOrder { seq: 0, binding, verb }).expect("there is room");
}

#[test]
fn a_relay_stream_neither_allocates_nor_locks() {
    let (mut depot, dock) = shuttle(16);
    let mut core = IoCore::new(RtpPort::new(PortId(1), dock, Box::new([]), 4), lane(4).0);
    let peers: [SocketAddr; 2] = ["192.0.2.1:4000", "198.51.100.2:6000"].map(|peer| peer.parse().unwrap());
    for index in 0..2 {
        let local = "192.0.2.100:20000".parse().unwrap();
        let remote = Some(peers[index as usize]);
        let path = Path::Udp(UdpPath { sockets: None, local, remote, latch: LatchMode::Symmetric });
        let relay = Some(Box::new(RelayEnd::new(StreamId(1), false, index == 1, Arc::default())));
        let endpoint = Endpoint { relay, ..Endpoint::new(Arc::default(), path) };
        order(&mut depot, index, PortVerb::BindRelay { session: SessionId::new(index, 1), endpoint });
        let link = RelayLink { to: BindingKey::new(1 - index, 1), payload_types: PayloadTypeMap::new([(96, 97)]) };
        order(&mut depot, index, PortVerb::SetRelay(RelaySetting::Link(Some(link))));
    }
    core.take_orders(|_| None);
    let mut packet = vec![0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    packet.resize(1_200, 7);
    let report = [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2];
    let stranger: SocketAddr = "203.0.113.9:5000".parse().unwrap();
    let (mut passed, mut reports) = (0, 0);
    let before = trap::counts();
    let scope = trap::enter();
    for n in 0..2_000u16 {
        let now = MediaTime::from_millis(u64::from(n));
        packet[2..4].copy_from_slice(&n.to_be_bytes());
        for index in 0..2 {
            passed += u32::from(core.receive(index, peers[index as usize], &packet, now).is_some());
            reports += u32::from(core.receive(index, peers[index as usize], &report, now).is_some());
            reports += u32::from(core.receive_rtcp(index, peers[index as usize], &report, now).is_some());
            core.receive(index, stranger, &packet, now);
            core.receive(index, stranger, &packet[..usize::from(n) % 40], now);
        }
    }
    drop(scope);
    assert_eq!(trap::counts().since(before), Counts::default());
    assert_eq!((passed, reports), (4_000, 6_000));
    // Twin: the trap sees an allocation.
    let before = trap::counts();
    let scope = trap::enter();
    drop(std::hint::black_box(packet.clone()));
    drop(scope);
    assert_eq!(trap::counts().since(before).allocations, 1);
}
