//! I/O: relay streams in virtual time: what passes, to whom, and what is dropped by which rule.

use super::*;
use crate::rt::{LaneRx, lane};
use crate::rtp::{self, RtpHeader};
use crate::telemetry::counters::RelayGauges;
use crate::transport::io::core::{RTCP_SILENCE, TransportNotice};
use crate::transport::rig::{PortRig, SESSION, packet};
use crate::transport::{LatchMode, Path, PayloadTypeMap, PortVerb, RelayEnd, RelayLink, RelaySetting, UdpPath};
use crate::types::{BindingKey, MediaTime, StreamId};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const A: &str = "192.0.2.1:4000";
const B: &str = "198.51.100.2:6000";
const STRANGER: &str = "203.0.113.9:5000";
/// A picture loss indication (RFC 4585 section 6.3.1).
const PLI: [u8; 12] = [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2];

fn at(address: &str) -> SocketAddr {
    address.parse().unwrap()
}

fn key(index: u32) -> BindingKey {
    BindingKey { index, generation: 1 }
}

fn h264(sequence: u16, payload_type: u8) -> Vec<u8> {
    let header = RtpHeader { marker: true, payload_type, sequence, timestamp: 90_000, ssrc: 0xbeef };
    let mut octets = vec![0; 12 + 5];
    rtp::write(&header, b"\x65slic", &mut octets).unwrap();
    octets
}

struct Rig {
    port: PortRig,
    core: IoCore,
    notices: LaneRx<TransportNotice>,
    relays: Vec<Arc<RelayGauges>>,
    now: MediaTime,
}

type Sent = (u32, bool, SocketAddr, Vec<u8>);

impl Rig {
    /// Streams 0 and 1 of peers A and B, as each is asked for, not connected.
    fn new(kinds: [(Option<&str>, bool, bool); 2]) -> Self {
        let (port, rtp_port) = PortRig::new(1, 8, 1 << 16);
        let (tx, notices) = lane(8);
        let (core, relays, now) = (IoCore::new(rtp_port, tx), Vec::new(), MediaTime::from_millis(1_000));
        let mut rig = Self { port, core, notices, relays, now };
        for (index, (remote, plain, mux)) in (0..).zip(kinds) {
            let gauges = Arc::<RelayGauges>::default();
            let end = RelayEnd::new(StreamId(1), plain, mux, gauges.clone());
            let local = at("192.0.2.100:20000");
            let path = UdpPath { sockets: None, local, remote: remote.map(at), latch: LatchMode::Symmetric };
            rig.port.bind_relay(index, Path::Udp(path), end);
            rig.relays.push(gauges);
        }
        rig.take_orders();
        rig
    }

    /// Both connected: A's 99 is B's 97, and back.
    fn linked() -> Self {
        let mut rig = Self::new([(Some(A), false, false), (Some(B), false, true)]);
        rig.link(0, Some((1, 99, 97)));
        rig.link(1, Some((0, 97, 99)));
        rig
    }

    fn link(&mut self, from: u32, to: Option<(u32, u8, u8)>) {
        let link = to.map(|(to, own, far)| RelayLink { to: key(to), payload_types: PayloadTypeMap::new([(own, far)]) });
        self.set(from, RelaySetting::Link(link));
    }

    fn set(&mut self, index: u32, setting: RelaySetting) {
        self.port.order(index, PortVerb::SetRelay(setting));
        self.take_orders();
    }

    fn take_orders(&mut self) {
        self.core.take_orders(|_| None);
        while let Some(receipt) = self.port.collect() {
            assert!(receipt.done);
        }
    }

    fn receive(&mut self, index: u32, from: &str, datagram: &[u8]) -> Option<Sent> {
        let relayed = self.core.receive(index, at(from), datagram, self.now)?;
        Some((relayed.index, relayed.rtcp, relayed.to, relayed.octets.to_vec()))
    }

    fn report(&mut self, index: u32, from: &str, datagram: &[u8]) -> Option<Sent> {
        let relayed = self.core.receive_rtcp(index, at(from), datagram, self.now)?;
        Some((relayed.index, relayed.rtcp, relayed.to, relayed.octets.to_vec()))
    }

