//! Real-time: the front end of the tone detectors: the power and phase of eight frequencies, every 5 ms, at 8 kHz.
//!
//! A *look* is a Fourier sum over 10 ms under a Hann window, one every 5 ms. That is short enough to time a digit to a
//! few ms and to lose only three looks to a click, and long enough to keep a row of DTMF apart from a column (the next
//! one is 268 Hz away: −31 dB). What makes it selective is done later, over the phases of several looks. The sums are
//! plain products with tables, eight frequencies side by side; since the window is symmetric, its two halves are folded
//! first.

#[cfg(test)]
mod tests;

use super::narrow::BLOCK;
use multiversion::multiversion;
use std::f64::consts::TAU;

/// How many frequencies a bank looks at.
pub const FREQUENCIES: usize = 8;
/// Samples from one look to the next (5 ms).
pub const HOP: usize = BLOCK / 2;
/// Milliseconds from one look to the next.
pub const HOP_MS: u16 = 5;
/// Looks in a block of 10 ms.
pub const LOOKS: usize = 2;

const RATE: f64 = 8_000.0;

/// What eight frequencies had in 10 ms.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Look {
    /// Real part of each frequency's phasor, whose squared magnitude is the power of a sine (half its amplitude squared).
    pub re: [f32; FREQUENCIES],
    /// Imaginary part.
    pub im: [f32; FREQUENCIES],
    /// Its squared magnitude.
    pub power: [f32; FREQUENCIES],
    /// The mean square of all that sounded, under the same window squared: a pure tone has `power` = `total`.
    pub total: f32,
}

/// Eight frequencies.
#[derive(Debug, Clone)]
pub struct ToneBank {
    table: Box<[[f32; 2 * FREQUENCIES]; HOP]>,
    square: [f32; HOP],
    /// The phase by which each frequency turns in a hop, conjugated.
    turn_back: [(f32, f32); FREQUENCIES],
    hz: [f32; FREQUENCIES],
    late: [f32; HOP],
}

