//! Real-time: the beep of an answering machine: one steady tone of any frequency that machines use.
//!
//! For a sinusoid x(n) + x(n-2) = 2 cos(w) x(n-1): least squares over 10 ms give cos(w), and what is left over says how much of the
//! block is anything else. A voice's harmonics leave much, and its pitch does not stand still.

#[cfg(test)]
mod tests;

use crate::processing::audio::tone::BLOCK;
use std::f32::consts::TAU;

const RATE: f32 = 8_000.0;
/// Frequencies of beeps.
const LOWEST_HZ: f32 = 350.0;
const HIGHEST_HZ: f32 = 2_200.0;
/// Noise over tone at most (-14 dB), and power at least (-45 dBFS).
const NOISE: f32 = 0.04;
const FAINTEST: f32 = 3e-5;
/// How far one block may be from those before: in Hz and as a part of the frequency, and as a part of the power.
const DRIFT_HZ: f32 = 8.0;
const DRIFT: f32 = 0.01;
const SWELL: f32 = 1.6;
/// Blocks from which on it is a beep, and within a beep that may be spoilt.
const LEAST: u32 = 17;
const GAP: u32 = 2;

/// A beep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// It has lasted for long enough to be one.
    Began,
    /// It is over.
    Ended { hz: u16, length_ms: u32 },
}

/// Looks for one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Beep {
    /// The last two samples.
    past: [f32; 2],
    hz: f32,
    power: f32,
    blocks: u32,
    spoilt: u32,
}

impl Beep {
    /// Takes a block at 8 kHz.
    pub(super) fn update(&mut self, block: &[f32; BLOCK]) -> Option<Heard> {
        let tone = self.tone(block);
        let same = tone.is_some_and(|(hz, power)| {
            let ratio = power / self.power;
            (hz - self.hz).abs() <= DRIFT_HZ + DRIFT * self.hz && (1.0 / SWELL..=SWELL).contains(&ratio)
        });
        if same {
            let (hz, power) = tone?;
            self.blocks += self.spoilt + 1;
            self.spoilt = 0;
            self.hz += 0.2 * (hz - self.hz);
            self.power += 0.3 * (power - self.power);
            return (self.blocks.saturating_sub(1) < LEAST && self.blocks >= LEAST).then_some(Heard::Began);
        }
        self.spoilt += 1;
        if self.blocks >= LEAST && self.spoilt <= GAP {
            return None;
        }
        let ended = Heard::Ended { hz: self.hz as u16, length_ms: self.blocks * 10 };
        let was = self.blocks >= LEAST;
        (self.blocks, self.spoilt) = (0, 0);
        if let Some(tone) = tone {
            (self.blocks, (self.hz, self.power)) = (1, tone);
        }
        was.then_some(ended)
    }

    /// Whether one is under way.
    pub(super) const fn sounds(&self) -> bool {
        self.blocks >= LEAST
    }

    /// The block's frequency and power, if it is one tone.
    fn tone(&mut self, block: &[f32; BLOCK]) -> Option<(f32, f32)> {
        let [mut x2, mut x1] = self.past;
        let (mut cross, mut middle, mut outer, mut power) = (0.0, 0.0, 0.0, 0.0);
        for &x in block {
            let sum = x + x2;
            cross += sum * x1;
            middle += x1 * x1;
            outer += sum * sum;
            power += x * x;
            (x2, x1) = (x1, x);
        }
        self.past = [x2, x1];
        power /= BLOCK as f32;
        if power < FAINTEST {
            return None;
        }
        let twice = cross / middle.max(1e-12);
        let left = (outer - twice * cross).max(0.0) / BLOCK as f32;
        let noise = left / (2.0 + twice * twice);
        // Noise draws the estimate towards a quarter of the rate: it has no part in what neighbours have in common.
        let twice = cross / (middle - BLOCK as f32 * noise).max(1e-12);
        let hz = (0.5 * twice).clamp(-1.0, 1.0).acos() * RATE / TAU;
        ((LOWEST_HZ..=HIGHEST_HZ).contains(&hz) && noise < NOISE * power).then_some((hz, power))
    }
}