    /// What a stream counted of its peer's packets; the counts close.
    fn counts(&self, index: u32) -> [u64; 7] {
        let (g, r) = (self.port.gauges(index), &self.relays[index as usize]);
        let drops = [&r.held, &r.unlinked, &r.untranslated, &r.far_held, &r.far_unknown].map(|gauge| gauge.get());
        assert_eq!(g.packets_in.get(), r.passed_on.get() + drops.iter().sum::<u64>());
        let all = [&g.packets_in, &g.refused, &g.rtcp_in, &g.oversized].map(|gauge| gauge.get());
        assert_eq!(g.datagrams_in.get(), all.iter().sum::<u64>() + g.all_faults());
        let reports = [&g.rtcp_taken, &g.rtcp_refused, &g.rtcp_unread].map(|gauge| gauge.get());
        assert_eq!(g.rtcp_in.get(), reports.iter().sum::<u64>());
        [r.passed_on.get(), g.refused.get(), drops[0], drops[1], drops[2], drops[3], drops[4]]
    }
}

#[test]
fn a_packet_goes_on_as_it_came_but_for_its_payload_type() {
    let mut rig = Rig::linked();
    let sent = rig.receive(0, A, &h264(7, 99)).expect("it goes on");
    assert_eq!(sent, (1, false, at(B), h264(7, 97)));
    let back = rig.receive(1, B, &h264(40_000, 97)).expect("and back");
    assert_eq!(back, (0, false, at(A), h264(40_000, 99)));
    assert_eq!((rig.counts(0)[0], rig.counts(1)[0]), (1, 1));
    assert_eq!((rig.port.gauges(0).packets_out.get(), rig.port.gauges(1).octets_out.get()), (1, 17));
    assert!(rig.port.from_port[0].pop().is_none(), "no worker hears of it");
    let stream = StreamId(1);
    let news = TransportNotice::Latched { session: SESSION, stream, remote: at(A), before: None };
    assert_eq!(rig.notices.take(), Some(news));
}

#[test]
fn header_extension_contributing_sources_and_padding_stay() {
    let mut rig = Rig::linked();
    let mut whole = vec![0xb1, 0x80 | 99, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0xbe, 0xde, 0, 1, 0x10, 5, 0, 0];
    whole.extend(b"\x65slice\x00\x02");
    let (.., octets) = rig.receive(0, A, &whole).expect("it goes on");
    whole[1] = 0x80 | 97;
    assert_eq!(octets, whole);
}

#[test]
fn a_stranger_is_refused_and_told_of_once() {
    let mut rig = Rig::linked();
    rig.receive(0, A, &h264(1, 99)).unwrap();
    rig.notices.take();
    for sequence in 2..50 {
        assert_eq!(rig.receive(0, STRANGER, &h264(sequence, 99)), None);
    }
    assert_eq!(rig.counts(0)[..2], [1, 48]);
    assert!(matches!(rig.notices.take(), Some(TransportNotice::Refused { stream: StreamId(1), .. })));
    assert_eq!(rig.notices.take(), None);
    assert_eq!(rig.report(0, STRANGER, &PLI), None);
    assert_eq!(rig.port.gauges(0).rtcp_refused.get(), 1);
}

