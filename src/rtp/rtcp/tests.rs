//! Pure: RTCP read and written, reception counted, intervals drawn.

use super::*;
use crate::types::MediaTime;
use std::time::Duration;

fn written(write: impl FnOnce(RtcpWriter<'_>) -> RtcpWriter<'_>) -> Vec<u8> {
    let mut room = [0; 600];
    let octets = write(RtcpWriter::new(&mut room)).finish().unwrap();
    assert_eq!(octets % 4, 0);
    room[..octets].to_vec()
}

fn whole(datagram: &[u8]) -> Vec<RtcpPacket<'_>> {
    read(datagram).map(Result::unwrap).collect()
}

/// Octet by octet as RFC 3550 section 6.4.1 draws it.
#[test]
fn a_sender_report_has_the_octets_of_the_rfc() {
    let block = ReportBlock {
        ssrc: 0x0102_0304,
        fraction_lost: 0x40,
        lost: -2,
        highest_sequence: 0x0001_fffe,
        jitter: 7,
        last_sender_report: 0x1122_3344,
        delay_since_last: 0x0001_8000,
    };
    let sender = SenderInfo { ntp: NtpTime(0x8899_aabb_ccdd_eeff), rtp_timestamp: 160, packets: 3, octets: 480 };
    let datagram = written(|w| w.sender_report(0xcafe_babe, &sender, &[block]));
    #[rustfmt::skip]
    assert_eq!(datagram, [
        0x81, 200, 0, 12, 0xca, 0xfe, 0xba, 0xbe, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
        0, 0, 0, 160, 0, 0, 0, 3, 0, 0, 1, 0xe0,
        1, 2, 3, 4, 0x40, 0xff, 0xff, 0xfe, 0, 1, 0xff, 0xfe, 0, 0, 0, 7, 0x11, 0x22, 0x33, 0x44, 0, 1, 0x80, 0,
    ]);
    let found = whole(&datagram);
    let [RtcpPacket::SenderReport { ssrc: 0xcafe_babe, sender: read, blocks }] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!((*read, blocks.clone().collect::<Vec<_>>()), (sender, vec![block]));
}

#[test]
fn all_kinds_are_read_as_they_were_written() {
    let metrics =
        VoipMetrics { ssrc: 9, loss_rate: 26, noise_level: -60, r: 81, mos_listening: 41, ..VoipMetrics::default() };
    let blocks = [
        ExtendedBlock::ReceiverReferenceTime(NtpTime(1 << 40 | 5)),
        ExtendedBlock::DelaySinceLast { ssrc: 9, last: 77, delay: 65_536 },
        ExtendedBlock::VoipMetrics(metrics),
    ];
    for name in ["", "a", "ab", "abc", "abcd", "abcdefghijklmnop"] {
        let datagram = written(|w| w.receiver_report(7, &[]).cname(7, name.as_bytes()).extended(7, &blocks).goodbye(7));
        let found = whole(&datagram);
        let [
            RtcpPacket::ReceiverReport { ssrc: 7, .. },
            RtcpPacket::SourceDescription { ssrc: 7, cname },
            RtcpPacket::Extended { ssrc: 7, blocks: read },
            RtcpPacket::Goodbye { ssrc: Some(7) },
        ] = &found[..]
        else {
            panic!("{found:?}")
        };
        assert_eq!((*cname, read.clone().collect::<Vec<_>>()), (Some(name.as_bytes()), blocks.to_vec()));
    }
    assert_eq!(VoipMetrics::of_packed(metrics.packed()), metrics);
}

#[test]
fn several_receivers_in_one_block_are_answered_one_by_one() {
    let mut datagram = vec![0x80, 207, 0, 8, 0, 0, 0, 7, 5, 0, 0, 6];
    datagram.extend((1..=6u32).flat_map(u32::to_be_bytes));
    let found = whole(&datagram);
    let [RtcpPacket::Extended { blocks, .. }] = &found[..] else { panic!("{found:?}") };
    let blocks: Vec<_> = blocks.clone().collect();
    let answer = |ssrc, last, delay| ExtendedBlock::DelaySinceLast { ssrc, last, delay };
    assert_eq!(blocks, [answer(1, 2, 3), answer(4, 5, 6)]);
}

#[test]
fn feedback_is_told_apart() {
    let feedback = |kind: u8, format: u8, tail: &[u8]| {
        let mut datagram = vec![0x80 | format, kind, 0, 2 + (tail.len() / 4) as u8, 0, 0, 0, 1, 0, 0, 0, 2];
        datagram.extend(tail);
        match whole(&datagram)[..] {
            [RtcpPacket::Feedback { ssrc: 1, media: 2, ref feedback }] => format!("{feedback:?}"),
            ref other => panic!("{other:?}"),
        }
    };
    assert_eq!(feedback(205, 1, &[0, 9, 0, 1]), "Nack([0, 9, 0, 1])");
    assert_eq!(feedback(206, 1, &[]), "PictureLoss");
    assert_eq!(feedback(206, 4, &[0, 0, 0, 2, 1, 0, 0, 0]), "FullIntraRequest");
    assert_eq!(feedback(205, 15, &[0, 9, 0, 1]), "TransportWide([0, 9, 0, 1])");
    assert_eq!(feedback(205, 14, &[0; 8]), "Other(205, 14)");
}

