//! Pure: a phone of the hall knows a whole stream from one that is not, and each tone by its level.

use super::heard::Heard;
use super::phone::{PACKET, frequency};
use media_core::codec::{AudioEncoder, G711Encoder, Law};
use media_core::rtp::RtpHeader;

fn packet(level: f32) -> [u8; PACKET] {
    let turn = std::f32::consts::TAU * frequency(2) as f32 / 8_000.0;
    let pcm: Vec<f32> = (0..PACKET).map(|at| level * (turn * at as f32).sin()).collect();
    let mut payload = [0; PACKET];
    G711Encoder::new(Law::Mu).encode_into(&pcm, &mut payload).unwrap();
    payload
}

fn heard(numbers: impl Iterator<Item = u16>, level: impl Fn(u16) -> f32) -> Heard {
    let mut heard = Heard::default();
    for sequence in numbers {
        let timestamp = u32::from(sequence) * PACKET as u32;
        let header = RtpHeader { marker: false, payload_type: 0, sequence, timestamp, ssrc: 1 };
        heard.packet(&header, &packet(level(sequence)));
    }
    heard
}

#[test]
fn a_stream_is_whole_or_has_gaps() {
    assert_eq!(heard(0..100, |_| 0.1).gaps, 0);
    assert_eq!(heard((0..100).filter(|n| *n != 50), |_| 0.1).gaps, 1, "one is missing");
    assert_eq!(heard((0..100).chain([99]), |_| 0.1).gaps, 1, "one came twice");
    let mut foreign = heard(0..10, |_| 0.1);
    let header = RtpHeader { marker: false, payload_type: 8, sequence: 10, timestamp: 1_600, ssrc: 1 };
    foreign.packet(&header, &packet(0.1));
    foreign.packet(&RtpHeader { payload_type: 0, ..header }, &[0; 80]);
    assert_eq!((foreign.packets, foreign.foreign), (10, 2));
}

#[test]
fn a_tone_is_known_by_its_level_each_second() {
    let stream = heard(0..200, |n| if n < 100 { 0.2 } else { 0.1 });
    let levels = stream.levels(frequency(2), 1);
    assert_eq!(levels.len(), 3);
    for (level, expected) in levels.iter().zip([0.2, 0.1, 0.1]) {
        assert!((level / expected - 1.0).abs() < 0.02, "{levels:?}");
    }
    assert!(stream.levels(frequency(3), 0).iter().all(|level| *level < 0.002), "another tone");
}
