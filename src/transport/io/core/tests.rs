//! I/O: the core of an I/O thread, driven by hand.

use super::*;
use crate::rt::{PacketHeader, lane};
use crate::rtp::{self, RtpFault};
use crate::transport::rig::{PortRig, SESSION, packet};
use crate::transport::{Endpoint, LatchMode, Path, PortVerb, REBIND_SILENCE, UdpPath};
use crate::types::{LegKey, MediaTime, StreamId, WorkerId};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

fn at(address: &str) -> SocketAddr {
    address.parse().unwrap()
}

fn udp(remote: Option<&str>) -> Path {
    let local = at("192.0.2.100:20000");
    Path::Udp(UdpPath { sockets: None, local, remote: remote.map(at), latch: LatchMode::Symmetric })
}

struct Rig {
    port: PortRig,
    core: IoCore,
    notices: crate::rt::LaneRx<TransportNotice>,
}

impl Rig {
    fn new(workers: usize, ring: usize) -> Self {
        let (port, rtp_port) = PortRig::new(workers, 8, ring);
        let (tx, notices) = lane(4);
        Self { port, core: IoCore::new(rtp_port, tx), notices }
    }

    fn bound(remote: Option<&str>) -> Self {
        let mut rig = Self::new(2, 1 << 16);
        rig.port.bind(0, 0, udp(remote));
        rig.core.take_orders(|_| None);
        assert!(rig.port.receipt().done);
        rig
    }

    fn emit(&mut self, worker: usize, sequence: u16, time: MediaTime, payload: &[u8]) {
        let header = PacketHeader { time, sequence, ..PortRig::outward(0) };
        assert!(self.port.to_port[worker].push(&header, payload));
    }

    fn sent(&mut self, now: MediaTime) -> Option<(u32, SocketAddr, Vec<u8>)> {
        self.core.poll_transmit(now).map(|t| (t.index, t.to, t.octets.to_vec()))
    }
}

const PEER: &str = "192.0.2.1:4000";

#[test]
fn a_datagram_reaches_its_leg_with_header_payload_and_arrival() {
    let mut rig = Rig::bound(None);
    let arrival = MediaTime::from_millis(77);
    rig.core.receive(0, at(PEER), &packet(9, 41, b"speech"), arrival);
    let (header, payload) = rig.port.from_port[0].pop().expect("it is in the worker's ring");
    assert_eq!((header.ssrc, header.sequence, header.time, payload), (9, 41, arrival, &b"speech"[..]));
    assert_eq!(header.key.leg(), LegKey { index: 0, generation: 1 });
    assert_eq!((rig.port.gauges(0).packets_in.get(), rig.port.gauges(0).octets_in.get()), (1, 6));
}

#[test]
fn after_a_flip_packets_go_to_the_new_worker() {
    let mut rig = Rig::bound(None);
    let leg = LegKey { index: 5, generation: 3 };
    rig.port.order(0, PortVerb::Flip { worker: WorkerId(1), leg });
    rig.core.take_orders(|_| None);
    rig.core.receive(0, at(PEER), &packet(9, 1, b"x"), MediaTime::ZERO);
    assert!(rig.port.from_port[0].pop().is_none());
    assert_eq!(rig.port.from_port[1].pop().unwrap().0.key.leg(), leg);
}

#[test]
fn an_outward_packet_is_rtp_to_the_peer() {
    let mut rig = Rig::bound(Some(PEER));
    let now = MediaTime::from_millis(500);
    rig.emit(0, 1000, now, b"payload");
    let (index, to, octets) = rig.sent(now).expect("a packet");
    let (header, payload) = rtp::parse(&octets).unwrap();
    assert_eq!((index, to, header.sequence, payload), (0, at(PEER), 1000, &b"payload"[..]));
    assert_eq!(rig.sent(now), None);
    assert_eq!(rig.port.gauges(0).packets_out.get(), 1);
    assert_eq!(rig.port.gauges(0).octets_out.get(), 12 + 7);
}

#[test]
fn a_packet_without_a_remote_is_counted_until_one_is_learnt() {
    let mut rig = Rig::bound(None);
    rig.emit(0, 1, MediaTime::ZERO, b"x");
    assert_eq!(rig.sent(MediaTime::ZERO), None);
    assert_eq!(rig.port.gauges(0).no_remote.get(), 1);
    for sequence in 0..3 {
        rig.core.receive(0, at(PEER), &packet(9, sequence, b"x"), MediaTime::ZERO);
    }
    rig.emit(0, 2, MediaTime::ZERO, b"x");
    assert_eq!(rig.sent(MediaTime::ZERO).map(|t| t.1), Some(at(PEER)));
    assert_eq!(
        rig.notices.take(),
        Some(TransportNotice::Latched { session: SESSION, stream: StreamId(0), remote: at(PEER), before: None })
    );
}

