//! Noise, and samples as octets of µ-law, to be compared one by one.

use super::random::Random;
use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};

/// Noise: each sample is another, so that one that is missing is seen.
pub fn noise(samples: usize, seed: u64) -> Vec<f32> {
    let mut random = Random(seed);
    (0..samples).map(|_| (random.below(65_536) as f32 / 32_768.0 - 1.0) * 0.5).collect()
}

/// As a phone is sent it.
pub fn mu_law(pcm: &[f32]) -> Vec<u8> {
    let mut octets = vec![0; pcm.len()];
    G711Encoder::new(Law::Mu).encode_into(pcm, &mut octets).unwrap();
    octets
}

/// As a phone plays it.
pub fn linear(octets: &[u8]) -> Vec<f32> {
    let mut pcm = vec![0.0; octets.len()];
    G711Decoder::new(Law::Mu).decode_into(octets, &mut pcm).unwrap();
    pcm
}