#[test]
fn what_is_cut_or_of_another_version_is_a_fault_behind_what_was_whole() {
    let mut datagram = written(|w| w.receiver_report(7, &[]).goodbye(7));
    datagram.truncate(datagram.len() - 1);
    let found: Vec<_> = read(&datagram).collect();
    assert!(matches!(found[..], [Ok(RtcpPacket::ReceiverReport { .. }), Err(RtcpFault::Truncated)]), "{found:?}");
    assert_eq!(read(&[0x40, 201, 0, 1, 0, 0, 0, 7]).next(), Some(Err(RtcpFault::BadVersion)));
    // A report that names more blocks than it has.
    assert_eq!(read(&[0x82, 201, 0, 1, 0, 0, 0, 7]).next(), Some(Err(RtcpFault::Truncated)));
    assert_eq!(read(&[]).next(), None);
}

/// Any octets at all: no panic, an end, and every block lies in what came.
#[test]
fn noise_is_read_without_panic() {
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as u32
    };
    let seeds = [
        written(|w| w.sender_report(1, &SenderInfo::default(), &[ReportBlock::default()]).cname(1, b"name").goodbye(1)),
        written(|w| w.receiver_report(1, &[]).extended(1, &[ExtendedBlock::VoipMetrics(VoipMetrics::default())])),
        vec![0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 9, 0, 1],
        vec![0xa1, 203, 0, 2, 0, 0, 0, 1, 3, b'b', b'y', b'e'],
    ];
    for round in 0..200_000 {
        let mut datagram = seeds[round % seeds.len()].clone();
        for _ in 0..1 + random() % 6 {
            let at = random() as usize % datagram.len();
            datagram[at] = random() as u8;
        }
        datagram.truncate(1 + random() as usize % datagram.len());
        fuzzed(&datagram);
    }
}

fn fuzzed(datagram: &[u8]) {
    crate::rtp::fuzz::rtcp(datagram);
}

/// RFC 3550 appendix A.3: expected less received, over a wrap of the numbers, out of order, twice.
#[test]
fn reception_counts_what_did_not_come() {
    let mut heard = Reception::default();
    let numbers = (65_530u32..65_560).filter(|n| ![65_540, 65_541].contains(n)).chain([65_555]);
    let mut numbers: Vec<u16> = numbers.map(|n| n as u16).collect();
    numbers.swap(3, 4);
    for (n, &number) in numbers.iter().enumerate() {
        heard.hear(5, number, 0, None, MediaTime::from_millis(n as u64));
    }
    assert_eq!((heard.lost(), heard.highest_sequence(), heard.received()), (1, 65_559, 29), "two lost, one came twice");
    let block = heard.report();
    assert_eq!((block.ssrc, block.fraction_lost, block.lost), (5, (256 / 30) as u8, 1));
    assert_eq!(heard.report().fraction_lost, 0, "of an interval in which nothing was expected");
}

#[test]
fn a_source_that_jumps_begins_anew_and_forgets_no_loss() {
    let mut heard = Reception::default();
    let hear = |heard: &mut Reception, ssrc, number: u16| heard.hear(ssrc, number, 0, None, MediaTime::ZERO);
    assert!(hear(&mut heard, 5, 100));
    (102..110).for_each(|number| assert!(!hear(&mut heard, 5, number)));
    assert_eq!(heard.lost(), 1);
    // Far ahead, and it goes on there; a lone stray number moves nothing.
    hear(&mut heard, 5, 40_000);
    hear(&mut heard, 5, 110);
    assert_eq!(heard.lost(), 1);
    (50_000..50_010).for_each(|number| assert!(!hear(&mut heard, 5, number)));
    assert_eq!(heard.lost(), 1, "what was lost before is still lost, the jump is no loss");
    assert_eq!(heard.received(), 19, "what came before the jump came");
    let block = heard.report();
    assert_eq!((block.lost, block.fraction_lost), (1, (256 / 20) as u8));
    assert!(hear(&mut heard, 6, 7), "another source");
    assert_eq!(heard.lost(), 0);
}

/// More is lost than there are numbers, over days; then the source begins anew.
#[test]
fn a_jump_after_a_long_bad_call_is_no_loss_either() {
    let mut heard = Reception::default();
    let hear = |heard: &mut Reception, number: u16| heard.hear(5, number, 0, None, MediaTime::ZERO);
    // Every second number.
    for n in 0..100_000u32 {
        hear(&mut heard, (2 * n) as u16);
    }
    let before = heard.report();
    assert_eq!((before.lost, heard.received()), (99_999, 100_000));
    let jumped = (199_998u32 as u16).wrapping_add(30_000);
    for n in 0..100 {
        hear(&mut heard, jumped.wrapping_add(n));
    }
    let block = heard.report();
    assert_eq!((block.fraction_lost, block.lost, heard.received()), (0, 99_999, 100_099));
}