#[test]
fn a_packet_that_waited_too_long_is_dropped() {
    let mut rig = Rig::bound(Some(PEER));
    rig.emit(0, 1, MediaTime::ZERO, b"late");
    rig.emit(0, 2, MediaTime::from_millis(1), b"just");
    let now = MediaTime::from_millis(1) + MAX_SEND_DELAY;
    assert_eq!(rtp::parse(&rig.sent(now).unwrap().2).unwrap().0.sequence, 2);
    assert_eq!(rig.port.gauges(0).stale.get(), 1);
}

#[test]
fn with_a_departure_delay_a_packet_waits_for_its_time() {
    let mut rig = Rig::bound(Some(PEER));
    rig.core.set_departure_delay(Duration::from_millis(2));
    assert_eq!(rig.core.next_departure(), None);
    rig.emit(0, 1, MediaTime::from_millis(100), b"x");
    rig.emit(1, 2, MediaTime::from_millis(99), b"x");
    assert_eq!(rig.sent(MediaTime::from_millis(100)), None);
    assert_eq!(rig.core.next_departure(), Some(MediaTime::from_millis(101)), "the oldest of all workers'");
    let sequence = |sent: Option<(u32, SocketAddr, Vec<u8>)>| sent.map(|s| rtp::parse(&s.2).unwrap().0.sequence);
    assert_eq!(sequence(rig.sent(MediaTime::from_millis(101))), Some(2));
    assert_eq!(rig.sent(MediaTime::from_millis(101)), None);
    assert_eq!(sequence(rig.sent(MediaTime::from_millis(102))), Some(1));
    assert_eq!(rig.core.next_departure(), None);
}

#[test]
fn packets_of_every_worker_leave_in_its_order() {
    let mut rig = Rig::bound(Some(PEER));
    for sequence in 0..5 {
        rig.emit(0, sequence, MediaTime::ZERO, b"a");
        rig.emit(1, 100 + sequence, MediaTime::ZERO, b"b");
    }
    let sequences: Vec<_> =
        std::iter::from_fn(|| rig.sent(MediaTime::ZERO)).map(|t| rtp::parse(&t.2).unwrap().0.sequence).collect();
    let of = |range: std::ops::Range<u16>| sequences.iter().copied().filter(|s| range.contains(s)).collect::<Vec<_>>();
    assert_eq!(of(0..5), [0, 1, 2, 3, 4]);
    assert_eq!(of(100..105), [100, 101, 102, 103, 104]);
}

#[test]
fn what_is_no_rtp_is_counted_by_kind_and_the_counts_close() {
    let mut rig = Rig::bound(Some(PEER));
    let good = packet(9, 1, b"x");
    let kinds: [(&[u8], RtpFault); 5] = [
        (&[], RtpFault::Empty),
        (&good[..11], RtpFault::TooShort),
        (&[0xff; 40], RtpFault::BadVersion),
        (&[0x8f; 13], RtpFault::BadCsrc),
        (&[1; 20], RtpFault::Stun),
    ];
    for (datagram, _) in kinds {
        rig.core.receive(0, at(PEER), datagram, MediaTime::ZERO);
    }
    rig.core.receive(0, at(PEER), &[0x80; rtp::MAX_PACKET + 1], MediaTime::ZERO);
    rig.core.receive(0, at(PEER), &[0x80, 200, 0, 1, 0, 0, 0, 0], MediaTime::ZERO);
    rig.core.receive_rtcp(0, at(PEER), &[0x80, 200, 0, 1, 0, 0, 0, 0], MediaTime::ZERO);
    rig.core.receive_rtcp(0, at(PEER), &good, MediaTime::ZERO);
    rig.core.receive(0, at(PEER), &good, MediaTime::ZERO);
    rig.core.receive(0, at("203.0.113.9:1"), &good, MediaTime::ZERO);
    let g = rig.port.gauges(0);
    for (_, kind) in kinds {
        assert_eq!(g.faults(kind), 1, "{kind:?}");
    }
    assert_eq!((g.oversized.get(), g.rtcp_in.get(), g.refused.get(), g.packets_in.get()), (1, 2, 2, 1));
    let sum = [&g.packets_in, &g.ring_full, &g.flooded, &g.refused, &g.rtcp_in, &g.oversized]
        .map(|c| c.get())
        .iter()
        .sum::<u64>();
    assert_eq!(g.datagrams_in.get(), sum + g.all_faults());
}

