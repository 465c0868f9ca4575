//! Real-time: the pitch period at the end of a signal, and how voiced it is.

use crate::processing::audio::time_stretch::correlation::best_lag;

/// What repeats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pitch {
    /// Samples.
    pub(super) period: usize,
    /// Normalized correlation over one period, 0..=1.
    pub(super) voicing: f32,
}

/// Finds the lag of 2.5 to 15 ms at which the last 15 ms of `signal` resemble what was before. `block` is 10 ms.
pub(super) fn analyse(signal: &[f32], block: usize, thin: usize) -> Pitch {
    let window = block * 3 / 2;
    let lags = block / 4..=block * 3 / 2;
    let at = signal.len().saturating_sub(window);
    match best_lag(signal, at, window, lags, thin) {
        Some(found) => Pitch { period: found.lag, voicing: found.correlation.clamp(0.0, 1.0) },
        None => Pitch { period: block, voicing: 0.0 },
    }
}
