//! Boundary: an embedder's own RTP stack at the bridge.

use super::*;
use crate::transport::rig::{PortRig, packet};
use crate::transport::{LatchMode, PortVerb, RtcpReader, RtcpReceivers, UdpPath, rtcp_sender};

fn session(index: u32, generation: u32) -> SessionId {
    SessionId { index, generation }
}

struct Rig {
    port: PortRig,
    bridge: RtpBridge,
}

impl Rig {
    fn new(capacity: usize, ring: usize) -> Self {
        let (port, rtp_port) = PortRig::new(1, capacity, ring);
        Self { port, bridge: RtpBridge::new(rtp_port) }
    }

    /// Session 40 generation 2 bound at index 3.
    fn bound() -> Self {
        let mut rig = Self::new(8, 1 << 16);
        rig.port.bind_session(session(40, 2), 3, 0, Path::Bridge);
        rig
    }
}

const NOW: MediaTime = MediaTime::from_millis(5);

#[test]
fn a_datagram_reaches_the_leg_of_its_session() {
    let mut rig = Rig::bound();
    rig.bridge.receive(session(40, 2), &packet(9, 41, b"speech"), NOW).unwrap();
    let (header, payload) = rig.port.from_port[0].pop().unwrap();
    assert_eq!((header.key.leg().index, header.sequence, header.time, payload), (3, 41, NOW, &b"speech"[..]));
    assert!(rig.port.receipt().done);
    assert_eq!(rig.port.gauges(3).packets_in.get(), 1);
}

#[test]
fn a_parsed_packet_goes_the_same_way() {
    let mut rig = Rig::bound();
    let header = RtpHeader { ssrc: 9, sequence: 41, marker: true, timestamp: 5, payload_type: 101 };
    rig.bridge.receive_parsed(session(40, 2), &header, b"clear", NOW).unwrap();
    let (got, payload) = rig.port.from_port[0].pop().unwrap();
    assert_eq!((got.rtp(), payload), (header, &b"clear"[..]));
    let long = vec![0; MAX_RECEIVED + 1];
    let refused = rig.bridge.receive_parsed(session(40, 2), &header, &long, NOW);
    assert_eq!(refused, Err(RtpBridgeError::Malformed(RtpFault::TooLong)));
    assert_eq!(rig.port.gauges(3).oversized.get(), 1);
}

#[test]
fn each_error_names_itself_and_is_counted() {
    let mut rig = Rig::new(8, 0);
    rig.port.bind_session(session(40, 2), 3, 0, Path::Bridge);
    for stale in [session(40, 1), session(41, 2), session(48, 2)] {
        assert_eq!(rig.bridge.receive(stale, &packet(9, 1, b"x"), NOW), Err(RtpBridgeError::UnknownSession(stale)));
    }
    let fault = rig.bridge.receive(session(40, 2), b"not rtp at all", NOW);
    assert_eq!(fault, Err(RtpBridgeError::Malformed(RtpFault::BadVersion)));
    let mut full = 0;
    for sequence in 0..100 {
        full += u64::from(
            rig.bridge.receive(session(40, 2), &packet(9, sequence, &[0; 160]), NOW) == Err(RtpBridgeError::Full),
        );
    }
    let g = rig.port.gauges(3);
    assert!(full > 0 && g.ring_full.get() == full && g.faults(RtpFault::BadVersion) == 1);
    assert_eq!(g.datagrams_in.get(), g.packets_in.get() + g.ring_full.get() + g.all_faults());
}

#[test]
fn emitted_packets_come_out_whole_or_in_parts_with_their_session() {
    let mut rig = Rig::bound();
    for sequence in 0..4 {
        let header = PacketHeader { sequence, ..PortRig::outward(3) };
        rig.port.to_port[0].push(&header, b"out");
    }
    // The first call also learns of the session.
    let (whose, octets) = rig.bridge.poll_transmit().unwrap();
    let (header, payload) = rtp::parse(octets).unwrap();
    assert_eq!((whose, header.sequence, header.ssrc, payload), (session(40, 2), 0, 0xabcd, &b"out"[..]));
    let (whose, header, payload) = rig.bridge.poll_parsed().unwrap();
    assert_eq!((whose, header.sequence, payload), (session(40, 2), 1, &b"out"[..]));
    assert_eq!(rig.bridge.poll_transmit().map(|p| p.0), Some(session(40, 2)));
    rig.bridge.send_failed(session(40, 2));
    let g = rig.port.gauges(3);
    assert_eq!((g.packets_out.get(), g.octets_out.get(), g.send_errors.get()), (3, 45, 1));
    rig.port.order(3, PortVerb::Unbind);
    assert!(rig.bridge.poll_parsed().is_none(), "the session ended before its last packet was fetched");
}

