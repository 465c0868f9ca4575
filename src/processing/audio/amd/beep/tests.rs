//! Pure: beeps of many frequencies, and what is none.

use super::{BLOCK, Beep, Heard};
use crate::processing::audio::speech_like;
use crate::types::SampleRate;
use std::f32::consts::TAU;

/// What is found in samples at 8 kHz.
fn found(pcm: &[f32]) -> Vec<Heard> {
    let mut beep = Beep::default();
    let silence = vec![0.0; 4 * BLOCK];
    let all: Vec<f32> = pcm.iter().copied().chain(silence).collect();
    all.chunks_exact(BLOCK).filter_map(|block| beep.update(block.try_into().unwrap())).collect()
}

fn tone(hz: f32, seconds: f32, strength: f32, noise: f32) -> Vec<f32> {
    let sine = |n: usize| strength * (TAU * hz * n as f32 / 8_000.0).sin();
    let white = speech_like::white((seconds * 8_000.0) as usize, noise, 7);
    white.iter().enumerate().map(|(n, x)| sine(n) + x).collect()
}

#[test]
fn beeps_of_machines_are_found_with_frequency_and_length() {
    for hz in [400.0, 440.0, 852.0, 1_000.0, 1_400.0, 2_000.0] {
        for (seconds, strength, noise) in [(0.2, 0.3, 0.0), (0.5, 0.05, 0.003), (1.0, 0.01, 0.0)] {
            let heard = found(&tone(hz, seconds, strength, noise));
            let [Heard::Began, Heard::Ended { hz: found, length_ms }] = heard[..] else {
                panic!("{hz} Hz, {seconds} s, {strength}: {heard:?}")
            };
            assert!((f32::from(found) - hz).abs() < 0.02 * hz, "{hz}: {found}");
            assert!((length_ms as f32 - 1_000.0 * seconds).abs() < 35.0, "{hz}: {length_ms} of {seconds} s");
        }
    }
}

#[test]
fn speech_noise_short_and_double_tones_are_no_beeps() {
    for seed in 1..6 {
        assert_eq!(found(&speech_like::voice(SampleRate::Hz8000, 20.0, seed).samples), []);
    }
    assert_eq!(found(&speech_like::white(80_000, 0.1, 3)), []);
    assert_eq!(found(&tone(1_000.0, 0.1, 0.3, 0.0)), [], "too short");
    let two: Vec<f32> = tone(440.0, 1.0, 0.1, 0.0).iter().zip(tone(480.0, 1.0, 0.1, 0.0)).map(|(a, b)| a + b).collect();
    assert_eq!(found(&two), [], "ringback");
    assert_eq!(found(&tone(100.0, 1.0, 0.3, 0.0)), [], "hum");
    assert_eq!(found(&vec![0.3; 8_000]), []);
    let sweep: Vec<f32> = (0..8_000).map(|n| 0.3 * (0.05 * n as f32 + 4e-5 * (n * n) as f32).sin()).collect();
    assert_eq!(found(&sweep), [], "a glide");
}
