//! Real-time: the excitation of the past and of the present frame, and the adaptive codebook that is read from it:
//! interpolation at thirds of a sample, equation (40).

use super::arith::{mac, product, round, shl};
use super::lag::Lag;
use super::tables::INTERPOLATION;
use super::{FRAME, SUBFRAME, Subframe};

/// Samples of the past: the longest lag, and what its interpolation reads before it.
pub const PAST: usize = 143 + 11;

/// Taps on each side.
const TAPS: usize = 10;

/// Excitation: the past, then the present frame.
#[derive(Debug, Clone)]
pub struct Excitation {
    samples: [i16; PAST + FRAME],
}

impl Default for Excitation {
    fn default() -> Self {
        Self { samples: [0; PAST + FRAME] }
    }
}

/// Taps of each fraction in the order in which they are summed: past, future, past, … The fraction is that of a delay.
const fn phases() -> [[i16; 2 * TAPS]; 3] {
    let mut phases = [[0; 2 * TAPS]; 3];
    let mut fraction = 0;
    while fraction < 3 {
        let mut tap = 0;
        while tap < TAPS {
            phases[fraction][2 * tap] = INTERPOLATION[fraction + 3 * tap];
            phases[fraction][2 * tap + 1] = INTERPOLATION[3 - fraction + 3 * tap];
            tap += 1;
        }
        fraction += 1;
    }
    phases
}

static PHASES: [[i16; 2 * TAPS]; 3] = phases();

impl Excitation {
    /// The present frame.
    pub fn frame(&self) -> &[i16; FRAME] {
        self.samples.last_chunk().unwrap_or(&[0; FRAME])
    }

    /// The present frame, to be written.
    pub fn frame_mut(&mut self) -> &mut [i16] {
        &mut self.samples[PAST..]
    }

    /// A subframe of the present frame, which begins at `at`.
    pub fn subframe(&self, at: usize) -> &Subframe {
        self.samples[PAST + at..].first_chunk().unwrap_or(&[0; SUBFRAME])
    }

    /// The same, to be written.
    pub fn subframe_mut(&mut self, at: usize) -> &mut [i16] {
        &mut self.samples[PAST + at..PAST + at + SUBFRAME]
    }

    /// The samples `lag` before a subframe; they may reach into it.
    pub fn delayed(&self, at: usize, lag: i16) -> &[i16] {
        let start = PAST + at - lag as usize;
        &self.samples[start..start + SUBFRAME]
    }

    /// Puts the past at a lag into the subframe: the adaptive codebook's vector. Lags shorter than a subframe read what
    /// was put there a moment before.
    pub fn interpolate(&mut self, at: usize, lag: Lag) {
        let (phase, start) = match lag.thirds {
            1 => (2, lag.whole + 1),
            0 => (0, lag.whole),
            _ => (1, lag.whole),
        };
        let taps = &PHASES[phase];
        let origin = PAST + at - start as usize;
        for n in 0..SUBFRAME {
            let centre = origin + n;
            let window = &self.samples[centre + 1 - TAPS..=centre + TAPS];
            let (past, future) = window.split_at(TAPS);
            let pairs = past.iter().rev().zip(future).zip(taps.as_chunks::<2>().0);
            let sum = pairs.fold(0, |sum, ((&p, &f), &[a, b])| mac(mac(sum, p, a), f, b));
            self.samples[PAST + at + n] = round(sum);
        }
    }

    /// The subframe holds the adaptive vector: adds the fixed one, both with their gains (Q14, Q1); code in Q13.
    pub fn mix(&mut self, at: usize, pitch_gain: i16, code: &Subframe, code_gain: i16) {
        for (sample, &pulse) in self.subframe_mut(at).iter_mut().zip(code) {
            *sample = round(shl(mac(product(*sample, pitch_gain), pulse, code_gain), 1));
        }
    }

    /// A quarter of everything: the synthesis overflowed.
    pub fn scale_down(&mut self) {
        self.samples.iter_mut().for_each(|sample| *sample >>= 2);
    }

    /// The present becomes the past.
    pub fn advance(&mut self) {
        self.samples.copy_within(FRAME.., 0);
    }
}