#[test]
fn a_full_ring_drops_the_newest_and_counts() {
    let mut rig = Rig::new(1, 0);
    rig.port.bind(0, 0, udp(Some(PEER)));
    rig.core.take_orders(|_| None);
    for sequence in 0..100 {
        rig.core.receive(0, at(PEER), &packet(9, sequence, &[0; 172]), MediaTime::ZERO);
    }
    let kept: Vec<_> = std::iter::from_fn(|| rig.port.from_port[0].pop().map(|(h, _)| h.sequence)).collect();
    assert!((1..100).contains(&kept.len()), "the rig's ring is small");
    assert_eq!(kept, (0..kept.len() as u16).collect::<Vec<_>>());
    assert_eq!(rig.port.gauges(0).ring_full.get(), 100 - kept.len() as u64);
}

#[test]
fn a_flooded_session_leaves_the_others_their_room() {
    let mut rig = Rig::new(1, 1 << 16);
    for index in [0, 1] {
        rig.port.bind(index, 0, udp(Some(PEER)));
    }
    rig.core.take_orders(|_| None);
    let ms = MediaTime::from_millis;
    for sequence in 0..10_000 {
        rig.core.receive(0, at(PEER), &packet(9, sequence, &[0; 160]), ms(1_000));
    }
    let taken = |rig: &Rig| [0, 1].map(|n| rig.port.gauges(n).packets_in.get());
    rig.core.receive(1, at(PEER), &packet(9, 1, &[0; 160]), ms(1_000));
    assert_eq!(taken(&rig), [128, 1]);
    // Ten more in 10 ms; after a pause as many at once as before.
    for (at_ms, more) in [(1_010, 10), (1_010, 0), (5_000, 128)] {
        while rig.port.from_port[0].pop().is_some() {}
        let before = taken(&rig)[0];
        for sequence in 0..1_000 {
            rig.core.receive(0, at(PEER), &packet(9, sequence, &[0; 160]), ms(at_ms));
        }
        assert_eq!(taken(&rig)[0] - before, more);
    }
    let g = rig.port.gauges(0);
    assert_eq!((g.flooded.get(), g.ring_full.get()), (13_000 - taken(&rig)[0], 0));
    assert_eq!(g.datagrams_in.get(), g.packets_in.get() + g.flooded.get());
}

#[test]
fn a_refused_source_is_counted_each_time_and_reported_once() {
    let mut rig = Rig::bound(Some(PEER));
    rig.core.receive(0, at(PEER), &packet(9, 1, b"x"), MediaTime::ZERO);
    assert!(matches!(rig.notices.take(), Some(TransportNotice::Latched { .. })));
    let stranger = at("203.0.113.9:5000");
    for sequence in 0..100 {
        rig.core.receive(0, stranger, &packet(66, sequence, b"x"), MediaTime::ZERO);
    }
    assert_eq!(
        rig.notices.take(),
        Some(TransportNotice::Refused { session: SESSION, stream: StreamId(0), from: stranger })
    );
    assert_eq!(rig.notices.take(), None);
    assert_eq!(rig.port.gauges(0).refused.get(), 100);
    assert_eq!(rig.port.gauges(0).packets_in.get(), 1);
}

#[test]
fn a_notice_that_found_the_lane_full_is_posted_again() {
    let mut rig = Rig::new(1, 1 << 16);
    for index in 0..5 {
        rig.port.bind(index, 0, udp(Some(PEER)));
    }
    rig.core.take_orders(|_| None);
    let speak = |rig: &mut Rig, index| {
        rig.core.receive(index, at(PEER), &packet(9, 1, b"x"), MediaTime::ZERO);
    };
    (0..5).for_each(|index| speak(&mut rig, index));
    assert_eq!(std::iter::from_fn(|| rig.notices.take()).count(), 4, "the lane holds four");
    speak(&mut rig, 4);
    assert!(matches!(rig.notices.take(), Some(TransportNotice::Latched { .. })));
    speak(&mut rig, 4);
    assert_eq!(rig.notices.take(), None);
}

