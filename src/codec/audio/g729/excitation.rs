//! Real-time: the excitation of the past and of the present frame, and the adaptive codebook that is read from it:
//! interpolation at thirds of a sample, equation (40).

use super::arith::{mac, round};
use super::lag::Lag;
use super::tables::INTERPOLATION;
use super::{FRAME, SUBFRAME, Subframe};
use std::ops::RangeInclusive;

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

/// The same in the order of the samples, and the largest sample of which no sum over the taps can leave 32 bits.
const fn ascending() -> [([i16; 2 * TAPS], i16); 3] {
    let mut all = [([0; 2 * TAPS], 0); 3];
    let phases = phases();
    let mut phase = 0;
    while phase < 3 {
        let (mut tap, mut sum) = (0, 0);
        while tap < TAPS {
            let [past, future] = [phases[phase][2 * tap], phases[phase][2 * tap + 1]];
            all[phase].0[TAPS - 1 - tap] = past;
            all[phase].0[TAPS + tap] = future;
            sum += (past as i32).abs() + (future as i32).abs();
            tap += 1;
        }
        let peak = (i32::MAX - 0x8000) / (2 * sum);
        all[phase].1 = if peak < i16::MAX as i32 { peak as i16 } else { i16::MAX };
        phase += 1;
    }
    all
}

static ASCENDING: [([i16; 2 * TAPS], i16); 3] = ascending();

/// Sum over the taps, saturating at each step in the order of [`PHASES`].
fn interpolated(window: &[i16; 2 * TAPS], phase: usize) -> i32 {
    let (past, future) = window.split_at(TAPS);
    let pairs = past.iter().rev().zip(future).zip(PHASES[phase].as_chunks::<2>().0);
    pairs.fold(0, |sum, ((&p, &f), &[a, b])| mac(mac(sum, p, a), f, b))
}

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

    /// All samples of a subframe delayed by any of these lags.
    pub fn between(&self, at: usize, lags: &RangeInclusive<i16>) -> &[i16] {
        let [longest, shortest] = [lags.end(), lags.start()].map(|&lag| PAST + at - lag as usize);
        &self.samples[longest..shortest + SUBFRAME]
    }

    /// Puts the past at a lag into the subframe: the adaptive codebook's vector. Lags shorter than a subframe read what
    /// was put there a moment before.
    pub fn interpolate(&mut self, at: usize, lag: Lag) {
        let (phase, start) = match lag.thirds {
            1 => (2, lag.whole + 1),
            0 => (0, lag.whole),
            _ => (1, lag.whole),
        };
        let (taps, peak) = &ASCENDING[phase];
        // The first sample that is read; a lag of the codec is never too long.
        let Some(first) = (PAST + at + 1).checked_sub(start as usize + TAPS) else { return };
        let range = |samples: &[i16]| samples.iter().fold((0, 0), |(a, b): (i16, i16), &x| (a.min(x), b.max(x)));
        let (least, most) = range(&self.samples[first..first + SUBFRAME + 2 * TAPS - 1]);
        let mut small = least >= -peak && most <= *peak;
        for n in 0..SUBFRAME {
            let Some(window) = self.samples[first + n..].first_chunk::<{ 2 * TAPS }>() else { return };
            let value = if small {
                let sum: i32 = window.iter().zip(taps).map(|(&x, &tap)| i32::from(x) * i32::from(tap)).sum();
                ((2 * sum + 0x8000) >> 16) as i16
            } else {
                round(interpolated(window, phase))
            };
            small &= (-peak..=*peak).contains(&value);
            self.samples[PAST + at + n] = value;
        }
    }

    /// The subframe holds the adaptive vector: adds the fixed one, both with their gains (Q14, Q1); code in Q13.
    pub fn mix(&mut self, at: usize, pitch_gain: i16, code: &Subframe, code_gain: i16) {
        for (sample, &pulse) in self.subframe_mut(at).iter_mut().zip(code) {
            let sum = i64::from(i32::from(*sample) * i32::from(pitch_gain))
                + i64::from(i32::from(pulse) * i32::from(code_gain));
            // Doubled twice and rounded: what saturates in between does so at the end as well.
            *sample = ((sum + 0x2000) >> 14).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
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
