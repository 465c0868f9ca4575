//! Real-time: the quadrature mirror filters that split 16 kHz into two bands and join them (clauses 3.1, 4.4, 5.2;
//! table 11).
//!
//! 24 taps, symmetric, so that each phase has twelve and the second phase is the first one reversed. A block is
//! filtered tap by tap over all its sample pairs: integer sums, the same whatever the vector width.

use multiversion::multiversion;

/// Sample pairs that are filtered at once: 10 ms.
pub(super) const PAIRS: usize = 80;
/// Taps of a phase.
const TAPS: usize = 12;
/// Pairs that a filter remembers.
const PAST: usize = TAPS - 1;

/// H: every other coefficient of table 11 in Q13; the others are these in reverse.
const H: [i32; TAPS] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

/// The two phases of a signal at 16 kHz, or the sum and the difference of the bands: what came before the block, then
/// the block.
#[derive(Debug, Clone)]
pub(super) struct Phases {
    pub(super) first: [i32; PAST + PAIRS],
    pub(super) second: [i32; PAST + PAIRS],
}

/// Filtered phases; for the transmit filter the lower and higher band, for the receive filter output samples.
#[derive(Debug)]
pub(super) struct Filtered {
    pub(super) first: [i32; PAIRS],
    pub(super) second: [i32; PAIRS],
}

/// What a filter remembers from block to block: the last [`PAST`] pairs.
#[derive(Debug, Clone, Default)]
pub(super) struct FilterMemory {
    first: [i16; PAST],
    second: [i16; PAST],
}

impl FilterMemory {
    /// Phases that start with the memory, then zeros for the block.
    #[inline]
    pub(super) fn recall(&self) -> Phases {
        let mut phases = Phases { first: [0; PAST + PAIRS], second: [0; PAST + PAIRS] };
        for i in 0..PAST {
            phases.first[i] = self.first[i].into();
            phases.second[i] = self.second[i].into();
        }
        phases
    }

    /// Remembers the end of a block of `pairs` pairs.
    #[inline]
    pub(super) fn keep(&mut self, phases: &Phases, pairs: usize) {
        let pairs = pairs.min(PAIRS);
        for i in 0..PAST {
            self.first[i] = phases.first[pairs + i] as i16;
            self.second[i] = phases.second[pairs + i] as i16;
        }
    }
}

impl Phases {
    /// The block's part of both phases: [`PAIRS`] values each.
    #[inline]
    pub(super) fn block_mut(&mut self) -> (&mut [i32], &mut [i32]) {
        (&mut self.first[PAST..], &mut self.second[PAST..])
    }
}

/// The convolution that both filters share.
#[inline(always)]
fn convolve(phases: &Phases) -> ([i32; PAIRS], [i32; PAIRS]) {
    let (mut first, mut second) = ([0; PAIRS], [0; PAIRS]);
    for tap in 0..TAPS {
        let (h, reversed) = (H[tap], H[PAST - tap]);
        for j in 0..PAIRS {
            first[j] += phases.first[tap + j] * h;
            second[j] += phases.second[tap + j] * reversed;
        }
    }
    (first, second)
}

/// Transmit filter: `(XL, XH)` of a block, each limited to 15 bits.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn transmit(phases: &Phases) -> Filtered {
    let (mut even, mut odd) = convolve(phases);
    for (a, b) in even.iter_mut().zip(&mut odd) {
        let (xa, xb) = (*a, *b);
        *a = ((xb + xa) >> 14).clamp(-16_384, 16_383);
        *b = ((xb - xa) >> 14).clamp(-16_384, 16_383);
    }
    Filtered { first: even, second: odd }
}

/// Receive filter: `phases` are the sums and the differences of the bands; the result is 16-bit samples, the second
/// phase first in time. The output saturates.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn receive(phases: &Phases) -> Filtered {
    let (mut sums, mut differences) = convolve(phases);
    for (a, b) in sums.iter_mut().zip(&mut differences) {
        *a = (*a >> 11).clamp(-32_768, 32_767);
        *b = (*b >> 11).clamp(-32_768, 32_767);
    }
    Filtered { first: sums, second: differences }
}
