//! Real-time: the gain in dB that brings a talker to the target: it moves only while there is speech, quickly while it is
//! far off, and hardly once it is there; as quickly as it is sure that it is speech; and it falls quicker than it rises.

use super::AgcParams;
use super::conviction::Conviction;
use super::speech_level::SpeechLevel;

/// The probability of speech above which a block counts as speech.
const SPEECH: f32 = 0.5;
/// Part of the way that the gain moves in a block of speech: a time constant of 100 ms.
const APPROACH: f64 = 0.1;
/// And where it is that much too high in dB: of 60 ms.
const APPROACH_DOWN: f64 = 0.15;
const FAR_DB: f64 = 4.0;
/// dB per block at most: 140 dB/s up, 200 dB/s down.
const FASTEST_UP: f64 = 1.4;
const FASTEST_DOWN: f64 = 2.0;
/// Blocks of speech before the gain rises: the first syllable's beginning says little.
const PATIENCE: u32 = 12;
/// Over so many blocks speech may be so much louder than the target, in dB, before the gain gives way at once.
const BURSTS: [(usize, f64); 2] = [(10, 9.0), (40, 6.0)];
/// Part of the way and dB per block at most that it gives way.
const GIVE_WAY: f64 = 0.5;
const GIVE_WAY_FASTEST: f64 = 5.0;

/// A gain that follows a talker.
///
/// Example: [`GainControl`](crate::processing::GainControl).
#[derive(Debug, Clone)]
pub struct Leveler {
    level: SpeechLevel,
    conviction: Conviction,
    gain_db: f64,
}

impl Default for Leveler {
    /// At unity.
    fn default() -> Self {
        Self { level: SpeechLevel::new(), conviction: Conviction::default(), gain_db: 0.0 }
    }
}

impl Leveler {
    /// Takes the K-weighted mean square of 10 ms of input and the probability of speech in it. Returns the gain in dB for
    /// the end of the block.
    pub fn update(&mut self, power: f64, voice: f32, params: &AgcParams) -> f64 {
        self.level.update(power, voice >= SPEECH, self.conviction.holds());
        self.conviction.update(voice, self.level.sustained());
        let (low, high) = (-f64::from(params.most_attenuation_db), f64::from(params.most_gain_db));
        if let (true, Some(level)) = (self.level.speaking(), self.level.level()) {
            let target = f64::from(params.target_lufs);
            let wanted = target - level;
            let mut bearable = f64::MAX;
            for (blocks, louder) in BURSTS {
                bearable = bearable.min(target + louder - self.level.recent(blocks));
            }
            if self.gain_db > bearable {
                self.gain_db -= (GIVE_WAY * (self.gain_db - bearable)).min(GIVE_WAY_FASTEST);
            }
            let far = wanted.min(bearable.max(self.gain_db)).clamp(low, high) - self.gain_db;
            let approach = if far < -FAR_DB { APPROACH_DOWN } else { APPROACH };
            let step = (approach * far).clamp(-FASTEST_DOWN, FASTEST_UP) * self.conviction.pace();
            if step < 0.0 || self.level.blocks() >= PATIENCE {
                self.gain_db += step;
            }
        }
        self.gain_db = self.gain_db.clamp(low, high);
        self.gain_db
    }

    /// Whether the last block was speech above the noise.
    pub fn speaking(&self) -> bool {
        self.level.speaking()
    }

    /// The gain in dB.
    pub fn gain_db(&self) -> f64 {
        self.gain_db
    }

    /// At unity again.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}