/// Twin of all that pass: without a partner nothing leaves, and it is counted why.
#[test]
fn what_does_not_pass_is_counted_by_its_rule() {
    let mut rig = Rig::new([(Some(A), false, false), (None, false, true)]);
    assert_eq!(rig.receive(0, A, &h264(1, 99)), None);
    assert_eq!(rig.counts(0), [0, 0, 0, 1, 0, 0, 0], "no partner");
    rig.link(0, Some((1, 99, 97)));
    assert_eq!(rig.receive(0, A, &h264(2, 99)), None);
    assert_eq!(rig.counts(0), [0, 0, 0, 1, 0, 0, 1], "the far peer is not known yet");
    for sequence in 0..3 {
        assert_eq!(rig.receive(1, B, &h264(sequence, 97)), None, "one way only is connected");
    }
    assert!(rig.receive(0, A, &h264(3, 99)).is_some(), "it is known now");
    assert_eq!(rig.receive(0, A, &h264(4, 100)), None);
    assert_eq!(rig.counts(0), [1, 0, 0, 1, 1, 0, 1], "another payload type");
    rig.set(1, RelaySetting::Flow { inward: true, outward: false });
    assert_eq!(rig.receive(0, A, &h264(5, 99)), None);
    rig.set(0, RelaySetting::Flow { inward: false, outward: true });
    assert_eq!(rig.receive(0, A, &h264(6, 99)), None);
    assert_eq!(rig.counts(0), [1, 0, 1, 1, 1, 1, 1], "hold at either end");
    assert!(rig.report(0, A, &PLI).is_some(), "RTCP goes on");
    rig.set(0, RelaySetting::Flow { inward: true, outward: true });
    rig.port.order(1, PortVerb::Unbind);
    rig.take_orders();
    assert_eq!(rig.receive(0, A, &h264(7, 99)), None, "the partner ended");
    assert_eq!(rig.counts(0)[3], 2);
}

#[test]
fn a_place_that_another_took_is_not_sent_to() {
    let mut rig = Rig::linked();
    rig.port.order(1, PortVerb::Unbind);
    rig.take_orders();
    let end = RelayEnd::new(StreamId(1), false, true, Arc::default());
    let path = UdpPath { sockets: None, local: at(B), remote: Some(at(STRANGER)), latch: LatchMode::Symmetric };
    rig.port.bind_relay(1, Path::Udp(path), end);
    rig.take_orders();
    assert_eq!(rig.receive(0, A, &h264(7, 99)), None);
    assert_eq!(rig.counts(0)[3], 1);
}

#[test]
fn a_key_frame_request_reaches_the_sender() {
    let mut rig = Rig::linked();
    // B has one port for both, A a pair: the request leaves by A's RTCP socket for the port above A's.
    assert_eq!(rig.receive(1, B, &PLI), Some((0, true, at("192.0.2.1:4001"), PLI.to_vec())));
    // Once A's RTCP came from somewhere else on that host, it goes there.
    assert_eq!(rig.report(0, "192.0.2.1:4444", &PLI), Some((1, false, at(B), PLI.to_vec())));
    assert_eq!(rig.receive(1, B, &PLI).unwrap().2, at("192.0.2.1:4444"));
    rig.now += RTCP_SILENCE / 2;
    rig.report(0, "192.0.2.1:5555", &PLI);
    assert_eq!(rig.receive(1, B, &PLI).unwrap().2, at("192.0.2.1:4444"), "who is heard keeps its place");
    rig.now += RTCP_SILENCE / 2;
    rig.report(0, "192.0.2.1:5555", &PLI);
    assert_eq!(rig.receive(1, B, &PLI).unwrap().2, at("192.0.2.1:5555"));
    rig.link(1, None);
    assert_eq!(rig.receive(1, B, &PLI), None);
    assert_eq!(rig.port.gauges(1).rtcp_unread.get(), 1);
    assert_eq!((rig.counts(0)[0], rig.counts(1)[0]), (0, 0));
}

#[test]
fn rubbish_is_counted_by_kind() {
    let mut rig = Rig::linked();
    for rubbish in [&[][..], &[0x80; rtp::MAX_PACKET + 1], &[0x80; 5], &[0xff; 40], &[1, 1, 0, 0]] {
        assert_eq!(rig.receive(0, A, rubbish), None);
        assert_eq!(rig.report(0, A, rubbish), None);
    }
    assert_eq!(rig.report(0, A, &h264(1, 99)), None);
    assert_eq!(rig.counts(0), [0, 1, 0, 0, 0, 0, 0], "media at the RTCP port is refused");
    assert_eq!(rig.port.gauges(0).oversized.get(), 2);
}

