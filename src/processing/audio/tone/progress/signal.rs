//! Real-time: which signal of call progress the last looks have: a single frequency, or a pair.
//!
//! A single frequency is looked for in each look, with its mean turn: that leaves room for the tolerance of ± 25 Hz. The members of a
//! pair are as near as 40 Hz, which one look does not part: eleven are summed, each turned back by what the nominal frequency turned
//! since, under a window of 60 ms. The 400 and 450 Hz of the United Kingdom are seen in the looks at 425 Hz, which hold 92 % of either:
//! turned as fast as they turn, the sums part them.

use super::super::bank::{FREQUENCIES, HOP_MS, Look, ToneBank, product};
use super::super::recent::Recent;

/// The frequencies of the bank, Hz: the two plans', then special information.
pub const HZ: [f32; FREQUENCIES] = [350.0, 425.0, 440.0, 480.0, 620.0, 950.0, 1_400.0, 1_800.0];

/// Those that are seen in the looks at 425 Hz; signals number them behind the bank's.
const BESIDE: [f32; 2] = [400.0, 450.0];
const BESIDE_OF: usize = 1;
/// The number of 400 Hz.
const HZ_400: usize = FREQUENCIES;

/// A frequency by the number that a signal gives it.
pub fn hz_of(k: usize) -> f32 {
    HZ.iter().chain(&BESIDE).nth(k).copied().unwrap_or_default()
}

/// A signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Of that frequency ([`hz_of`]) alone.
    Single(usize),
    /// Of those two.
    Pair(usize, usize),
}

/// The singles, each with how far off it may be in Hz, below and above: E.180 has 425 ± 15, and some plans 440; what is more than 17
/// below is the 400 Hz of the United Kingdom. Special information ± 50 (North America's are 36 off).
const SINGLES: [(usize, f32, f32); 4] = [(1, 33.0, 28.0), (5, 55.0, 55.0), (6, 55.0, 55.0), (7, 55.0, 55.0)];
const LOWER: f32 = -17.0;
const PAIRS: [(usize, usize); 4] = [(0, 2), (2, 3), (3, 4), (HZ_400, HZ_400 + 1)];
/// The frequencies that pairs have.
const PAIRED: [usize; 6] = [0, 2, 3, 4, HZ_400, HZ_400 + 1];
const SIGNALS: usize = FREQUENCIES + BESIDE.len();

/// How much of a look has to be a single tone, and how much of that has to turn evenly.
const PURE: f32 = 0.7;
const EVEN_TURN: f32 = 0.9;
/// Weight of what was before in the mean turn: about 10 looks.
const KEEP: f32 = 0.9;
/// Looks after which the mean turn counts.
const SETTLED: u32 = 4;

/// Looks that are summed for a pair; and how much of what sounds has to be the pair, each of it the fainter by 8 dB at most.
const SUMMED: usize = 11;
const PURE_PAIR: f32 = 0.75;
const TWIST: f32 = 0.16;
/// How far off a member of a pair may be: 2 %, and what the measure may be off.
const OFF: f32 = 0.02;

/// A single frequency's run of looks.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    looks: u32,
    turn: (f32, f32),
    turned: f32,
}

/// Finds the signal in each look.
#[derive(Debug)]
pub struct Finder {
    runs: [Run; SINGLES.len()],
    weights: [f32; SUMMED],
    /// The sums of the look before, of each frequency.
    sums: [(f32, f32); SIGNALS],
    /// What a frequency turns in a hop beyond that of the bank in whose looks it is seen.
    beyond: [(f32, f32); SIGNALS],
    least: f32,
}

impl Finder {
    /// For tones of that power at least.
    pub fn new(least: f32) -> Self {
        let phase = |n: usize| std::f32::consts::TAU * (n + 1) as f32 / (SUMMED + 1) as f32;
        let weights: [f32; SUMMED] = std::array::from_fn(|n| 0.5 - 0.5 * phase(n).cos());
        let sum: f32 = weights.iter().sum();
        let weights = weights.map(|weight| weight / sum);
        let beyond = std::array::from_fn(|k| {
            let turn = std::f32::consts::TAU * (hz_of(k) - HZ[looked_at(k)]) * f32::from(HOP_MS) / 1e3;
            (turn.cos(), turn.sin())
        });
        Self { runs: [Run::default(); SINGLES.len()], weights, sums: [(0.0, 0.0); SIGNALS], beyond, least }
    }

