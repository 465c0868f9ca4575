//! I/O: RTCP in virtual time: taken, refused, unread.

use super::*;
use crate::rt::lane;
use crate::transport::io::IoAction;
use crate::transport::rig::{PortRig, SESSION, packet};
use crate::transport::{
    LatchMode, Path, PortVerb, ReportPlan, RtcpParams, RtcpReader, RtcpReceivers, UdpPath, rtcp_sender,
};
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

    /// Reports, to an address that is signalled or to none.
    fn report(&mut self, remote: Option<SocketAddr>) {
        let plan = ReportPlan::new(RtcpParams::default().remote(remote), 77, ([b'a'; 16], 5));
        self.port.order(0, PortVerb::Report(Some(plan)));
        self.core.take_orders(|_| None);
    }

    /// Where reports go in those seconds.
    fn sent_to(&mut self, seconds: std::ops::Range<u64>) -> Vec<SocketAddr> {
        let mut to = Vec::new();
        for second in seconds {
            while let Some(sent) = self.core.poll_transmit(MediaTime::from_millis(second * 1_000)) {
                to.push(sent.to);
            }
        }
        to.dedup();
        to
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

/// One that is heard before the peer speaks, and is not sent to, does not turn the reports to itself.
#[test]
fn reports_go_to_nobody_to_whom_media_does_not_go() {
    let stranger = at("203.0.113.9:4000");
    let mut rig = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    rig.report(None);
    let mut report = [0; 8];
    crate::rtp::rtcp::RtcpWriter::new(&mut report).receiver_report(9, &[]).finish().unwrap();
    rig.core.receive(0, stranger, &packet(9, 1, b"x"), MediaTime::ZERO);
    rig.core.receive_rtcp(0, stranger, &report, MediaTime::ZERO);
    assert_eq!((rig.sent_to(1..60), rig.counts()[1]), (vec![at("192.0.2.1:4001")], 1));
    // Nor to this machine itself, where an offer of hold names nobody.
    rig.report(Some(at("0.0.0.0:4001")));
    assert_eq!(rig.sent_to(60..70), [at("192.0.2.1:4001")]);
    // The peer's own RTCP shows where it is.
    rig.core.receive_rtcp(0, at("192.0.2.1:5123"), &report, MediaTime::from_millis(70_000));
    assert_eq!(rig.sent_to(71..130), [at("192.0.2.1:5123")]);
}

/// RFC 3605 names an address of any host.
#[test]
fn the_host_that_was_signalled_for_rtcp_is_heard_and_answered() {
    let (signalled, own) = (at("192.0.2.77:4105"), at("192.0.2.77:6000"));
    let mut rig = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    rig.report(Some(signalled));
    rig.core.receive(0, at("192.0.2.1:4000"), &packet(9, 1, b"x"), MediaTime::ZERO);
    assert_eq!(rig.sent_to(1..60), [signalled]);
    let mut report = [0; 8];
    crate::rtp::rtcp::RtcpWriter::new(&mut report).receiver_report(9, &[]).finish().unwrap();
    rig.core.receive_rtcp(0, own, &report, MediaTime::from_millis(60_000));
    assert_eq!((rig.sent_to(61..120), rig.counts()), (vec![own], [1, 1, 0, 0]));
}

/// Who did not report for a while heard what came meanwhile all the same: it is not lost.
#[test]
fn what_comes_while_nobody_reports_is_not_lost() {
    let mut rig = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    rig.report(None);
    let hear = |rig: &mut Rig, numbers: std::ops::Range<u16>| {
        for n in numbers {
            rig.core.receive(0, at("192.0.2.1:4000"), &packet(9, n, b"x"), MediaTime::ZERO);
        }
    };
    hear(&mut rig, 0..100);
    rig.port.order(0, PortVerb::Report(None));
    rig.core.take_orders(|_| None);
    hear(&mut rig, 100..600);
    rig.report(None);
    hear(&mut rig, 600..700);
    rig.sent_to(1..10);
    let known = &rig.port.gauges(0).rtcp;
    assert_eq!((known.heard.get(), known.lost.get()), (200, 0));
}

/// Digits under a number of their own between audio: neither loses what was counted of the other.
#[test]
fn a_source_that_comes_back_goes_on() {
    let mut rig = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    rig.report(None);
    let (mut number, mut digit) = (0, 7_000);
    for n in 0..300u16 {
        let (ssrc, sequence) = if n % 50 < 40 { (9, &mut number) } else { (10, &mut digit) };
        // One in ten of the audio is lost.
        *sequence += 1 + u16::from(ssrc == 9 && n % 10 == 5);
        let sequence = *sequence;
        rig.core.receive(0, at("192.0.2.1:4000"), &packet(ssrc, sequence, b"x"), MediaTime::ZERO);
    }
    rig.core.receive(0, at("192.0.2.1:4000"), &packet(9, number + 1, b"x"), MediaTime::ZERO);
    // The first report.
    (1..10).find(|&second| !rig.sent_to(second..second + 1).is_empty()).unwrap();
    let known = &rig.port.gauges(0).rtcp;
    assert_eq!((known.heard.get(), known.lost.get(), known.sources.get()), (301, 24, 2));
    assert_eq!(known.fraction_lost.get(), 24 * 256 / 265, "the report of the audio's own source");
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

/// What the network answers to reports is no news of the media, and who never reported says no goodbye.
#[test]
fn reports_that_reach_nobody_count_as_nothing_and_nobody_leaves_who_never_came() {
    let mut rig = Rig::new(Some("192.0.2.1:4000"), LatchMode::Symmetric);
    rig.report(None);
    rig.core.unreachable(0, true, 3);
    rig.core.unreachable(0, false, 2);
    assert_eq!(rig.port.gauges(0).unreachable.get(), 2);
    rig.port.order(0, PortVerb::Unbind);
    let mut said = 0;
    rig.core.take_orders(|action| {
        said += u32::from(matches!(action, IoAction::Send { .. }));
        None
    });
    assert_eq!(said, 0);
}