#[test]
fn a_session_that_ended_is_unknown_and_its_endpoint_home() {
    let mut rig = Rig::bound();
    rig.port.order(3, PortVerb::Unbind);
    rig.bridge.take_orders();
    assert!(rig.port.receipt().done);
    assert!(rig.port.receipt().endpoint.is_some());
    assert!(rig.bridge.receive(session(40, 2), &packet(9, 1, b"x"), NOW).is_err());
}

#[test]
fn an_endpoint_with_sockets_is_refused() {
    let mut rig = Rig::new(8, 1 << 16);
    let local = "127.0.0.1:4000".parse().unwrap();
    rig.port.bind(0, 0, Path::Udp(UdpPath { sockets: None, local, remote: None, latch: LatchMode::Strict }));
    rig.bridge.take_orders();
    let home = rig.port.receipt();
    assert!(!home.done && home.endpoint.is_some());
}

#[test]
fn rtcp_reaches_its_reader_by_either_door() {
    let report = [0x80, 200, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8];
    let mut rig = Rig::bound();
    let whose = session(40, 2);
    assert_eq!(rig.bridge.receive(whose, &report, NOW), Err(RtpBridgeError::Unread), "no door, no reader");
    let (door, ring) = rtcp_sender();
    rig.bridge.set_rtcp_sender(door);
    assert_eq!(rig.bridge.receive_rtcp(whose, &report, NOW), Err(RtpBridgeError::Unread), "no reader yet");
    let mut reader = RtcpReader::new(vec![ring], RtcpReceivers::default());
    rig.bridge.receive(whose, &report, NOW).unwrap();
    rig.bridge.receive_rtcp(whose, &report, NOW).unwrap();
    for _ in 0..2 {
        let read = reader.read().expect("a report");
        assert_eq!((read.session, read.arrival, read.octets), (whose, NOW, &report[..]));
    }
    assert_eq!(rig.bridge.receive_rtcp(whose, &packet(9, 1, b"x"), NOW), Err(RtpBridgeError::NotRtcp));
    let fault = rig.bridge.receive_rtcp(whose, b"rubbish", NOW);
    assert_eq!(fault, Err(RtpBridgeError::Malformed(RtpFault::BadVersion)));
    let stale = session(40, 1);
    assert_eq!(rig.bridge.receive_rtcp(stale, &report, NOW), Err(RtpBridgeError::UnknownSession(stale)));
    let g = rig.port.gauges(3);
    assert_eq!([&g.rtcp_in, &g.rtcp_taken, &g.rtcp_unread, &g.refused].map(|c| c.get()), [4, 2, 2, 1]);
    assert_eq!(g.datagrams_in.get(), g.rtcp_in.get() + g.refused.get() + g.all_faults());
}

/// The chains against a plain list, with indices that collide on purpose.
#[test]
fn the_index_finds_what_a_list_finds() {
    let mut index = SessionIndex::new(8);
    let mut list: Vec<(SessionId, u32)> = Vec::new();
    let mut seed = 1u32;
    for _ in 0..20_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (what, place) = (seed >> 28, seed >> 8 & 7);
        if what < 8 && !list.iter().any(|e| e.1 == place) {
            let new = session((seed >> 11 & 3) * 8 + (seed >> 13 & 1), seed >> 14);
            index.insert(new, place);
            list.push((new, place));
        } else if let Some(at) = list.iter().position(|e| e.1 == place) {
            let (ended, place) = list.swap_remove(at);
            index.remove(ended, place);
        }
        let owner = |place| list.iter().find(|e| e.1 == place).map(|e| e.0);
        for (known, place) in &list {
            assert_eq!(index.find(*known, owner), Some(*place));
        }
        assert_eq!(index.find(session(0, 0), owner), None);
    }
}

#[test]
fn our_own_packets_that_come_back_are_refused() {
    let mut rig = Rig::bound();
    rig.port.to_port[0].push(&PortRig::outward(3), b"out");
    rig.bridge.poll_transmit().unwrap();
    let looped = rig.bridge.receive(session(40, 2), &packet(0xabcd, 1, b"out"), NOW);
    assert_eq!((looped, rig.port.gauges(3).looped.get()), (Err(RtpBridgeError::Looped), 1));
    rig.bridge.receive(session(40, 2), &packet(0xabce, 1, b"in"), NOW).unwrap();
}
