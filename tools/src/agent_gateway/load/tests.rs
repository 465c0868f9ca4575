//! Pure: the noise by which calls are compared.

use super::noise;
use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};

#[test]
fn noise_comes_through_as_it_was_and_is_unlike_any_other() {
    let said = noise::octets(3, 100, 8_000);
    let mut pcm = vec![0.0; said.len()];
    G711Decoder::new(Law::Mu).decode_into(&said, &mut pcm).unwrap();
    let linear: Vec<f32> = pcm.iter().map(|x| f32::from((x * 32_768.0) as i16) / 32_768.0).collect();
    let mut heard = vec![0; said.len()];
    G711Encoder::new(Law::Mu).encode_into(&linear, &mut heard).unwrap();
    assert_eq!(heard, said);
    assert_eq!(noise::octets(3, 180, 80), said[80..160]);
    let alike = said.iter().zip(noise::octets(4, 100, 8_000)).filter(|(a, b)| **a == *b).count();
    assert!(alike < 80, "{alike} of 8,000");
}
