//! Pure: L16: every sample value, both ways.

use super::*;

fn channels(n: u8) -> NonZeroU8 {
    NonZeroU8::new(n).unwrap()
}

#[test]
fn every_value_goes_through_unchanged() {
    let pcm: Vec<f32> = (i16::MIN..=i16::MAX).map(i16_to_f32).collect();
    let mut octets = vec![0; 2 * pcm.len()];
    assert_eq!(L16Encoder::new(channels(1)).encode_into(&pcm, &mut octets), Ok(octets.len()));
    assert_eq!(octets[..4], [0x80, 0x00, 0x80, 0x01], "network order");
    let mut back = vec![0.0; pcm.len()];
    assert_eq!(L16Decoder::new(8_000, channels(1)).decode_into(&octets, &mut back), Ok(pcm.len()));
    assert_eq!(back, pcm);
}

#[test]
fn channels_are_planar_here_and_interleaved_on_the_wire() {
    let pcm = [1, 2, 3, 257, 258, 259].map(i16_to_f32);
    let mut octets = [0; 12];
    assert_eq!(L16Encoder::new(channels(2)).encode_into(&pcm, &mut octets), Ok(12));
    assert_eq!(octets, [0, 1, 1, 1, 0, 2, 1, 2, 0, 3, 1, 3]);
    let mut back = [0.0; 6];
    assert_eq!(L16Decoder::new(48_000, channels(2)).decode_into(&octets, &mut back), Ok(3));
    assert_eq!(back, pcm);
}

#[test]
fn out_of_range_and_not_a_number() {
    let mut octets = [0; 6];
    L16Encoder::new(channels(1)).encode_into(&[2.0, -2.0, f32::NAN], &mut octets).unwrap();
    assert_eq!(octets, [0x7F, 0xFF, 0x80, 0x00, 0, 0]);
}

#[test]
fn wrong_sizes_are_typed() {
    let (mut encoder, mut decoder) = (L16Encoder::new(channels(2)), L16Decoder::new(16_000, channels(2)));
    assert_eq!(encoder.encode_into(&[0.0; 3], &mut [0; 6]), Err(CodecFault::BadFrame));
    assert_eq!(encoder.encode_into(&[0.0; 4], &mut [0; 7]), Err(CodecFault::ShortOutput));
    assert_eq!(encoder.encode_into(&[], &mut []), Ok(0));
    assert_eq!(decoder.decode_into(&[0; 6], &mut [0.0; 9]), Err(CodecFault::BadPayload));
    assert_eq!(decoder.decode_into(&[], &mut [0.0; 9]), Err(CodecFault::BadPayload));
    assert_eq!(decoder.decode_into(&[0; 8], &mut [0.0; 3]), Err(CodecFault::ShortOutput));
}

#[test]
fn a_block_is_ten_milliseconds() {
    assert_eq!(L16Decoder::new(16_000, channels(2)).block_octets(), Some(640));
    assert_eq!(L16Decoder::new(44_100, channels(1)).block_octets(), Some(882));
    assert_eq!(L16Decoder::new(11_025, channels(1)).block_octets(), None);
}
