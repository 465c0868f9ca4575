//! Real-time: the adaptation of the time-domain filter, and the step that it takes.

use super::kernels::adapt_and_filter;
use multiversion::multiversion;

/// Of the first-order pre-emphasis of both ends.
pub(super) const EMPHASIS: f32 = 0.9;
/// How much the path is taken to change in 10 ms, as a share of its power.
const CHANGE: f32 = 0.001;

/// The state of a Kalman filter whose covariance is one number, beside its weights.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct StepSize {
    /// Mean square error that a weight is thought to have.
    uncertainty: f32,
    /// The error's power over 6 ms.
    error: f32,
    /// Over 0.1 s: the error's power, the estimated echo's, and their correlation.
    held: [f32; 3],
    /// The step that the last sample calls for.
    pending: f32,
    /// The last sample of the near end.
    last: f32,
}

impl StepSize {
    /// Nothing is known: an echo as loud as the reference is thought possible.
    pub(super) fn new(taps: usize) -> Self {
        Self { uncertainty: 1.0 / taps.max(1) as f32, ..Self::default() }
    }

    /// The weights have moved: their error is at least `uncertainty`.
    pub(super) fn raise_uncertainty(&mut self, uncertainty: f32) {
        self.pending = 0.0;
        self.uncertainty = self.uncertainty.max(uncertainty);
    }

    pub(super) fn is_finite(&self) -> bool {
        self.uncertainty.is_finite() && self.error.is_finite()
    }

    /// A path that has changed: the error holds the old echo, and correlates with it. A chance correlation with the near
    /// speaker is weak. `power` is the mean power of a weight.
    pub(super) fn recover(&mut self, power: f32) {
        let [error, echo, cross] = self.held;
        let share = cross * cross / (echo * error + 1e-12);
        let wrong = (cross / (echo + 1e-9)).abs().min(1.0);
        if share > 0.1 && wrong > 0.2 {
            self.uncertainty = self.uncertainty.max(wrong * wrong * power);
        }
    }

    /// Filters and adapts over a block. `window` is the reference, oldest first, as many samples as there are weights and
    /// those of the block; `echo` gets the estimated echo. All of it is pre-emphasized, but `near`.
    pub(super) fn adapt(&mut self, weights: &mut [f32], window: &[f32], near: &[f32], echo: &mut [f32], power: f32) {
        *self = adapt(*self, weights, window, near, echo, power);
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn adapt(mut s: StepSize, weights: &mut [f32], window: &[f32], near: &[f32], echo: &mut [f32], power: f32) -> StepSize {
    let taps = weights.len();
    let rate = 1.6 / near.len().max(1) as f32;
    let growth = CHANGE / near.len().max(1) as f32 * power;
    let mut energy: f32 = window.iter().take(taps).map(|x| x * x).sum();
    for (n, (near, echo)) in near.iter().zip(echo).enumerate() {
        let near = near - EMPHASIS * std::mem::replace(&mut s.last, *near);
        let (Some(old), Some(new)) = (window.get(n..n + taps), window.get(n + 1..n + 1 + taps)) else { break };
        let (out, into) = (old.first().copied().unwrap_or(0.0), new.last().copied().unwrap_or(0.0));
        energy = (energy + into * into - out * out).max(0.0);
        *echo = adapt_and_filter(weights, old, s.pending, new);
        let error = near - *echo;
        s.error += rate * (error * error - s.error);
        let expected = s.uncertainty * energy;
        let scale = 1.0 / (expected + s.error + 1e-9);
        s.pending = s.uncertainty * scale * error;
        s.uncertainty += growth - s.uncertainty * expected * scale / taps as f32;
        for (held, now) in s.held.iter_mut().zip([error * error, *echo * *echo, error * *echo]) {
            *held += 0.05 * rate * (now - *held);
        }
    }
    s
}
