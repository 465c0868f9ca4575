//! Real-time: what the end of a signal is made of: an all-pole filter (linear prediction) and what drives it.
//!
//! Autocorrelation method with Levinson's recursion, as in any text book; Makhoul, Proc. IEEE 1975.

use crate::processing::audio::time_stretch::correlation::dot;

/// Poles. Enough for the formants of a voice at 8 kHz and for its broad colour above.
pub(super) const ORDER: usize = 16;
/// The longest window, 20 ms at 48 kHz.
const WINDOW: usize = 960;

/// `x[n] = driving[n] - Σ coefficients[k] · x[n - 1 - k]`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AllPole {
    coefficients: [f32; ORDER],
}

impl AllPole {
    /// The filter of the last two blocks of a signal.
    pub(super) fn of(signal: &[f32], block: usize) -> Self {
        let n = (2 * block).min(signal.len()).min(WINDOW);
        let mut windowed = [0.0f32; WINDOW];
        let (Some(windowed), Some(tail)) = (windowed.get_mut(..n), signal.get(signal.len() - n..)) else {
            return Self::default();
        };
        // Rises as a parabola, and falls within the last eighth: the newest samples count most.
        let fall = (n / 8).max(1);
        let (rising, falling) = (1.0 / (n - fall).max(1) as f32, 1.0 / fall as f32);
        for (i, (to, from)) in windowed.iter_mut().zip(tail).enumerate() {
            let (up, down) = ((i + 1) as f32 * rising, (n - i) as f32 * falling);
            let rise = 1.0 - (1.0 - up.min(1.0)) * (1.0 - up.min(1.0));
            *to = from * rise * down.min(1.0);
        }
        Self::levinson(autocorrelation(windowed))
    }

    /// From an autocorrelation. Broadened a little, so that a pure tone cannot make it ring for ever.
    fn levinson(mut auto: [f32; ORDER + 1]) -> Self {
        auto[0] = auto[0] * 1.0003 + 1e-9;
        let mut error = auto[0];
        let mut a = [0.0f32; ORDER];
        for i in 0..ORDER {
            let mut sum = auto[i + 1];
            for j in 0..i {
                sum += a[j] * auto[i - j];
            }
            let k = -sum / error;
            if !k.is_finite() || k.abs() >= 1.0 {
                break;
            }
            let before = a;
            for j in 0..i {
                a[j] += k * before[i - 1 - j];
            }
            a[i] = k;
            error *= 1.0 - k * k;
        }
        let mut broad = 1.0;
        for a in &mut a {
            broad *= 0.994;
            *a *= broad;
        }
        Self { coefficients: a }
    }

    /// What drove the filter in the last `driving.len()` samples of `signal`.
    pub(super) fn residual(&self, signal: &[f32], driving: &mut [f32]) {
        let Some(from) = signal.len().checked_sub(driving.len() + ORDER) else {
            driving.fill(0.0);
            return;
        };
        whiten(self, signal.get(from..).unwrap_or_default(), driving);
    }

    /// The state of the filter after the end of `outputs`, for [`run`](Self::run).
    pub(super) fn state_after(&self, outputs: &[f32]) -> [f32; ORDER] {
        let mut state = [0.0f32; ORDER];
        for y in outputs.get(outputs.len().saturating_sub(ORDER)..).unwrap_or_default() {
            self.step(&mut state, *y);
        }
        state
    }

    /// Drives the filter in place. Returns its state.
    pub(super) fn run(&self, state: [f32; ORDER], samples: &mut [f32]) -> [f32; ORDER] {
        drive(self, state, samples)
    }

    #[inline(always)]
    fn step(&self, state: &mut [f32; ORDER], output: f32) {
        for i in 0..ORDER - 1 {
            state[i] = state[i + 1] - self.coefficients[i] * output;
        }
        state[ORDER - 1] = -self.coefficients[ORDER - 1] * output;
    }
}

/// Transposed direct form II: no sum waits for another. By the widest vector instructions of the machine.
#[multiversion::multiversion(targets("x86_64+avx2+fma", "aarch64+neon"))]
fn drive(filter: &AllPole, mut state: [f32; ORDER], samples: &mut [f32]) -> [f32; ORDER] {
    for sample in samples {
        *sample += state[0];
        filter.step(&mut state, *sample);
    }
    state
}

/// The first lags of a windowed signal.
#[multiversion::multiversion(targets("x86_64+avx2+fma", "aarch64+neon"))]
fn autocorrelation(windowed: &[f32]) -> [f32; ORDER + 1] {
    let mut auto = [0.0f32; ORDER + 1];
    for (lag, auto) in auto.iter_mut().enumerate() {
        *auto = dot(windowed, windowed.get(lag..).unwrap_or_default());
    }
    auto
}

/// What drove `filter` to make `signal[ORDER..]`.
#[multiversion::multiversion(targets("x86_64+avx2+fma", "aarch64+neon"))]
fn whiten(filter: &AllPole, signal: &[f32], driving: &mut [f32]) {
    for (to, now) in driving.iter_mut().zip(signal.get(ORDER..).unwrap_or_default()) {
        *to = *now;
    }
    for (k, a) in filter.coefficients.iter().enumerate() {
        let past = signal.get(ORDER - 1 - k..).unwrap_or_default();
        for (to, x) in driving.iter_mut().zip(past) {
            *to += a * x;
        }
    }
}
