//! Control: a party's packets.

use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::rtp::{self, RtpHeader};

use super::party::Ears;

const PACKET: usize = 160;

/// Packet `number` of a call that begins just before both wraps, its audio a level of its own.
fn packet(number: u16) -> Vec<u8> {
    let mut payload = [0; PACKET];
    G711Encoder::new(Law::A).encode_into(&[level(number); PACKET], &mut payload).unwrap();
    let header = RtpHeader {
        marker: number == 0,
        payload_type: 8,
        sequence: 65_534u16.wrapping_add(number),
        timestamp: (u32::MAX - 200).wrapping_add(u32::from(number) * PACKET as u32),
        ssrc: 7,
    };
    let mut datagram = vec![0; PACKET + 12];
    rtp::write(&header, &payload, &mut datagram).unwrap();
    datagram
}

fn level(number: u16) -> f32 {
    f32::from(number + 1) / 16.0
}

#[test]
fn packets_are_laid_out_by_their_time_over_both_wraps() {
    let mut ears = Ears::new(Law::A);
    // The third is lost, the fifth comes before the fourth, the sixth twice; one is late by 30 ms.
    for (number, late) in [(0, 0.0), (1, 0.0), (4, 0.0), (3, 0.03), (5, 0.0), (5, 0.0), (6, 0.0)] {
        assert!(ears.take(&packet(number), 2.0 + 0.02 * f64::from(number) + late).is_some());
    }
    let heard = ears.heard();
    assert_eq!((heard.packets, heard.samples.len()), (7, 7 * PACKET));
    for number in 0..7 {
        let expected = if number == 2 { 0.0 } else { level(number) };
        let samples = &heard.samples[usize::from(number) * PACKET..][..PACKET];
        assert!(samples.iter().all(|s| (s - expected).abs() < 0.02), "packet {number}: {}", samples[0]);
    }
    assert!((heard.begin - 2.0).abs() < 1e-9, "{}", heard.begin);
}

#[test]
fn missing_packets_are_counted() {
    let mut ears = Ears::new(Law::A);
    for number in [0, 1, 4, 5] {
        ears.take(&packet(number), 0.0);
    }
    let heard = ears.heard();
    assert_eq!((heard.packets, heard.missing), (4, 2));
}

#[test]
fn what_is_no_audio_of_the_call_is_not_heard() {
    let mut ears = Ears::new(Law::Mu);
    assert_eq!(ears.take(&packet(0), 0.0), None, "another payload type");
    assert_eq!(ears.take(&[0x80; 5], 0.0), None, "no packet");
    assert_eq!(ears.take(&packet(0)[..12], 0.0), None, "no payload");
    assert_eq!(ears.heard().packets, 0);
}
