//! Real-time: how loud an echo can be in each band: for each lag of the reference a coupling that no block has
//! contradicted yet, and of all lags the loudest.
//!
//! A lag claims that the reference of so long ago comes back at so much of its power. At first each claims all that an echo
//! may be. A block in which less came than is claimed takes the claim back, in some blocks: within a few syllables only the
//! lags of the real echo claim anything. No search, and nothing that a near speaker could mislead: he adds power, and takes
//! no claim back.

use super::bands::{BANDS, Bands};
use multiversion::multiversion;

/// Lags of 10 ms: an echo 400 ms late, and what jitter buffers and packets add.
pub(super) const LAGS: usize = 64;
/// The coupling that is thought possible at first: an echo as loud as what was sent.
const AT_FIRST: f32 = 1.0;
/// How fast a claim is taken back, and comes again, in a block.
const LESS: f32 = 0.8;
const MORE: f32 = 1.008;
/// How fast sound dies away in a room, in a block: power.
const DECAY: f32 = 0.7;
/// What of a claim holds one and two lags beside it: a jitter buffer shifts what comes by some milliseconds at any time.
const BESIDE: f32 = 0.8;
const FAR_BESIDE: f32 = 0.5;
/// Claimed power over the noise that has to be heard if the claim is true.
const AUDIBLE: f32 = 4.0;

/// What an echo can be.
#[derive(Debug, Clone)]
pub(super) struct EchoBound {
    /// Power of the reference in the last blocks, as it dies away, and the claims of each lag.
    past: [Bands; LAGS],
    claims: [Bands; LAGS],
    newest: usize,
    held: Bands,
}

impl EchoBound {
    pub(super) const fn new() -> Self {
        Self { past: [[0.0; BANDS]; LAGS], claims: [[AT_FIRST; BANDS]; LAGS], newest: 0, held: [0.0; BANDS] }
    }

    /// Takes the power of the reference, of what came, and of the noise in it; returns the most that may be echo. `learns`:
    /// claims may grow.
    pub(super) fn update(&mut self, far: &Bands, near: &Bands, noise: &Bands, learns: bool) -> Bands {
        for (held, far) in self.held.iter_mut().zip(far) {
            *held = (DECAY * *held).max(*far);
            *held = if *held > 1e-20 { *held } else { 0.0 };
        }
        self.newest = (self.newest + LAGS - 1) % LAGS;
        if let Some(slot) = self.past.get_mut(self.newest) {
            *slot = self.held;
        }
        let (later, earlier) = self.past.split_at(self.newest.min(LAGS));
        let more = if learns { MORE } else { 1.0 };
        for (claims, far) in self.claims.iter_mut().zip(earlier.iter().chain(later)) {
            judge(claims, far, near, noise, more);
        }
        let mut bound = [0.0; BANDS];
        let claims = |lag: Option<usize>| lag.and_then(|lag| self.claims.get(lag)).unwrap_or(&[0.0; BANDS]);
        for (lag, far) in earlier.iter().chain(later).enumerate() {
            let beside = [lag.checked_sub(2), lag.checked_sub(1), Some(lag), Some(lag + 1), Some(lag + 2)];
            raise(&mut bound, beside.map(claims), far);
        }
        bound
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn judge(claims: &mut Bands, far: &Bands, near: &Bands, noise: &Bands, more: f32) {
    for b in 0..BANDS {
        let claimed = claims[b] * far[b];
        let heard = claimed > AUDIBLE * noise[b];
        let change = if claimed > near[b] { LESS } else { more };
        claims[b] = if heard { (claims[b] * change).clamp(1e-5, AT_FIRST) } else { claims[b] };
    }
}

/// Raises the bound to what a lag's reference may come to by the claims of that lag and of those beside it.
#[multiversion(targets("x86_64+avx2+fma"))]
fn raise(bound: &mut Bands, beside: [&Bands; 5], far: &Bands) {
    for b in 0..BANDS {
        let [earlier, before, claim, after, later] = beside.map(|claims| claims[b]);
        let next = if before > after { before } else { after };
        let far_off = if earlier > later { earlier } else { later };
        let most = claim.max(BESIDE * next).max(FAR_BESIDE * far_off) * far[b];
        bound[b] = if most > bound[b] { most } else { bound[b] };
    }
}
