//! Pure: noises that are made.

use crate::media_lab::barge_in::draw::Draw;
use crate::speech_like;
use media_core::types::SampleRate;

/// Which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Made {
    /// All frequencies alike.
    White,
    /// Less of the higher ones, 3 dB an octave: a fan, a road.
    Pink,
    /// Many who talk at once.
    Babble,
}

/// Those who talk at once.
const TALKERS: u32 = 12;

/// So many seconds of it, at any level.
#[must_use]
pub fn noise(kind: Made, rate: SampleRate, seconds: f64, seed: u64) -> Vec<f32> {
    let count = (seconds * f64::from(rate.hz())) as usize;
    let mut draw = Draw::new(seed ^ 0x006e_6f69_7365);
    let mut white = move || draw.between(-1.0, 1.0);
    match kind {
        Made::White => (0..count).map(|_| white()).collect(),
        Made::Pink => {
            // Sources of noise an octave apart, of the same power: each holds its value twice as long as the one before.
            let mut held = [0.0f32; 10];
            let step = |n: usize| {
                let due = |k: usize| n.is_multiple_of(1 << k);
                held.iter_mut().enumerate().filter(|(k, _)| due(*k)).for_each(|(_, held)| *held = white());
                held.iter().sum()
            };
            (0..count).map(step).collect()
        }
        Made::Babble => {
            let mut all = vec![0.0; count];
            for talker in 0..TALKERS {
                let number = (seed as u32).wrapping_mul(97).wrapping_add(1_000 + talker);
                let voice = speech_like::voice(rate, seconds as f32 + 1.5, number).samples;
                let spoken = voice.iter().skip(rate.hz() as usize);
                all.iter_mut().zip(spoken).for_each(|(sum, x)| *sum += x);
            }
            all
        }
    }
}