    /// After each look: what there is, and its power.
    pub fn find(&mut self, bank: &ToneBank, recent: &Recent) -> Option<(Signal, f32)> {
        // All runs are followed, whatever there is.
        let pair = self.pair(bank, recent);
        let mut found = None;
        for (run, (k, below, above)) in self.runs.iter_mut().zip(SINGLES) {
            let step = run.step(bank, k, (below, above), recent);
            if let Some((power, off)) = step.filter(|(power, _)| *power >= self.least) {
                let lower = k == BESIDE_OF && off < LOWER;
                found = Some((Signal::Single(if lower { HZ_400 } else { k }), power));
            }
        }
        pair.or(found)
    }

    fn pair(&mut self, bank: &ToneBank, recent: &Recent) -> Option<(Signal, f32)> {
        let total: f32 = self.weights.iter().enumerate().map(|(n, weight)| weight * recent.back(n).total).sum();
        let before = self.sums;
        // Where nothing sounds nothing has to be summed, and the look behind has no look before.
        if total < self.least {
            self.sums = [(0.0, 0.0); SIGNALS];
            return None;
        }
        for k in PAIRED {
            self.sums[k] = self.sum(bank, k, recent);
        }
        let power = |k: usize| {
            let (now, before) = (self.sums[k], before[k]);
            // Each sum is turned to its own newest look; between two the nominal turn is in it.
            let (seen, (re, im)) = (looked_at(k), self.beyond[k]);
            let turn = product(bank.turned_back(seen, product(now, (before.0, -before.1))), (re, -im));
            let off = ToneBank::offset_hz(turn);
            let near = off.abs() <= OFF * hz_of(k) + 1.0;
            let share = ToneBank::response(hz_of(k) + off - HZ[seen]) * response(off);
            near.then(|| (now.0 * now.0 + now.1 * now.1) / share)
        };
        PAIRS.into_iter().find_map(|(low, high)| {
            let (l, h) = (power(low)?, power(high)?);
            let pure = l + h >= PURE_PAIR * total && l.min(h) >= TWIST * l.max(h) && l.min(h) >= self.least;
            pure.then_some((Signal::Pair(low, high), l + h))
        })
    }

    /// The looks summed at a frequency, each turned to the newest.
    fn sum(&self, bank: &ToneBank, k: usize, recent: &Recent) -> (f32, f32) {
        let (mut sum, mut turn, seen) = ((0.0, 0.0), (1.0, 0.0), looked_at(k));
        for (n, weight) in self.weights.iter().enumerate() {
            let look = recent.back(n);
            let turned = product((look.re[seen & 7], look.im[seen & 7]), turn);
            sum = (sum.0 + weight * turned.0, sum.1 + weight * turned.1);
            turn = product(bank.turned_on(seen, turn), self.beyond[k]);
        }
        sum
    }

    pub fn reset(&mut self) {
        *self = Self::new(self.least);
    }
}

/// In the looks at which frequency of the bank that of a signal is seen.
const fn looked_at(k: usize) -> usize {
    if k < FREQUENCIES { k } else { BESIDE_OF }
}

/// The share of its power that a tone has in a sum which is so many Hz beside: a Hann window of 60 ms, near its middle.
fn response(hz: f32) -> f32 {
    let x = hz * 0.06;
    (1.0 - 1.29 * x * x).max(0.3)
}

impl Run {
    /// Its power, and how far off it is in Hz.
    fn step(&mut self, bank: &ToneBank, k: usize, (below, above): (f32, f32), recent: &Recent) -> Option<(f32, f32)> {
        let tolerance = below.max(above);
        let (now, before): (&Look, &Look) = (recent.back(0), recent.back(1));
        let power = now.power[k & 7];
        // Off its middle the look has less of it.
        if power < PURE * ToneBank::response(tolerance) * now.total || now.total <= 0.0 {
            *self = Self::default();
            return None;
        }
        self.looks = self.looks.saturating_add(1);
        if self.looks > 1 {
            let turn = bank.turn(k, before, now);
            self.turn = (KEEP * self.turn.0 + turn.0, KEEP * self.turn.1 + turn.1);
            self.turned = KEEP * self.turned + 0.5 * (power + before.power[k & 7]);
        }
        let off = ToneBank::offset_hz(self.turn);
        let even = self.turn.0.hypot(self.turn.1) >= EVEN_TURN * self.turned;
        let pure = power / ToneBank::response(off.abs().min(tolerance)) >= PURE * now.total;
        (self.looks > SETTLED && even && pure && (-below..=above).contains(&off)).then_some((power, off))
    }
}

/// Milliseconds by which a signal is found later than it began, and is gone sooner than it ended: on average, over its kinds.
pub fn late_ms(signal: Signal) -> u32 {
    let single = SETTLED * u32::from(HOP_MS);
    match signal {
        Signal::Single(_) => single,
        Signal::Pair(..) => 24,
    }
}
