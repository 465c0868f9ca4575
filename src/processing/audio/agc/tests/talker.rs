//! Pure: a talker made here for the tests of gain control: harmonics under syllables, pauses with a little noise, and the
//! truth about where speech is.

use crate::processing::audio::agc::GainControl;
use crate::types::SampleRate;
use ebur128::{EbuR128, Mode};

/// A talk: 1.6 s of syllables, 0.8 s of pause, and so on.
pub struct Talk {
    pub rate: SampleRate,
    pub pcm: Vec<f32>,
}

/// Seconds of syllables, and of a round of syllables and pause.
const SPEECH: f64 = 1.6;
const ROUND: f64 = 2.4;

impl Talk {
    /// At that integrated loudness; samples over full scale are cut, as on a line.
    pub fn new(rate: SampleRate, seconds: usize, lufs: f64) -> Self {
        let mut seed = 3u32;
        let mut sample = |n: usize| {
            let t = n as f64 / f64::from(rate.hz());
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = 3e-3 * (f64::from(seed >> 8) / 16_777_216.0 - 0.5);
            // Syllables of 0.2 s, every other one weaker.
            let syllable = (std::f64::consts::PI * t / 0.2).sin().powi(2) * (0.7 + 0.3 * (t / 0.2).floor() % 2.0);
            let pitch = std::f64::consts::TAU * (120.0 * t - 8.0 * (2.0 * t).cos());
            let voice: f64 = (1..20).map(|h| (pitch * f64::from(h)).sin() / f64::from(h)).sum();
            (if t % ROUND < SPEECH { syllable * voice } else { 0.0 } + noise) as f32
        };
        let mut talk = Self { rate, pcm: (0..seconds * rate.hz() as usize).map(&mut sample).collect() };
        let gain = 10f64.powf((lufs - talk.lufs(0.0)) / 20.0) as f32;
        talk.pcm.iter_mut().for_each(|x| *x = (*x * gain).clamp(-1.0, 1.0));
        talk
    }

    /// Integrated loudness from a second on.
    pub fn lufs(&self, from_s: f64) -> f64 {
        let mut meter = EbuR128::new(1, self.rate.hz(), Mode::I).unwrap();
        meter.add_frames_f32(&self.pcm[(from_s * f64::from(self.rate.hz())) as usize..]).unwrap();
        meter.loudness_global().unwrap()
    }

    /// Whether block `n` is in speech.
    pub fn speech(n: usize) -> bool {
        (n as f64 / 100.0) % ROUND < SPEECH
    }

    /// What gain control makes of it, and the gain after each block.
    pub fn through(&self, agc: &mut (impl GainControl + ?Sized)) -> (Self, Vec<f32>) {
        let mut pcm = self.pcm.clone();
        let mut gains = Vec::new();
        for (n, block) in pcm.chunks_exact_mut(self.rate.block_samples()).enumerate() {
            agc.process(block, if Self::speech(n) { 0.9 } else { 0.1 }).unwrap();
            gains.push(agc.gain_db());
        }
        (Self { rate: self.rate, pcm }, gains)
    }

    /// The greatest magnitude.
    pub fn peak(&self) -> f32 {
        self.pcm.iter().fold(0.0, |peak, x| peak.max(x.abs()))
    }
}

/// A gain control that does nothing: the twin of every test.
pub struct Bypass;

impl GainControl for Bypass {
    fn process(&mut self, _: &mut [f32], _: f32) -> Result<(), crate::processing::stage::StageFault> {
        Ok(())
    }
    fn gain_db(&self) -> f32 {
        0.0
    }
    fn delay_samples(&self) -> usize {
        0
    }
    fn reset(&mut self) {}
}

/// The spread of loudness from 3 s on over talkers of −45 to −5 LUFS, and the mean.
pub fn spread(rate: SampleRate, mut make: impl FnMut() -> Box<dyn GainControl>) -> (f64, f64) {
    let level = |lufs: i32| Talk::new(rate, 8, f64::from(lufs)).through(&mut *make()).0.lufs(3.0);
    let levels: Vec<f64> = (-45..=-5).step_by(10).map(level).collect();
    let (low, high) = levels.iter().fold((f64::MAX, f64::MIN), |(l, h), &v| (l.min(v), h.max(v)));
    (high - low, levels.iter().sum::<f64>() / levels.len() as f64)
}
