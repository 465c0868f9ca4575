//! Pure: redundant payloads outward: what is repeated, and what is left out.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests allocate")]

use super::*;
use crate::buffer::RedPayload;
use crate::worker::leg::rtp_sequencer::PacketKind;

fn stamp(n: u32, step: u32, marker: bool) -> Stamp {
    Stamp { sequence: n as u16, timestamp: n.wrapping_mul(step).wrapping_sub(1_000), marker, kind: PacketKind::Audio }
}

/// Offset and first octet of each older payload, the newest first.
fn older(packet: &[u8]) -> Vec<(u16, u8)> {
    RedPayload::parse(packet).unwrap().redundant().map(|block| (block.offset, block.octets[0])).collect()
}

#[test]
fn each_packet_carries_the_ones_before_it() {
    let mut red = RedSender::new(121, 2);
    for n in 0..70_000u32 {
        let payload = [n as u8; 160];
        let (payload_type, packet, left_out) = red.wrap(&stamp(n, 160, n == 0), 0, &payload).unwrap();
        assert_eq!((payload_type, left_out), (121, 0));
        assert_eq!(RedPayload::parse(packet).unwrap().primary().octets, payload);
        let expected: Vec<_> = (1..=2u32.min(n)).map(|back| (160 * back as u16, (n - back) as u8)).collect();
        assert_eq!(older(packet), expected, "packet {n}");
    }
}

#[test]
fn what_was_sent_before_a_pause_is_not_repeated() {
    let mut red = RedSender::new(121, 1);
    red.wrap(&stamp(0, 160, true), 0, &[1; 160]);
    assert_eq!(older(red.wrap(&stamp(1, 160, false), 0, &[2; 160]).unwrap().1), [(160, 1)]);
    assert_eq!(older(red.wrap(&stamp(50, 160, true), 0, &[3; 160]).unwrap().1), []);
}

#[test]
fn what_does_not_fit_is_left_out_and_counted() {
    // Longer than ten bits of length can say.
    let mut red = RedSender::new(121, 1);
    red.wrap(&stamp(0, 160, true), 0, &[1; 1_100]);
    let (_, packet, left_out) = red.wrap(&stamp(1, 160, false), 0, &[2; 100]).unwrap();
    assert_eq!((older(packet), left_out), (vec![], 1));
    // Older than fourteen bits of offset can say: 60 ms of a clock of 192 kHz fit once and not twice.
    let mut red = RedSender::new(121, 2);
    red.wrap(&stamp(0, 11_520, true), 0, &[1; 10]);
    red.wrap(&stamp(1, 11_520, false), 0, &[2; 10]);
    let (_, packet, left_out) = red.wrap(&stamp(2, 11_520, false), 0, &[3; 10]).unwrap();
    assert_eq!((older(packet), left_out), (vec![(11_520, 2)], 1));
    // More than a packet takes.
    let mut red = RedSender::new(121, 2);
    for n in 0..3 {
        let (_, packet, left_out) = red.wrap(&stamp(n, 160, n == 0), 0, &[n as u8; 640]).unwrap();
        assert!(packet.len() <= crate::rt::MAX_PAYLOAD);
        assert_eq!((older(packet).len(), left_out), (usize::from(n > 0), u64::from(n == 2)));
    }
    // A payload that leaves no room for a header goes as it is.
    assert!(red.wrap(&stamp(3, 160, false), 0, &[9; crate::rt::MAX_PAYLOAD]).is_none());
}
