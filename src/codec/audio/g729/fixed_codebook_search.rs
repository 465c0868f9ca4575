//! Real-time: the depth-first search of the fixed codebook, clause A.3.8: pairs of pulses, first in two tracks from the
//! two likeliest positions, then in the other two over all.

use super::arith::{mac, product, round, short};
use super::fixed_codebook::{POSITIONS, Pulses, TRACKS};
use super::pulse_correlations::PulseCorrelations;
use super::{SUBFRAME, Subframe};

/// 1/2, 1/4, 1/8 and 1/16 in Q15.
const SCALE: [i16; 4] = [16_384, 8_192, 4_096, 2_048];

/// How good a set of pulses is: square of the correlation over energy, both scaled.
#[derive(Debug, Clone, Copy)]
struct Merit {
    square: i16,
    energy: i16,
}

impl Merit {
    const NONE: Self = Self { square: -1, energy: 1 };

    fn is_better_than(self, other: Self) -> bool {
        // The doubled products saturate for no square, and a saturated difference keeps its sign.
        i32::from(other.energy) * i32::from(self.square) > i32::from(other.square) * i32::from(self.energy)
    }
}

/// The best pair of a stage; a stage without any leaves that of the one before.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    first: usize,
    second: usize,
    correlation: i16,
}

/// Position of the greatest magnitude of a track, not `but`.
fn likeliest(magnitude: &[i16; POSITIONS], track: usize, but: Option<usize>) -> usize {
    let positions = magnitude.iter().enumerate().map(|(k, &m)| (TRACKS * k + track, m));
    let others = positions.filter(|&(position, _)| Some(position) != but);
    others.fold((0, -1), |best, next| if next.1 > best.1 { next } else { best }).0
}

struct Search<'a> {
    of: &'a PulseCorrelations,
    pair: Pair,
}

impl Search<'_> {
    /// Two likeliest positions of a track with all of another.
    fn first_pair(&mut self, from: usize, with: usize) -> Merit {
        let mut best = Merit::NONE;
        let mut last = None;
        for _ in 0..2 {
            let first = likeliest(&self.of.magnitude[from], from, last);
            last = Some(first);
            let index = first / TRACKS;
            let base = product(self.of.own_track(from)[index], SCALE[1]);
            let cross = self.of.with_track(first, with);
            let own = self.of.own_track(with);
            for k in 0..POSITIONS {
                let correlation = self.of.magnitude[from][index].saturating_add(self.of.magnitude[with][k]);
                let energy = round(mac(mac(base, cross[k], SCALE[0]), own[k], SCALE[1]));
                let merit = Merit { square: short(correlation, correlation), energy };
                if merit.is_better_than(best) {
                    best = merit;
                    self.pair = Pair { first, second: TRACKS * k + with, correlation };
                }
            }
        }
        best
    }

    /// All pairs of two tracks beside the pair that is there.
    fn second_pair(&mut self, so_far: Merit, outer: usize, inner: usize) -> Merit {
        let chosen = self.pair;
        let start = product(so_far.energy, SCALE[1]);
        let [a, b] = [chosen.first, chosen.second].map(|position| self.of.with_track(position, inner));
        let own = self.of.own_track(inner);
        let beside: [i16; POSITIONS] =
            std::array::from_fn(|k| round(mac(mac(product(a[k], SCALE[1]), b[k], SCALE[1]), own[k], SCALE[2])));
        let [a, b] = [chosen.first, chosen.second].map(|position| self.of.with_track(position, outer));
        let own = self.of.own_track(outer);
        let mut best = Merit::NONE;
        for j in 0..POSITIONS {
            let first = TRACKS * j + outer;
            let correlation = chosen.correlation.saturating_add(self.of.magnitude[outer][j]);
            let base = mac(mac(mac(start, a[j], SCALE[2]), b[j], SCALE[2]), own[j], SCALE[3]);
            let cross = self.of.with_track(first, inner);
            for k in 0..POSITIONS {
                let correlation = correlation.saturating_add(self.of.magnitude[inner][k]);
                let energy = round(mac(mac(base, cross[k], SCALE[2]), beside[k], SCALE[0]));
                let merit = Merit { square: short(correlation, correlation), energy };
                if merit.is_better_than(best) {
                    best = merit;
                    (self.pair.first, self.pair.second) = (first, TRACKS * k + inner);
                }
            }
        }
        best
    }
}

/// Finds the pulses.
pub fn search(of: &PulseCorrelations) -> Pulses {
    let mut search = Search { of, pair: Pair::default() };
    let mut best = Merit::NONE;
    let mut positions = [0, 1, 2, 3];
    for last in [3, 4] {
        let so_far = search.first_pair(2, last);
        let first = search.pair;
        let merit = search.second_pair(so_far, 0, 1);
        if merit.is_better_than(best) {
            best = merit;
            positions = [search.pair.first, search.pair.second, first.first, first.second];
        }
        let so_far = search.first_pair(last, 0);
        let first = search.pair;
        let merit = search.second_pair(so_far, 1, 2);
        if merit.is_better_than(best) {
            best = merit;
            positions = [first.second, search.pair.first, search.pair.second, first.first];
        }
    }
    positions.map(|position| (position, of.is_positive(position)))
}

/// The code vector through the filter whose impulse response this is, Q12.
pub fn filtered(pulses: &Pulses, response: &Subframe) -> Subframe {
    let mut out = [0i16; SUBFRAME];
    for &(position, positive) in pulses {
        for (out, &h) in out[position..].iter_mut().zip(response) {
            *out = if positive { out.saturating_add(h) } else { out.saturating_sub(h) };
        }
    }
    out
}
