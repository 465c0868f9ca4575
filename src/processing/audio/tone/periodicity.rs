//! Real-time: whether a faint, steady sound is a tone (or a few) and no noise: it is like itself some milliseconds ago.

#[cfg(test)]
mod tests;

use crate::processing::audio::time_stretch::correlation::dot;
use crate::types::SampleRate;

/// The rate that is looked at, in samples of a block, whatever the audio's.
const BLOCK: usize = 80;
/// Lags, in samples of that rate.
const SHORTEST: usize = 16;
const LAGS: usize = 85;
/// Samples before the newest block that the longest lag reaches back to.
const OLDER: usize = SHORTEST + LAGS;
/// Weight of a new block against the past.
const NEWEST: f32 = 0.125;
/// So much of the power has to come again.
const TONAL: f32 = 0.7;
/// Blocks after which it can be told.
const ENOUGH: u32 = 6;

/// Whether a faint, steady sound is a tone (or a few) and no noise: it is like itself some milliseconds ago.
///
/// The autocorrelation at lags of 2 to 12.5 ms, which have a period of any tone and of most chords in them, over the last
/// tenths of a second. Noise that is wider than 200 Hz is not like itself so long after.
///
/// Fixed size; every method is real-time safe.
#[derive(Debug, Clone)]
pub struct Periodicity {
    /// Samples that are averaged to one.
    thin: usize,
    /// The last blocks, oldest first.
    past: [f32; OLDER + BLOCK],
    power: f32,
    correlation: [f32; LAGS],
    heard: u32,
}

impl Periodicity {
    /// For audio of `rate`.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            thin: rate.block_samples() / BLOCK,
            past: [0.0; OLDER + BLOCK],
            power: 0.0,
            correlation: [0.0; LAGS],
            heard: 0,
        }
    }

    /// Takes a block of 10 ms; one that is not of its rate, or not finite, is left out.
    pub fn hear(&mut self, block: &[f32]) {
        if block.len() != self.thin * BLOCK || !block.iter().all(|x| x.is_finite()) {
            return;
        }
        self.past.rotate_left(BLOCK);
        let newest = self.past.get_mut(OLDER..).unwrap_or(&mut []);
        for (to, from) in newest.iter_mut().zip(block.chunks_exact(self.thin)) {
            *to = from.iter().sum::<f32>() / self.thin as f32;
        }
        self.heard = self.heard.saturating_add(1);
        // The first blocks have nothing before them.
        if self.heard * BLOCK as u32 <= OLDER as u32 {
            return;
        }
        let newest = self.past.get(OLDER..).unwrap_or(&[]);
        self.power += NEWEST * (dot(newest, newest) - self.power);
        for (lag, correlation) in (SHORTEST..).zip(&mut self.correlation) {
            let before = self.past.get(OLDER - lag..OLDER - lag + BLOCK).unwrap_or(&[]);
            *correlation += NEWEST * (dot(newest, before) - *correlation);
        }
    }

    /// Whether what was heard lately is a tone.
    pub fn is_tone(&self) -> bool {
        self.heard >= ENOUGH && self.correlation.iter().any(|c| *c > TONAL * self.power)
    }

    /// Forgets what it heard.
    pub fn reset(&mut self) {
        (self.power, self.correlation, self.heard) = (0.0, [0.0; LAGS], 0);
    }
}
