//! Pure: speech-like signals, each voice its own, after the idea of ITU-T P.50 (artificial voices): glottal pulses with a
//! wandering pitch or noise, through a vocal tract that moves from sound to sound, in syllables with short pauses.

use std::f32::consts::TAU;

use super::{RATE, level_dbov};

/// Mean level of a voice, dBov: the level that ITU-T P.830 clause 7.2.2 gives recorded speech.
const LEVEL: f32 = -26.0;

/// Formants of the sounds in Hz: five vowels of an average adult (rounded from Peterson and Barney, 1952).
const VOWELS: [[f32; 3]; 5] = [
    [730.0, 1090.0, 2440.0],
    [530.0, 1840.0, 2480.0],
    [270.0, 2290.0, 3010.0],
    [570.0, 840.0, 2410.0],
    [300.0, 870.0, 2240.0],
];
/// Bandwidths of the formants in Hz.
const BANDWIDTHS: [f32; 3] = [80.0, 100.0, 140.0];

/// Xorshift: the same voice at each run.
#[derive(Debug)]
struct Random(u32);

impl Random {
    /// Uniform within -1..1.
    fn signed(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / (u32::MAX / 2) as f32 - 1.0
    }

    fn unit(&mut self) -> f32 {
        self.signed().abs()
    }
}

/// A resonance: two poles.
#[derive(Debug, Default)]
struct Formant {
    y: [f32; 2],
}

impl Formant {
    fn pass(&mut self, x: f32, frequency: f32, bandwidth: f32) -> f32 {
        let r = (-std::f32::consts::PI * bandwidth / RATE as f32).exp();
        let a = 2.0 * r * (TAU * frequency / RATE as f32).cos();
        let y = (1.0 - r) * x + a * self.y[0] - r * r * self.y[1];
        self.y = [y, self.y[0]];
        y
    }
}

/// What is being said: a syllable, or a pause.
#[derive(Debug)]
struct Sound {
    left: usize,
    loudness: f32,
    voiced: bool,
    formants: [f32; 3],
}

impl Sound {
    fn next(random: &mut Random, tract: f32) -> Self {
        let pause = random.unit() < 0.15;
        let vowel = VOWELS[(random.unit() * 4.999) as usize];
        Self {
            left: RATE / 1000 * (90.0 + 130.0 * random.unit()) as usize,
            loudness: if pause { 0.003 } else { 0.4 + 0.6 * random.unit() },
            voiced: random.unit() < 0.75,
            formants: vowel.map(|f| (f * tract).min(3_400.0)),
        }
    }
}

/// Voice `number` (any) for so many samples at 8 kHz. Voices differ in pitch, tract and what they say.
pub fn voice(number: u32, samples: usize) -> Vec<f32> {
    let mut random = Random(0x9e37_79b9u32.wrapping_mul(2 * number + 1) | 1);
    // The first numbers of neighbouring seeds are alike.
    for _ in 0..16 {
        random.signed();
    }
    let base = 105.0 + 29.0 * (number % 5) as f32;
    let tract = 0.92 + 0.06 * (number % 4) as f32;
    let mut sound = Sound::next(&mut random, tract);
    let mut formants: [Formant; 3] = Default::default();
    let (mut phase, mut pitch, mut loudness, mut shape) = (0.0f32, base, 0.0f32, sound.formants);
    let mut said: Vec<f32> = (0..samples)
        .map(|_| {
            if sound.left == 0 {
                sound = Sound::next(&mut random, tract);
            }
            sound.left -= 1;
            // The mouth takes about 20 ms from one sound to the next.
            loudness += (sound.loudness - loudness) / 160.0;
            shape.iter_mut().zip(sound.formants).for_each(|(now, next)| *now += (next - *now) / 160.0);
            pitch = (pitch + 0.15 * random.signed() + (base - pitch) * 2e-4).clamp(0.6 * base, 1.6 * base);
            phase += pitch / RATE as f32;
            phase -= phase.floor();
            // A glottal flow that opens slowly and closes at once, or the noise of a fricative; always some breath.
            let breath = random.signed();
            let source = if sound.voiced { 1.0 - 2.0 * phase + 0.1 * breath } else { 0.5 * breath };
            let mouth = formants.iter_mut().zip(shape).zip(BANDWIDTHS);
            let out: f32 = mouth.map(|((formant, f), b)| formant.pass(source, f, b)).sum();
            loudness * out
        })
        .collect();
    let gain = 10f32.powf((LEVEL - level_dbov(&said)) / 20.0);
    said.iter_mut().for_each(|s| *s = (*s * gain).clamp(-0.9, 0.9));
    said
}
