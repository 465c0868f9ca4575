//! What phones hear when nobody talks, made here at 8 kHz: other programs made the noises that gain control was tuned on.

use super::RATE;
use super::support::random::Random;
use super::support::speech::voice;
use std::f32::consts::TAU;

/// From 0 to 1.
fn chance(random: &mut Random) -> f32 {
    random.below(1 << 20) as f32 / (1 << 20) as f32
}

fn white(random: &mut Random) -> f32 {
    2.0 * chance(random) - 1.0
}

fn samples(seconds: f32) -> usize {
    (seconds * RATE as f32) as usize
}

/// Adds `sound` (of a time in seconds) from sample `at` on for so long.
fn add(pcm: &mut [f32], at: usize, seconds: f32, mut sound: impl FnMut(f32) -> f32) {
    for (n, x) in pcm.iter_mut().skip(at).take(samples(seconds)).enumerate() {
        *x += sound(n as f32 / RATE as f32);
    }
}

/// Key strokes: a click with two resonances at the press, a weaker one at the release.
fn typing(pcm: &mut [f32], random: &mut Random) {
    let mut at = 0;
    while at < pcm.len() {
        let hz = [400.0 + 900.0 * chance(random), 1_500.0 + 2_000.0 * chance(random)];
        for (delay, strength) in [(0.0, 1.0), (0.07, 0.4)] {
            add(pcm, at + samples(delay), 0.04, |t| {
                let ring = hz.iter().map(|hz| (TAU * hz * t).sin()).sum::<f32>() * (-t / 0.006).exp();
                strength * (white(random) * (-t / 0.004).exp() + ring)
            });
        }
        at += samples(0.1 + 0.15 * chance(random) + if random.below(9) == 0 { 0.7 } else { 0.0 });
    }
}

/// Breath into a microphone: in, out, a rest; noise through a wandering low-pass filter.
fn breathing(pcm: &mut [f32], random: &mut Random) {
    let mut at = 0;
    while at < pcm.len() {
        for (seconds, pole) in [(1.2, 0.4), (1.5, 0.2)] {
            let mut low = 0.0;
            add(pcm, at, seconds, |t| {
                low += pole * (white(random) - low);
                low * (TAU / 2.0 * t / seconds).sin().max(0.0).powi(2)
            });
            at += samples(seconds + 0.3);
        }
        at += samples(0.5 + 0.6 * chance(random));
    }
}

/// Chords of plucked strings with a melody and a drum.
fn music(pcm: &mut [f32], random: &mut Random) {
    for beat in 0..pcm.len() / samples(0.4) {
        let root = 131.0 * 2f32.powf(random.below(8) as f32 / 12.0);
        for (part, strength) in [(1.0, 0.5), (1.26, 0.4), (1.5, 0.4), (2.0 + 0.5 * random.below(4) as f32, 1.0)] {
            let string =
                |t: f32| (1u8..7).map(|h| (TAU * root * part * t * f32::from(h)).sin() / f32::from(h)).sum::<f32>();
            add(pcm, beat * samples(0.4), 0.9, |t| strength * string(t) * (-t / 0.3).exp());
        }
        add(pcm, beat * samples(0.4), 0.1, |t| white(random) * (-t / 0.02).exp());
    }
}

/// A road: rumble that swells as cars pass.
fn traffic(pcm: &mut [f32], random: &mut Random) {
    let mut low = 0.0;
    for (n, x) in pcm.iter_mut().enumerate() {
        low += 0.12 * (white(random) - low);
        let t = n as f32 / RATE as f32;
        *x = low * (0.2 + (TAU * 0.17 * t).sin().max(0.0) + 0.6 * (TAU * 0.29 * t + 1.0).sin().max(0.0));
    }
}

/// Mains hum with its harmonics, which comes and goes.
fn hum(pcm: &mut [f32], random: &mut Random) {
    for (n, x) in pcm.iter_mut().enumerate() {
        let t = n as f32 / RATE as f32;
        let tones: f32 = [50.0, 100.0, 150.0, 250.0, 350.0].iter().map(|hz| (TAU * hz * t).sin()).sum();
        *x = tones * if t % 3.0 < 2.0 { 1.0 } else { 0.1 } + 0.02 * white(random);
    }
}

/// Fourteen voices at once.
fn babble(pcm: &mut [f32], _: &mut Random) {
    for number in 20..34 {
        pcm.iter_mut().zip(voice(number, 12.0)).for_each(|(x, voice)| *x += voice);
    }
}

type Make = fn(&mut [f32], &mut Random);

/// Each by its name.
pub const NOISES: [(&str, Make); 6] = [
    ("typing", typing),
    ("breathing", breathing),
    ("music", music),
    ("traffic", traffic),
    ("hum", hum),
    ("babble", babble),
];

/// So many seconds (12 at most) at a root mean square of `dbov`, over a faint line.
pub fn made(make: Make, seconds: f32, dbov: f32, seed: u64) -> Vec<f32> {
    let (mut pcm, mut random) = (vec![0.0; samples(seconds)], Random(seed));
    make(&mut pcm, &mut random);
    let scale = 10f32.powf((dbov - super::level(&pcm)) / 20.0);
    pcm.iter().map(|x| x * scale + 1e-4 * white(&mut random)).collect()
}
