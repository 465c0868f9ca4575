//! Real-time: the pitch period at the end of a signal, and how voiced it is.

use crate::processing::audio::time_stretch::correlation::{best_lag, dot};

/// What repeats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pitch {
    /// Samples.
    pub(super) period: usize,
    /// Normalized correlation over one period, 0..=1.
    pub(super) voicing: f32,
    /// How the level falls, as the natural logarithm per sample; 0 where it rises.
    pub(super) slope: f32,
}

/// Finds the lag of 2.5 to 15 ms at which the last 12.5 ms of `signal` resemble what was before. `block` is 10 ms.
pub(super) fn analyse(signal: &[f32], block: usize, thin: usize) -> Pitch {
    let window = block * 5 / 4;
    let lags = block / 4..=block * 3 / 2;
    let at = signal.len().saturating_sub(window);
    match best_lag(signal, at, window, lags, thin) {
        Some(found) => {
            Pitch { period: found.lag, voicing: found.correlation.clamp(0.0, 1.0), slope: slope(signal, found.lag) }
        }
        None => Pitch { period: block, voicing: 0.0, slope: 0.0 },
    }
}

/// The fall of level from the last period but one to the last, at most to 0.7.
fn slope(signal: &[f32], period: usize) -> f32 {
    let n = signal.len();
    let energy = |from: usize| signal.get(n - from..n - from + period).map_or(0.0, |part| dot(part, part));
    let ratio = (energy(period) / energy(2 * period).max(1e-9)).sqrt();
    ratio.clamp(0.7, 1.0).ln() / period as f32
}