#[test]
fn plain_datagrams_pass_whole_and_lock_like_rtp() {
    let mut rig = Rig::new([(None, true, true), (Some(B), true, true)]);
    rig.link(0, Some((1, 0, 0)));
    rig.link(1, Some((0, 0, 0)));
    for n in 0..20u8 {
        assert_eq!(rig.receive(0, A, &[n, 0xc8, 1]), Some((1, false, at(B), vec![n, 0xc8, 1])));
    }
    assert_eq!(rig.receive(1, B, b"x"), Some((0, false, at(A), b"x".to_vec())), "A was learnt");
    assert_eq!(rig.receive(0, A, &[0; rtp::MAX_PACKET + 1]), None);
    assert_eq!(rig.report(0, A, &PLI), None, "there is no such port");
    // Neither an hour of silence nor many datagrams make a stranger the peer.
    rig.now += Duration::from_secs(3_600);
    for _ in 0..100 {
        assert_eq!(rig.receive(0, STRANGER, b"me"), None);
    }
    assert_eq!(rig.counts(0)[..2], [20, 100]);
    // Another port of the peer's host, after silence (rule 3).
    let heard: Vec<_> = (0..4).map(|_| rig.receive(0, "192.0.2.1:4002", b"moved").is_some()).collect();
    assert_eq!(heard, [true; 4]);
    assert_eq!(rig.receive(1, B, b"x").unwrap().2, at("192.0.2.1:4002"));
}

#[test]
fn what_was_learnt_goes_along_to_another_thread() {
    let mut rig = Rig::linked();
    rig.receive(0, A, &h264(1, 99)).unwrap();
    rig.report(0, "192.0.2.1:4444", &PLI).unwrap();
    rig.port.order(0, PortVerb::Unbind);
    rig.core.take_orders(|_| None);
    let endpoint = rig.port.receipt().endpoint.expect("it comes home");
    let mut other = Rig::new([(Some(B), false, true), (Some(B), false, true)]);
    let mut end = *endpoint.relay.unwrap();
    end.renew(true, true, Some(at(A)));
    other.relays.push(end.gauges.clone());
    other.port.bind_relay(2, endpoint.path, end);
    other.take_orders();
    other.link(0, Some((2, 97, 99)));
    assert_eq!(other.receive(0, B, &h264(5, 97)).unwrap().2, at(A));
    assert_eq!(other.receive(0, B, &PLI).unwrap().2, at("192.0.2.1:4444"));
    assert_eq!(other.receive(2, STRANGER, &h264(2, 99)), None, "still locked");
}

/// Any octets from anywhere: never fatal, every datagram is counted once, and only the peers' leave.
#[test]
fn with_any_datagrams_the_counts_close() {
    for plain in [false, true] {
        let mut rig = Rig::new([(Some(A), plain, false), (Some(B), plain, false)]);
        rig.link(0, Some((1, 0, 97)));
        rig.link(1, Some((0, 97, 0)));
        let mut random = 1u64;
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize
        };
        let mut sent = 0;
        for n in 0..20_000u16 {
            let mut datagram = packet(9, n, &vec![0; next() % 300]);
            for _ in 0..next() % 3 {
                let at = next() % datagram.len();
                datagram[at] = next() as u8;
            }
            datagram.truncate(datagram.len().saturating_sub(next() % 20));
            rig.now += Duration::from_millis((next() % 30) as u64);
            let from = [A, "192.0.2.1:4002", STRANGER, B][next() % 4];
            let index = (next() % 2) as u32;
            let passed =
                if next() % 8 == 0 { rig.report(index, from, &datagram) } else { rig.receive(index, from, &datagram) };
            if let Some((to, _, address, octets)) = passed {
                assert_eq!((to, octets.len()), (1 - index, datagram.len()));
                // A forger who knows SSRC and sequence number may be taken for the peer; of datagrams nobody is.
                assert!(!plain || n < 100 || address != at(STRANGER));
                sent += 1;
            }
        }
        let passed = rig.counts(0)[0] + rig.counts(1)[0];
        let reports = rig.port.gauges(0).rtcp_taken.get() + rig.port.gauges(1).rtcp_taken.get();
        assert_eq!(sent, passed + reports);
        assert!(passed > 1_000 && rig.counts(0)[1] > 1_000, "{:?}", rig.counts(0));
    }
}
