//! Pure: transport-wide feedback by the draft's own drawings, read by another reader, and damaged.

use super::super::{Feedback, RtcpPacket, RtcpWriter, read};
use super::*;
use rtcp_types::RtcpPacketParser as _;
use rtcp_types::{Twcc, TwccPacketStatus};

/// Text of feedback from number 65,534 on: count, chunks, deltas.
fn text(count: u16, chunks: &[u16], deltas: &[u8]) -> Vec<u8> {
    let mut text = vec![0xff, 0xfe];
    text.extend(count.to_be_bytes());
    text.extend([0xff, 0xff, 0xff, 7]);
    chunks.iter().for_each(|chunk| text.extend(chunk.to_be_bytes()));
    text.extend(deltas);
    text
}

fn arrivals(text: &[u8]) -> Vec<Option<i64>> {
    TransportFeedback::read(text).unwrap().packets().map(|(_, arrival)| arrival).collect()
}

/// Sections 3.1.3 and 3.1.4: 221 packets that did not come; of one bit and of two.
#[test]
fn chunks_are_those_that_the_draft_draws() {
    assert_eq!(arrivals(&text(221, &[0x00dd], &[])), vec![None; 221]);
    let bits = text(14, &[0b1001_1111_0001_1100], &[1; 8]);
    let came: Vec<bool> = arrivals(&bits).iter().map(Option::is_some).collect();
    let drawn = [0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0].map(|bit| bit == 1);
    assert_eq!(came, drawn);
    // The reference time is -1 x 64 ms; large deltas may be less than none.
    let pairs = text(7, &[0b1100_1001_0101_0000], &[0xff, 0xfc, 8, 2, 0]);
    assert_eq!(arrivals(&pairs), [None, Some(-260), Some(-252), Some(-250), Some(-250), None, None]);
    let feedback = TransportFeedback::read(&pairs).unwrap();
    assert_eq!((feedback.base_sequence(), feedback.packet_count(), feedback.number()), (65_534, 7, 7));
    assert_eq!(feedback.packets().map(|(sequence, _)| sequence).collect::<Vec<_>>(), [65_534, 65_535, 0, 1, 2, 3, 4]);
    // 24 that came, of which the count takes three; an empty run before them.
    assert_eq!(arrivals(&text(3, &[0x0000, 0x2018], &[1, 2, 3, 9])), [Some(-255), Some(-253), Some(-250)]);
}

#[test]
fn what_cannot_be_says_why() {
    let fault = |text: &[u8]| TransportFeedback::read(text).unwrap_err();
    assert_eq!(fault(&[0; 7]), TransportFeedbackFault::Truncated);
    assert_eq!(fault(&text(0, &[0x2001], &[1])), TransportFeedbackFault::Empty);
    assert_eq!(fault(&text(15, &[0x9fff], &[])), TransportFeedbackFault::Truncated, "chunks of fewer");
    assert_eq!(fault(&text(3, &[0x2003], &[1, 1])), TransportFeedbackFault::Truncated, "a time is missing");
    assert_eq!(fault(&text(3, &[0x4003], &[1; 5])), TransportFeedbackFault::Truncated);
    assert_eq!(fault(&text(2, &[0x6002], &[1; 8])), TransportFeedbackFault::Reserved);
    assert_eq!(fault(&text(7, &[0xc003], &[1; 8])), TransportFeedbackFault::Reserved);
    // What lies behind the count says nothing.
    assert_eq!(arrivals(&text(6, &[0xc003], &[])), vec![None; 6]);
    assert_eq!(fault(&text(65_535, &[0x3fff; 9], &[0; 1_000])), TransportFeedbackFault::Truncated);
}

fn random(state: &mut u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    *state >> 8
}

/// What we write another reader reads, and we too, whatever is lost and however late it came.
#[test]
fn what_is_written_is_read_by_another_reader_and_by_ours() {
    let mut state = 5;
    for round in 0..3_000 {
        // From few losses to many, from small deltas to large.
        let (few, far) = (1 + random(&mut state) % 50, random(&mut state).is_multiple_of(4));
        let deltas: Vec<Option<i16>> = (0..1 + random(&mut state) % 400)
            .map(|_| {
                let lost = random(&mut state).is_multiple_of(few);
                let delta = if far && random(&mut state).is_multiple_of(8) { random(&mut state) as i16 } else { 80 };
                (!lost).then_some(delta)
            })
            .collect();
        let told = TransportArrivals {
            base_sequence: 65_500,
            reference_time: 0x12_3456,
            number: round as u8,
            deltas: &deltas,
        };
        let mut room = [0; 1_400];
        let octets =
            RtcpWriter::new(&mut room).receiver_report(1, &[]).transport_feedback(1, 9, &told).finish().unwrap();
        // Padding says how much it is (RFC 3550 section 6.4.1).
        assert!(octets.is_multiple_of(4) && (room[8] & 0x20 == 0 || (1..=3).contains(&room[octets - 1])));
        let theirs = rtcp_types::TransportFeedback::parse(&room[8..octets]).unwrap();
        let theirs = theirs.parse_fci::<Twcc<'_>>().unwrap();
        assert_eq!((theirs.base_sequence_number(), theirs.reference_time()), (65_500, 0x12_3456));
        let read_by_it = theirs.packets().map(|packet| match packet.unwrap().1 {
            TwccPacketStatus::NotReceived => None,
            TwccPacketStatus::Received { delta } => Some(delta),
        });
        assert!(read_by_it.eq(deltas.iter().copied()), "{deltas:?}");
        let Some(Ok(RtcpPacket::Feedback { ssrc: 1, media: 9, feedback: Feedback::TransportWide(text) })) =
            read(&room[..octets]).nth(1)
        else {
            panic!()
        };
        let mut time = 0x12_3456 * REFERENCE;
        let expected = deltas.iter().map(|delta| {
            delta.map(|delta| {
                time += i64::from(delta);
                time
            })
        });
        assert!(arrivals(text).into_iter().eq(expected));
    }
}

#[test]
fn feedback_takes_few_octets() {
    let octets = |deltas: &[Option<i16>]| {
        let told = TransportArrivals { base_sequence: 1, reference_time: 1, number: 1, deltas };
        RtcpWriter::new(&mut [0; 400]).transport_feedback(1, 9, &told).finish().unwrap()
    };
    assert_eq!(octets(&[Some(80); 5]), 20 + 8, "one chunk, five deltas, a word padded");
    assert_eq!(octets(&[None; 100].map(|_: Option<i16>| None)), 20 + 4);
    let mut lossy = [Some(80); 28];
    (lossy[3], lossy[17]) = (None, None);
    assert_eq!(octets(&lossy), 20 + 4 + 28 - 2 + 2);
    let told = TransportArrivals { base_sequence: 1, reference_time: 1, number: 1, deltas: &[] };
    assert_eq!(RtcpWriter::new(&mut [0; 400]).transport_feedback(1, 9, &told).finish(), None);
}