#[test]
fn a_rebound_peer_is_followed_and_counted() {
    let mut rig = Rig::bound(Some(PEER));
    rig.core.receive(0, at(PEER), &packet(9, 1, b"x"), MediaTime::ZERO);
    let later = MediaTime::ZERO + REBIND_SILENCE;
    let moved = at("198.51.100.7:9000");
    for sequence in 2..5 {
        rig.core.receive(0, moved, &packet(9, sequence, b"x"), later + Duration::from_millis(20));
    }
    assert_eq!(rig.port.gauges(0).relatched.get(), 1);
    rig.emit(0, 1, later, b"x");
    assert_eq!(rig.sent(later).map(|t| t.1), Some(moved));
}

#[test]
fn the_endpoint_comes_home_and_the_index_can_be_used_again() {
    let mut rig = Rig::bound(Some(PEER));
    let gauges = Arc::clone(rig.port.gauges(0));
    let looked_after = rig.core.next_upkeep().is_some();
    rig.port.order(0, PortVerb::Unbind);
    let mut closed = Vec::new();
    rig.core.take_orders(|action| {
        let IoAction::Close { index } = action else { panic!("{action:?}") };
        closed.push(index);
        None
    });
    assert_eq!(closed, [0]);
    assert_eq!((looked_after, rig.core.next_upkeep().is_some()), (true, false), "nobody is left to be looked after");
    let home = rig.port.receipt();
    let Endpoint { gauges: home_gauges, path, .. } = home.endpoint.expect("the endpoint is in the receipt");
    assert!(home.done && Arc::ptr_eq(&gauges, &home_gauges) && matches!(path, Path::Udp(_)));
    // Stragglers both ways meet nobody.
    rig.core.receive(0, at(PEER), &packet(9, 1, b"x"), MediaTime::ZERO);
    rig.emit(0, 1, MediaTime::ZERO, b"x");
    assert_eq!(rig.sent(MediaTime::ZERO), None);
    assert_eq!((gauges.datagrams_in.get(), rig.core.unbound_out()), (0, 1));
    rig.port.bind(0, 0, udp(Some(PEER)));
    rig.core.take_orders(|_| None);
    assert!(rig.port.receipt().done);
    rig.emit(0, 1, MediaTime::ZERO, b"x");
    assert_eq!(rig.sent(MediaTime::ZERO), None, "a packet of the earlier generation");
    assert_eq!(rig.core.unbound_out(), 2);
}

#[test]
fn orders_that_cannot_be_done_bring_their_cargo_home() {
    let mut rig = Rig::bound(Some(PEER));
    rig.port.bind(0, 0, udp(None));
    rig.port.bind(99, 0, udp(None));
    rig.port.bind(1, 0, Path::Bridge);
    rig.core.take_orders(|_| None);
    for what in ["an index in use", "an index out of range", "no UDP path"] {
        let home = rig.port.receipt();
        assert!(!home.done && home.endpoint.is_some(), "{what}");
    }
    rig.port.order(3, PortVerb::SetRemote { remote: at(PEER) });
    rig.port.order(3, PortVerb::Unbind);
    rig.core.take_orders(|_| None);
    assert!(!rig.port.receipt().done && !rig.port.receipt().done);
    rig.port.bind(1, 0, udp(None));
    rig.core.take_orders(|_| None);
    assert!(rig.port.receipt().done, "a refused binding leaves its index free");
}

/// Any octets from anywhere: never fatal, and every datagram is counted exactly once.
#[test]
fn with_any_datagrams_the_counts_close() {
    let mut rig = Rig::bound(Some(PEER));
    let mut random = 1u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize
    };
    let mut now = MediaTime::ZERO;
    for n in 0..20_000u16 {
        let mut datagram = packet(9, n, &vec![0; next() % 300]);
        for _ in 0..next() % 3 {
            let at = next() % datagram.len();
            datagram[at] = next() as u8;
        }
        datagram.truncate(datagram.len().saturating_sub(next() % 20));
        now += Duration::from_millis((next() % 30) as u64);
        let from = at(["192.0.2.1:4000", "192.0.2.1:4002", "203.0.113.9:5000"][next() % 3]);
        rig.core.receive((next() % 2) as u32, from, &datagram, now);
        // At times the worker is too slow.
        while n % 512 < 256 && rig.port.from_port[0].pop().is_some() {}
    }
    let g = rig.port.gauges(0);
    let counted = [&g.packets_in, &g.ring_full, &g.refused, &g.rtcp_in, &g.oversized].map(|c| c.get());
    assert_eq!(g.datagrams_in.get(), counted.iter().sum::<u64>() + g.all_faults());
    assert!(g.packets_in.get() > 1000 && g.refused.get() > 100 && g.all_faults() > 100);
}
