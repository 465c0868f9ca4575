//! Pure: sounds for the tests: a source like speech, rooms with an exponential decay, levels.

use crate::types::SampleRate;

/// A small generator of its own, so that each run is the same.
pub struct Random(pub u64);

impl Random {
    /// Uniform, -1..1.
    pub fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / 8_388_608.0 - 1.0
    }
}

/// Speech-like: syllables of 0.1 to 0.3 s with pauses, voiced (pulses of gliding pitch through three resonances that
/// change with each syllable) or hissing. About -23 dBFS while it speaks.
pub fn speech(rate: SampleRate, seconds: f32, seed: u64) -> Vec<f32> {
    let hz = rate.hz() as f32;
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let total = (seconds * hz) as usize;
    let mut out = Vec::with_capacity(total);
    while out.len() < total {
        let length = ((0.2 + 0.1 * random.next()) * hz) as usize;
        let pause = if random.next() > 0.6 { (0.25 * hz) as usize } else { (0.03 * hz) as usize };
        let voiced = random.next() > -0.6;
        let mut pitch = 130.0 + 60.0 * random.next() + 40.0 * (seed % 3) as f32;
        let glide = 1.0 + 0.3 * random.next() / length as f32;
        let formants = if voiced {
            [500.0 + 250.0 * random.next(), 1_500.0 + 600.0 * random.next(), 2_600.0 + 300.0 * random.next()]
        } else {
            [1_800.0, 2_600.0 + 300.0 * random.next(), 3_300.0]
        };
        let mut state = [[0.0f32; 2]; 3];
        let mut phase = 0.0;
        let syllable: Vec<f32> = (0..length)
            .map(|n| {
                phase += pitch / hz;
                pitch *= glide;
                let pulse = if phase >= 1.0 { 8.0 } else { 0.0 };
                phase -= phase.floor();
                let source = if voiced { pulse + 0.05 * random.next() } else { random.next() };
                let sum: f32 = formants
                    .iter()
                    .zip(&mut state)
                    .map(|(f, s)| {
                        let radius = (-std::f32::consts::PI * (60.0 + 0.05 * f) / hz).exp();
                        let y = source + 2.0 * radius * (std::f32::consts::TAU * f / hz).cos() * s[0]
                            - radius * radius * s[1];
                        *s = [y, s[0]];
                        y
                    })
                    .sum();
                sum * (std::f32::consts::PI * n as f32 / length as f32).sin()
            })
            .collect();
        let rms = (power(&syllable) + 1e-12).sqrt();
        out.extend(syllable.iter().map(|x| 0.07 * x / rms));
        out.extend(std::iter::repeat_n(0.0, pause));
    }
    out.truncate(total);
    out
}

/// A room: the direct sound after `delay_ms`, then noise that decays by 60 dB in `t60` seconds; an echo is `loss_db`
/// below the reference.
pub fn room(rate: SampleRate, delay_ms: f32, t60: f32, loss_db: f32, seed: u64) -> Vec<f32> {
    let hz = rate.hz() as f32;
    let mut random = Random(seed | 1);
    let delay = (delay_ms * hz / 1_000.0) as usize;
    let mut path = vec![0.0; delay];
    path.extend((0..(t60 * hz) as usize).map(|n| {
        let decay = 10f32.powf(-3.0 * n as f32 / (t60 * hz));
        if n == 0 { 1.0 } else { 0.25 * random.next() * decay }
    }));
    let energy: f32 = path.iter().map(|x| x * x).sum();
    let gain = 10f32.powf(-loss_db / 20.0) / energy.sqrt();
    path.iter().map(|x| x * gain).collect()
}

/// What a room makes of a sound.
pub fn through(path: &[f32], sound: &[f32]) -> Vec<f32> {
    (0..sound.len())
        .map(|n| path.iter().take(n + 1).enumerate().filter(|(_, h)| **h != 0.0).map(|(k, h)| h * sound[n - k]).sum())
        .collect()
}

/// Noise of that many dBFS.
pub fn hiss(samples: usize, dbfs: f32, seed: u64) -> Vec<f32> {
    let mut random = Random(seed | 1);
    let gain = 10f32.powf(dbfs / 20.0) * 3f32.sqrt();
    (0..samples).map(|_| gain * random.next()).collect()
}

/// Sample by sample.
pub fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// Mean power.
pub fn power(sound: &[f32]) -> f32 {
    sound.iter().map(|x| x * x).sum::<f32>() / sound.len().max(1) as f32
}

/// How much lower `after` is than `before`, in dB.
pub fn fall_db(before: &[f32], after: &[f32]) -> f32 {
    10.0 * ((power(before) + 1e-12) / (power(after) + 1e-12)).log10()
}
