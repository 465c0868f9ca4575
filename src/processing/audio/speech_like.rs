//! Pure: signals for the tests of speech processing: a speech-like voice whose pauses are known, and noises.
//!
//! The voice is pulses of a gliding pitch (and breath) through three moving formants, syllable by syllable, with pauses
//! between phrases. No recording, but periodic, modulated and coloured as speech is, at any rate.

use crate::types::SampleRate;
use std::f32::consts::TAU;

/// A voice and, per block of 10 ms, whether it speaks.
pub(crate) struct Voice {
    pub(crate) samples: Vec<f32>,
    pub(crate) speaks: Vec<bool>,
}

/// Uniform noise from -1 to 1.
pub(crate) struct Random(u32);

impl Random {
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(2_654_435_761).wrapping_add(0x9e37_79b9) | 1)
    }

    pub(crate) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as f32 / (u32::MAX / 2) as f32 - 1.0
    }

    /// From `low` to `high`.
    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.next() * 0.5 + 0.5)
    }
}

/// White noise of the given root mean square.
pub(crate) fn white(samples: usize, rms: f32, seed: u32) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..samples).map(|_| random.next() * rms * 3.0_f32.sqrt()).collect()
}

/// A resonance of the second order.
#[derive(Default)]
struct Formant {
    y1: f32,
    y2: f32,
}

impl Formant {
    fn run(&mut self, x: f32, hz: f32, width: f32, rate: f32) -> f32 {
        let r = (-TAU / 2.0 * width / rate).exp();
        let y = (1.0 - r) * x + 2.0 * r * (TAU * hz / rate).cos() * self.y1 - r * r * self.y2;
        (self.y2, self.y1) = (self.y1, y);
        y
    }
}

/// A voice of so many seconds at about -24 dB of full scale while it speaks: phrases of 1 to 2 s, pauses of 0.5 to 1 s;
/// it begins with a pause of 1 s.
pub(crate) fn voice(rate: SampleRate, seconds: f32, seed: u32) -> Voice {
    let hz = rate.hz() as f32;
    let total = (seconds * 100.0) as usize * rate.block_samples();
    let mut random = Random::new(seed);
    let (mut samples, mut speaks) =
        (vec![0.0; (hz * 1.0) as usize / rate.block_samples() * rate.block_samples()], vec![]);
    speaks.resize(samples.len() / rate.block_samples(), false);
    let mut formants: [Formant; 3] = Default::default();
    let (mut phase, base) = (0.0_f32, random.between(95.0, 210.0));
    while samples.len() < total {
        let syllables = random.between(5.0, 9.0) as usize;
        for n in 0..syllables {
            let blocks = random.between(13.0, 24.0) as usize;
            let (f1, f2, f3) = (random.between(300.0, 750.0), random.between(900.0, 2_200.0), 2_600.0);
            let pitch = base * (1.15 - 0.3 * n as f32 / syllables as f32) * random.between(0.95, 1.05);
            let length = blocks * rate.block_samples();
            for i in 0..length {
                let t = i as f32 / length as f32;
                phase += pitch * (1.0 + 0.06 * (TAU * 0.5 * t).sin()) / hz;
                let pulse = if phase >= 1.0 { (hz / 120.0).sqrt() } else { 0.0 };
                phase -= phase.floor();
                let source = pulse + 0.04 * random.next();
                let shape = (TAU / 2.0 * t).sin().max(0.0).sqrt();
                let y = formants[0].run(source, f1, 80.0, hz)
                    + 0.5 * formants[1].run(source, f2, 110.0, hz)
                    + 0.25 * formants[2].run(source, f3, 160.0, hz);
                samples.push(shape * y);
            }
            speaks.resize(samples.len() / rate.block_samples(), true);
        }
        let pause = random.between(50.0, 100.0) as usize;
        samples.resize(samples.len() + pause * rate.block_samples(), 0.0);
        speaks.resize(samples.len() / rate.block_samples(), false);
    }
    samples.truncate(total);
    speaks.truncate(total / rate.block_samples());
    let spoken = speaks.iter().filter(|s| **s).count() * rate.block_samples();
    let power = samples.iter().map(|x| x * x).sum::<f32>() / spoken.max(1) as f32;
    let scale = 10.0_f32.powf(-24.0 / 20.0) / power.sqrt();
    samples.iter_mut().for_each(|x| *x *= scale);
    Voice { samples, speaks }
}

/// Root mean square of what `select` selects of the samples, block by block.
pub(crate) fn rms(samples: &[f32], block: usize, select: impl Fn(usize) -> bool) -> f32 {
    let chosen = samples.chunks_exact(block).enumerate().filter(|(n, _)| select(*n));
    let (sum, count) = chosen.fold((0.0_f64, 0), |(sum, count), (_, b)| {
        (sum + b.iter().map(|x| f64::from(x * x)).sum::<f64>(), count + b.len())
    });
    (sum / count.max(1) as f64).sqrt() as f32
}

/// Area under the receiver's curve: how often a block of speech has a higher score than one without.
pub(crate) fn area(scores: &[f32], truth: &[bool]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len().min(truth.len())).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let (mut ranks, mut start) = (0.0, 0);
    while start < order.len() {
        let mut end = start;
        while end < order.len() && scores[order[end]] == scores[order[start]] {
            end += 1;
        }
        // Equal scores share the mean of their ranks.
        let rank = (start + end + 1) as f64 / 2.0;
        ranks += rank * order[start..end].iter().filter(|i| truth[**i]).count() as f64;
        start = end;
    }
    let positive = order.iter().filter(|i| truth[**i]).count() as f64;
    (ranks - positive * (positive + 1.0) / 2.0) / (positive * (order.len() as f64 - positive))
}