impl ToneBank {
    /// A bank for these frequencies in Hz, below 4,000. Control side: it allocates.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn new(hz: [f32; FREQUENCIES]) -> Self {
        // Distance of a sample from the middle of the window, in samples: 0.5, 1.5, …
        let away = |n: usize| n as f64 + 0.5;
        let window = |n: usize| 0.5 + 0.5 * (TAU * away(n) / (2 * HOP) as f64).cos();
        let (sum, power) = (0..HOP).fold((0.0, 0.0), |(s, p), n| (s + 2.0 * window(n), p + 2.0 * window(n).powi(2)));
        let mut table = Box::new([[0.0; 2 * FREQUENCIES]; HOP]);
        let mut square = [0.0; HOP];
        for (n, (row, square)) in table.iter_mut().zip(&mut square).enumerate() {
            // e² + o² of the folded halves is twice the sum of their squares.
            *square = (window(n).powi(2) / power / 2.0) as f32;
            for (k, &hz) in hz.iter().enumerate() {
                let phase = TAU * f64::from(hz) / RATE * away(n);
                let scale = 2f64.sqrt() * window(n) / sum;
                (row[k], row[k + FREQUENCIES]) = ((scale * phase.cos()) as f32, (-scale * phase.sin()) as f32);
            }
        }
        let turn_back = hz.map(|hz| {
            let turn = TAU * f64::from(hz) / RATE * HOP as f64;
            (turn.cos() as f32, -turn.sin() as f32)
        });
        Self { table, square, turn_back, hz, late: [0.0; HOP] }
    }

    /// Nominal frequency `k` in Hz.
    pub fn hz(&self, k: usize) -> f32 {
        self.hz.get(k).copied().unwrap_or_default()
    }

    /// The next two looks: the first is centred 5 ms before the block's second half begins, the other 5 ms later.
    /// Samples have to be finite.
    pub fn looks(&mut self, block: &[f32; BLOCK]) -> [Look; LOOKS] {
        let (first, second) = block.split_at(HOP);
        let looks =
            [look(&self.table, &self.square, &self.late, first), look(&self.table, &self.square, first, second)];
        self.late.copy_from_slice(second);
        looks
    }

    /// By how much frequency `k` turned from `before` to `after` beyond its nominal turn, as a phasor whose magnitude is
    /// the geometric mean of both powers.
    pub fn turn(&self, k: usize, before: &Look, after: &Look) -> (f32, f32) {
        if k >= FREQUENCIES {
            return (0.0, 0.0);
        }
        let (a, b, turn) = ((after.re[k], after.im[k]), (before.re[k], -before.im[k]), self.turn_back[k]);
        product(product(a, b), turn)
    }

    /// [`Self::turn`] over several hops.
    pub fn turn_over(&self, k: usize, before: &Look, after: &Look, hops: usize) -> (f32, f32) {
        let Some(&turn) = self.turn_back.get(k) else { return (0.0, 0.0) };
        // One hop by `turn`, the others by its powers.
        (1..hops).fold(self.turn(k, before, after), |sum, _| product(sum, turn))
    }

    /// `value` turned back by what frequency `k` turns in a hop.
    pub fn turned_back(&self, k: usize, value: (f32, f32)) -> (f32, f32) {
        self.turn_back.get(k).map_or((0.0, 0.0), |turn| product(value, *turn))
    }

    /// `value` turned on by the same.
    pub fn turned_on(&self, k: usize, value: (f32, f32)) -> (f32, f32) {
        self.turn_back.get(k).map_or((0.0, 0.0), |turn| product(value, (turn.0, -turn.1)))
    }

    /// How far in Hz a turn of `(re, im)` per hop is from the nominal frequency.
    pub fn offset_hz(turn: (f32, f32)) -> f32 {
        turn.1.atan2(turn.0) / std::f32::consts::TAU * (RATE as f32 / HOP as f32)
    }

    /// The share of a tone's power that a look has which is `hz` beside its frequency (at most 40 Hz): the main lobe of the
    /// Hann window, 1 − (π²/3 − 2) x² for x periods of the difference in a look, within 0.015.
    pub fn response(hz: f32) -> f32 {
        let x = hz * (2 * HOP) as f32 / RATE as f32;
        (1.0 - 1.29 * x * x).max(0.5)
    }

    /// Forgets the half block that it keeps.
    pub fn reset(&mut self) {
        self.late = [0.0; HOP];
    }
}

/// The product of two complex numbers.
pub fn product(a: (f32, f32), b: (f32, f32)) -> (f32, f32) {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

#[multiversion(targets("x86_64+avx2"))]
fn look(table: &[[f32; 2 * FREQUENCIES]; HOP], square: &[f32; HOP], before: &[f32], after: &[f32]) -> Look {
    let (mut even, mut odd) = ([0.0; HOP], [0.0; HOP]);
    for (((e, o), b), a) in even.iter_mut().zip(&mut odd).zip(before.iter().rev()).zip(after) {
        (*e, *o) = (a + b, a - b);
    }
    // Four sums side by side hide the latency of the additions.
    let mut sums = [[0.0f32; 2 * FREQUENCIES]; 4];
    let mut total = [0.0f32; 8];
    for (rows, (e, o)) in table.chunks_exact(4).zip(even.chunks_exact(4).zip(odd.chunks_exact(4))) {
        for (sum, (row, (e, o))) in sums.iter_mut().zip(rows.iter().zip(e.iter().zip(o))) {
            for k in 0..FREQUENCIES {
                sum[k] += e * row[k];
                sum[k + FREQUENCIES] += o * row[k + FREQUENCIES];
            }
        }
    }
    for (s, (e, o)) in square.chunks_exact(8).zip(even.chunks_exact(8).zip(odd.chunks_exact(8))) {
        for k in 0..8 {
            total[k] += s[k] * (e[k] * e[k] + o[k] * o[k]);
        }
    }
    let mut look = Look { total: total.iter().sum(), ..Look::default() };
    for k in 0..FREQUENCIES {
        let sum = |k: usize| (sums[0][k] + sums[1][k]) + (sums[2][k] + sums[3][k]);
        (look.re[k], look.im[k]) = (sum(k), sum(k + FREQUENCIES));
        look.power[k] = look.re[k] * look.re[k] + look.im[k] * look.im[k];
    }
    look
}
