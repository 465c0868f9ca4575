//! I/O: what one session believes of its peer's RTCP, and what it says itself.

use super::*;
use crate::rtp::rtcp::{ExtendedBlock, ReportBlock, RtcpPacket, RtcpWriter, read};
use crate::transport::RtcpParams;
use crate::transport::io::core::outward::Outward;
use crate::transport::io::core::rtcp_in::ReportCtx;
use crate::transport::io::core::rtcp_out::ReportSource;

const OWN: u32 = 0x51;

fn at(ms: u64) -> MediaTime {
    MediaTime::from_millis(ms)
}

fn ntp(ms: u64) -> NtpTime {
    NtpTime::since_1970(Duration::from_millis(1_000_000 + ms))
}

struct Rig {
    session: RtcpSession,
    gauges: RtcpGauges,
    outward: Outward,
}

impl Rig {
    fn new() -> Self {
        let mut plan =
            ReportPlan::new(RtcpParams::default().extended(true), OWN, ([b'x'; 16], 1)).hearing([(0, 8_000)]);
        plan.clock_rate = 48_000;
        let mut session = RtcpSession::default();
        session.set_plan(Some(plan));
        Self { session, gauges: RtcpGauges::default(), outward: Outward::default() }
    }

    fn take(&mut self, ms: u64, datagram: &[u8]) -> bool {
        let ctx = ReportCtx { arrival: at(ms), ntp: ntp(ms), own: OWN, gauges: &self.gauges };
        self.session.take(datagram, ctx)
    }

    /// The packets of a report of ours, by their kinds, and its first block.
    fn report(&mut self, ms: u64) -> (Vec<&'static str>, Option<ReportBlock>) {
        let source = ReportSource {
            now: at(ms),
            ntp: ntp(ms),
            outward: &self.outward,
            leg: None,
            scores: [0; 3],
            echo: 127,
            round_trip_us: 0,
            last: false,
        };
        let mut room = [0; 400];
        let (octets, _) = self.session.write(source, &mut room).expect("it fits");
        let mut block = None;
        let kinds = read(&room[..octets]).map(|packet| match packet.unwrap() {
            RtcpPacket::SenderReport { mut blocks, .. } => {
                block = blocks.next();
                "SR"
            }
            RtcpPacket::ReceiverReport { mut blocks, .. } => {
                block = blocks.next();
                "RR"
            }
            RtcpPacket::SourceDescription { .. } => "SDES",
            RtcpPacket::Extended { .. } => "XR",
            other => panic!("{other:?}"),
        });
        (kinds.collect(), block)
    }

    fn hear(&mut self, sequence: u16) {
        self.session.hear(&RtpHeader { ssrc: 9, sequence, ..RtpHeader::default() }, at(0));
    }

    fn send(&mut self, sequence: u16, ms: u64) {
        self.outward.number(RtpHeader { ssrc: OWN, sequence, ..RtpHeader::default() }, 160, at(ms));
    }
}

fn written(write: impl FnOnce(RtcpWriter<'_>) -> RtcpWriter<'_>) -> Vec<u8> {
    let mut room = [0; 300];
    let octets = write(RtcpWriter::new(&mut room)).finish().unwrap();
    room[..octets].to_vec()
}

fn block(ssrc: u32) -> ReportBlock {
    ReportBlock { ssrc, fraction_lost: 64, lost: 7, jitter: 480, ..ReportBlock::default() }
}

#[test]
fn what_is_said_of_another_source_is_not_of_us_and_jitter_is_by_our_clock() {
    let mut rig = Rig::new();
    assert!(rig.take(10, &written(|w| w.receiver_report(9, &[block(OWN + 1)]))));
    assert_eq!((rig.gauges.remote_reports.get(), rig.gauges.remote_lost.get()), (0, 0));
    assert!(rig.take(20, &written(|w| w.receiver_report(9, &[block(OWN + 1), block(OWN)]))));
    let g = &rig.gauges;
    let known = [&g.remote_reports, &g.remote_lost, &g.remote_fraction_lost, &g.remote_jitter_us, &g.remote_at_us];
    assert_eq!(known.map(|gauge| gauge.get()), [1, 7, 64, 10_000, 20_000]);
}

/// RFC 3550 appendix A.2: one that is wrong anywhere is believed nowhere.
#[test]
fn of_a_datagram_that_is_cut_nothing_is_believed() {
    let mut rig = Rig::new();
    let mut datagram = written(|w| w.receiver_report(9, &[block(OWN)]).cname(9, b"peer").goodbye(9));
    datagram.pop();
    assert!(!rig.take(10, &datagram));
    let g = &rig.gauges;
    assert_eq!([&g.malformed, &g.remote_reports, &g.goodbyes_in, &g.reports_in].map(|g| g.get()), [1, 0, 0, 0]);
}

#[test]
fn only_an_answer_to_ours_measures_a_round_trip() {
    let mut rig = Rig::new();
    rig.send(1, 900);
    rig.report(1_000);
    let answer = |last, delay_ms| {
        let delay = NtpTime::units_of(Duration::from_millis(delay_ms));
        written(|w| {
            w.receiver_report(9, &[ReportBlock { last_sender_report: last, delay_since_last: delay, ..block(OWN) }])
        })
    };
    rig.take(1_500, &answer(ntp(1_001).middle(), 400));
    let other = [ExtendedBlock::DelaySinceLast { ssrc: OWN + 1, last: ntp(1_000).middle(), delay: 0 }];
    rig.take(1_500, &written(|w| w.receiver_report(9, &[]).extended(9, &other)));
    assert_eq!(rig.gauges.round_trips.get(), 0);
    rig.take(1_500, &answer(ntp(1_000).middle(), 400));
    let trip = rig.gauges.round_trip_us.get();
    assert!(trip.abs_diff(100_000) < 50, "{trip}");
    // Nine reports later nobody answers that one any more.
    (0..9).for_each(|n| drop(rig.report(2_000 + 1_000 * n)));
    rig.take(11_000, &answer(ntp(1_000).middle(), 400));
    assert_eq!(rig.gauges.round_trips.get(), 1);
}

/// RFC 3550 section 6.4: a sender is who has sent since the last report but one; a source of which nothing came has no block.
#[test]
fn who_ceases_to_send_becomes_a_receiver_and_a_silent_source_is_not_reported_on() {
    let mut rig = Rig::new();
    rig.hear(100);
    rig.hear(102);
    rig.send(1, 900);
    let (kinds, told) = rig.report(1_000);
    assert_eq!((kinds, told.map(|told| (told.ssrc, told.lost))), (vec!["SR", "SDES", "XR"], Some((9, 1))));
    assert_eq!(rig.report(6_000), (vec!["SR", "SDES", "XR"], None), "sent since the last but one");
    assert_eq!(rig.report(11_000).0, ["RR", "SDES", "XR"]);
    rig.hear(103);
    rig.send(2, 12_000);
    let (kinds, told) = rig.report(16_000);
    assert_eq!((kinds[0], told.map(|told| (told.lost, told.fraction_lost))), ("SR", Some((1, 0))));
}

/// Where our own SSRC changes (RFC 7160), what was sent under it is counted anew.
#[test]
fn packets_are_counted_by_source() {
    let mut rig = Rig::new();
    (0..5).for_each(|n| rig.send(n, 100));
    assert_eq!(rig.outward.counts(), (5, 800));
    rig.outward.number(RtpHeader { ssrc: OWN + 1, ..RtpHeader::default() }, 40, at(120));
    assert_eq!((rig.outward.counts(), rig.outward.ssrc()), ((1, 40), Some(OWN + 1)));
}
