//! Pure: what a peer says of our packets, true or not.

use super::*;
use crate::rtp::rtcp::{Feedback, RtcpPacket, RtcpWriter, TransportArrivals, read};

/// Hands in feedback of those packets from `base` on.
fn hand_in(sent: &mut SentTimes, base: u16, number: u8, deltas: &[Option<i16>]) -> Option<Told> {
    let mut room = [0; 2_000];
    let told = TransportArrivals { base_sequence: base, reference_time: 3, number, deltas };
    let octets = RtcpWriter::new(&mut room).transport_feedback(1, 2, &told).finish().unwrap();
    let Some(Ok(RtcpPacket::Feedback { feedback: Feedback::TransportWide(text), .. })) = read(&room[..octets]).next()
    else {
        panic!()
    };
    sent.take(&TransportFeedback::read(text).unwrap())
}

fn after(first: u16, packets: u64) -> SentTimes {
    let mut sent = SentTimes::new(first);
    (0..packets).for_each(|n| sent.note(MediaTime::from_millis(20 * n)));
    sent
}

#[test]
fn packets_are_told_of_once_over_the_wrap_and_late_ones_are_not_lost() {
    let mut sent = after(65_533, 8);
    let told = |packets, lost, missing| Some(Told { packets, lost, missing });
    assert_eq!(hand_in(&mut sent, 65_533, 0, &[Some(0), None, Some(160), None]), told(4, 2, 0));
    assert_eq!(hand_in(&mut sent, 65_533, 0, &[Some(0), None, Some(160), None]), told(0, 0, 0), "twice");
    // The fourth came after all; what came once is not lost by what is said later.
    assert_eq!(hand_in(&mut sent, 65_535, 1, &[None, Some(0), Some(80)]), told(1, -1, 0));
    assert_eq!(hand_in(&mut sent, 3, 4, &[None, Some(0)]), told(2, 1, 2), "and two are missing before it");
    assert_eq!(hand_in(&mut sent, 2, 3, &[Some(0)]), told(1, 0, 0), "one of them was late");
}

#[test]
fn feedback_that_lies_is_of_no_packet() {
    assert_eq!(hand_in(&mut SentTimes::new(5), 5, 0, &[Some(0)]), None, "nothing was sent");
    let mut sent = after(100, 1_000);
    let came = |n| vec![Some(1); n];
    assert_eq!(hand_in(&mut sent, 1_100, 0, &came(1)), None, "not sent yet");
    assert_eq!(hand_in(&mut sent, 1_099, 0, &came(2)), None, "the second was not");
    assert_eq!(hand_in(&mut sent, 100, 0, &came(1)), None, "too long ago");
    assert_eq!(hand_in(&mut sent, 1_100 - 513, 0, &came(1)), None);
    assert_eq!(hand_in(&mut sent, 99, 0, &came(1)), None, "before the first");
    // 65,535 packets in 22 octets.
    let mut text = vec![2, 0, 255, 255, 0, 0, 1, 0];
    (0..9).for_each(|_| text.extend([0x1f, 0xff]));
    let huge = TransportFeedback::read(&text).unwrap();
    assert_eq!((huge.packet_count(), sent.take(&huge)), (65_535, None));
    assert_eq!(sent.delay(), None);
    assert_eq!(hand_in(&mut sent, 1_100 - 512, 0, &came(512)), Some(Told { packets: 512, lost: 0, missing: 0 }));
}

/// Any octets: no panic, and never more told of than was sent.
#[test]
fn whatever_comes_nothing_is_told_twice() {
    let mut random = 7_u32;
    let mut next = || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) as u8
    };
    let mut sent = after(65_000, 600);
    let (mut packets, mut lost, mut taken) = (0, 0, 0);
    for n in 0..60_000_u64 {
        if n % 40 == 0 {
            sent.note(MediaTime::from_millis(20 * (600 + n)));
        }
        let base = sent.upcoming().wrapping_sub(1 + u16::from(next()));
        let [high, low] = base.to_be_bytes();
        let mut text = vec![high, low, 0, next() % 40 + 1, next(), next(), next(), next()];
        text.extend((0..next() % 60).map(|_| next()));
        let Ok(feedback) = TransportFeedback::read(&text) else { continue };
        let Some(told) = sent.take(&feedback) else { continue };
        taken += 1;
        packets += told.packets;
        lost += told.lost;
        assert!(lost >= 0 && lost as u64 <= packets, "{lost} of {packets}");
    }
    assert!(taken > 1_000 && packets <= 600 + 1_500, "{taken} {packets}");
}