/// Appendix A.8 by hand, in floating point.
#[test]
fn jitter_is_that_of_the_rfc_and_a_clock_that_jumps_is_none() {
    let mut heard = Reception::default();
    let (mut expected, mut before) = (0.0f64, 0.0);
    for n in 0..500u64 {
        let late_us = (n * 7919) % 9_000;
        heard.hear(5, n as u16, (n * 160) as u32, Some(8_000), MediaTime::from_nanos((n * 20_000 + late_us) * 1_000));
        let transit = (late_us * 8 / 1_000) as f64;
        if n > 0 {
            expected += ((transit - before).abs() - expected) / 16.0;
        }
        before = transit;
    }
    assert!((f64::from(heard.jitter()) - expected).abs() < 2.0, "{} {expected}", heard.jitter());
    assert_eq!(heard.jitter_us() / 125, u64::from(heard.jitter()));
    let known = heard.jitter();
    heard.hear(5, 500, 500 * 160 + 80_000, Some(8_000), MediaTime::from_millis(10_000));
    assert_eq!(heard.jitter(), known, "a step of ten seconds");
}

#[test]
fn intervals_lie_between_half_and_one_and_a_half_of_five_seconds_and_grow_where_bits_are_few() {
    let intervals = |bandwidth| {
        let mut interval = Interval::new(Duration::from_secs(5), bandwidth, 3);
        let mut now = MediaTime::ZERO;
        interval.begin(now);
        let mut between = Vec::new();
        for _ in 0..1_000 {
            let before = now;
            while !interval.is_due(now) {
                now += Duration::from_millis(1);
            }
            between.push((now - before).as_secs_f64());
            interval.sent(120, now);
        }
        between
    };
    let of_64k = intervals(64_000);
    assert!((1.0..3.1).contains(&of_64k[0]), "the first is half as long: {}", of_64k[0]);
    let (least, most) = of_64k[1..].iter().fold((9.0f64, 0.0f64), |(least, most), t| (least.min(*t), most.max(*t)));
    // Divided by e - 3/2 (RFC 3550 section 6.3.1).
    assert!(least > 2.5 / 1.2183 - 0.01 && most < 7.5 / 1.2182 + 0.01, "{least} {most}");
    let mean = of_64k.iter().sum::<f64>() / 1_000.0;
    assert!((mean - 5.0 / 1.2183).abs() < 0.2, "{mean}");
    // Two members, 148 octets each, in 5 % of 6 kbit/s: 7.9 s.
    let mean = intervals(6_000).iter().sum::<f64>() / 1_000.0;
    assert!((mean - 7.89 / 1.2183).abs() < 0.3, "{mean}");
}

#[test]
fn round_trips_are_of_answers_only_and_never_less_than_nothing() {
    let at = |ms: u64| NtpTime::since_1970(Duration::from_millis(1_000_000 + ms));
    let trip = |sent: u64, held: u64, back: u64| {
        NtpTime::round_trip(at(back), at(sent).middle(), NtpTime::units_of(Duration::from_millis(held)))
    };
    let ms = trip(0, 5_000, 5_042).unwrap().as_secs_f64() * 1e3;
    assert!((ms - 42.0).abs() < 0.05, "{ms}");
    assert_eq!(NtpTime::round_trip(at(0), 0, 0), None, "no report was answered");
    assert_eq!(trip(0, 100, 50), None, "held for longer than it was away");
    assert_eq!(trip(0, 101, 101).map(|trip| trip.as_millis()), Some(0));
}

#[test]
fn the_first_interval_is_half_as_long_and_a_shorter_one_does_not_wait_for_the_longer() {
    let first = |seed| {
        let mut interval = Interval::new(Duration::from_secs(5), 64_000, seed);
        interval.begin(MediaTime::ZERO);
        (0..10_000).find(|ms| interval.is_due(MediaTime::from_millis(*ms))).unwrap() as f64
    };
    let mean = (0..400).map(|seed| first(seed * 7_919)).sum::<f64>() / 400_000.0;
    assert!((mean - 2.5 / 1.2183).abs() < 0.15, "{mean}");
    let mut interval = Interval::new(Duration::from_secs(60), 64_000, 3);
    interval.begin(MediaTime::ZERO);
    interval.sent(120, MediaTime::ZERO);
    interval.set(Duration::from_secs(1), 64_000);
    let now = MediaTime::from_millis(10);
    interval.begin(now);
    assert!(!interval.is_due(now) && interval.is_due(MediaTime::from_millis(1_400)));
}
