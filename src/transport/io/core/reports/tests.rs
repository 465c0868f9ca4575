//! I/O: RTCP in virtual time: taken, refused, unread.

use super::*;
use crate::rt::lane;
use crate::transport::rig::{PortRig, SESSION, packet};
use crate::transport::{LatchMode, Path, RtcpReader, RtcpReceivers, UdpPath, rtcp_sender};
use crate::types::MediaTime;
use std::net::SocketAddr;

const SENDER_REPORT: [u8; 12] = [0x80, 200, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8];

fn at(address: &str) -> SocketAddr {
    address.parse().unwrap()
}

struct Rig {
    port: PortRig,
    core: IoCore,
    reader: RtcpReader,
}

impl Rig {
    fn new(remote: Option<&str>, latch: LatchMode) -> Self {
        let (mut port, rtp_port) = PortRig::new(1, 8, 1 << 16);
        let mut core = IoCore::new(rtp_port, lane(4).0);
        let (door, ring) = rtcp_sender();
        core.set_rtcp_sender(door);
        let (local, remote) = (at("192.0.2.100:20000"), remote.map(at));
        port.bind(0, 0, Path::Udp(UdpPath { sockets: None, local, remote, latch }));
        core.take_orders(|_| None);
        Self { port, core, reader: RtcpReader::new(vec![ring], RtcpReceivers::default()) }
    }

    /// RTCP in all, taken, refused, unread.
    fn counts(&self) -> [u64; 4] {
        let g = self.port.gauges(0);
        let counts = [&g.rtcp_in, &g.rtcp_taken, &g.rtcp_refused, &g.rtcp_unread].map(|gauge| gauge.get());
        assert_eq!(counts[0], counts[1..].iter().sum::<u64>(), "the counts close");
        assert_eq!(g.datagrams_in.get(), counts[0] + g.packets_in.get() + g.refused.get() + g.all_faults());
        counts
    }
}

#[test]
fn reports_of_the_peer_are_handed_on_from_either_port() {
    let mut rig = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    let time = MediaTime::from_millis(5);
    rig.core.receive_rtcp(0, at("192.0.2.1:4001"), &SENDER_REPORT, time);
    rig.core.receive(0, at("192.0.2.1:4000"), &SENDER_REPORT, time);
    for _ in 0..2 {
        let report = rig.reader.read().expect("a report");
        assert_eq!((report.session, report.arrival, report.octets), (SESSION, time, &SENDER_REPORT[..]));
    }
    assert_eq!(rig.reader.read(), None);
    assert_eq!(rig.counts(), [2, 2, 0, 0]);
}

#[test]
fn reports_of_another_host_are_refused() {
    for latch in [LatchMode::Symmetric, LatchMode::Strict] {
        let mut rig = Rig::new(Some("192.0.2.1:4000"), latch);
        rig.core.receive_rtcp(0, at("203.0.113.9:4001"), &SENDER_REPORT, MediaTime::ZERO);
        rig.core.receive(0, at("203.0.113.9:4000"), &SENDER_REPORT, MediaTime::ZERO);
        assert_eq!(rig.reader.read(), None);
        assert_eq!(rig.counts(), [2, 0, 2, 0]);
    }
}

#[test]
fn before_the_peer_is_known_nobody_reports() {
    let mut rig = Rig::new(None, LatchMode::Symmetric);
    let peer = at("192.0.2.1:4000");
    rig.core.receive(0, peer, &SENDER_REPORT, MediaTime::ZERO);
    for sequence in 0..3 {
        rig.core.receive(0, peer, &packet(9, sequence, b"x"), MediaTime::ZERO);
    }
    rig.core.receive(0, peer, &SENDER_REPORT, MediaTime::ZERO);
    assert_eq!(rig.counts(), [2, 1, 1, 0]);
}

#[test]
fn what_nobody_reads_is_counted() {
    let mut rig = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    let report = |rig: &mut Rig| {
        let octets = [[0x80, 201, 0, 249], [0; 4]].concat().repeat(125);
        rig.core.receive(0, at("192.0.2.1:4000"), &octets, MediaTime::ZERO);
    };
    (0..1_000).for_each(|_| report(&mut rig));
    let [all, taken, _, unread] = rig.counts();
    assert!(all == 1_000 && taken > 100 && unread > 100, "a reader that is behind: {taken} and {unread}");
    drop(rig.reader);
    let mut without = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    without.reader = RtcpReader::new(Vec::new(), RtcpReceivers::default());
    report(&mut without);
    assert_eq!(without.counts(), [1, 0, 0, 1]);
}

#[test]
fn what_is_no_rtcp_on_its_port_is_counted_by_kind() {
    let mut rig = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    let peer = at("192.0.2.1:4001");
    rig.core.receive_rtcp(0, peer, &packet(9, 1, b"x"), MediaTime::ZERO);
    rig.core.receive_rtcp(0, peer, b"rubbish", MediaTime::ZERO);
    assert_eq!(rig.counts(), [0; 4]);
    assert_eq!((rig.port.gauges(0).refused.get(), rig.port.gauges(0).all_faults()), (1, 1));
}
