//! Pure: any octets into the parser.

use super::super::{RtpFault, RtpHeader, fuzz, write};
use super::random::Random;

/// A packet that parses, to be damaged: random input alone seldom comes past the first octet.
fn seed(random: &mut Random, buffer: &mut [u8]) -> usize {
    let header = RtpHeader {
        marker: random.below(2) == 1,
        payload_type: [0, 8, 9, 13, 18, 96, 101, 127][random.below(8)],
        sequence: random.next() as u16,
        timestamp: random.next() as u32,
        ssrc: random.next() as u32,
    };
    let mut payload = [0; 200];
    random.fill(&mut payload);
    let length = random.below(payload.len());
    let length = write(&header, &payload[..length], buffer).unwrap();
    // Padding, extension and sources at random: the octets after the header then serve as those.
    buffer[0] = 0x80 | (random.next() as u8 & 0x3f & random.next() as u8);
    if length > 16 && random.below(2) == 0 {
        buffer[14..16].copy_from_slice(&[0, random.below(12) as u8]);
        buffer[length - 1] = random.below(12) as u8;
    }
    length
}

#[test]
fn the_fuzz_body_holds_over_random_and_damaged_packets() {
    let mut random = Random(0x1889);
    let mut accepted = 0;
    for iteration in 0..100_000 {
        let mut buffer = [0; 1600];
        let mut length = seed(&mut random, &mut buffer);
        match iteration % 4 {
            0 => length = random.below(length + 1),
            1 => {
                for _ in 0..=random.below(4) {
                    let (place, bit) = (random.below(length), random.below(8));
                    buffer[place] ^= 1 << bit;
                }
            }
            2 if iteration % 64 == 2 => {
                length = random.below(buffer.len() + 1);
                random.fill(&mut buffer[..length]);
            }
            _ => {}
        }
        accepted += u32::from(super::super::parse(&buffer[..length]).is_ok());
        fuzz::rtp(&buffer[..length]);
    }
    // Both roads must be well walked, else the body proves nothing.
    assert!((30_000..95_000).contains(&accepted), "{accepted} accepted");
}

#[test]
fn the_fuzz_body_holds_over_every_short_input_of_two_octets() {
    for first in 0..=255 {
        for second in 0..=255 {
            for length in [2, 11, 12, 13, 16, 1500, 9000, 9001] {
                let mut packet = [0; 9001];
                packet[..2].copy_from_slice(&[first, second]);
                if length < 20 || second % 64 == 0 {
                    fuzz::rtp(&packet[..length]);
                }
            }
        }
    }
    fuzz::rtp(&[]);
}

/// The twin: a parser that lies is caught by the body.
#[test]
fn the_fuzz_body_refuses_a_reason_that_the_octets_do_not_show() {
    let plain = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2];
    for kind in RtpFault::ALL {
        assert!(std::panic::catch_unwind(|| fuzz::refused(&plain, kind)).is_err(), "{kind:?}");
    }
}
