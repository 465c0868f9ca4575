//! Real-time: one second-order filter section, and its coefficients after R. Bristow-Johnson's "Cookbook formulae for
//! audio EQ biquad filter coefficients" (bilinear transform, computed for each sample rate).

#[cfg(test)]
mod tests;

use crate::types::SampleRate;
use std::f64::consts::PI;

/// States fainter than this are silence: they never become denormal.
const FAINT: f32 = 1e-18;

/// What a section does.
///
/// Example: [`Equalizer`](crate::processing::Equalizer).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Raises or lowers around the frequency.
    Peak,
    /// Raises or lowers all below it.
    LowShelf,
    /// Raises or lowers all above it.
    HighShelf,
    /// Passes what is below it, 12 dB per octave.
    LowPass,
    /// Passes what is above it, 12 dB per octave.
    HighPass,
    /// Takes out the frequency.
    Notch,
}

/// Coefficients, normalized to a0 = 1.
///
/// Example: [`Equalizer`](crate::processing::Equalizer).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficients {
    /// Of the input, newest first.
    pub b: [f32; 3],
    /// Of the output, a1 and a2.
    pub a: [f32; 2],
}

impl Coefficients {
    /// Leaves audio as it is.
    pub const UNITY: Self = Self { b: [1.0, 0.0, 0.0], a: [0.0, 0.0] };

    /// For a `shape` at `hz`, which is held below 0.49 of the sample rate; `gain_db` counts for peak and shelves.
    /// Real-time safe, though not cheap.
    pub fn new(rate: SampleRate, shape: Shape, hz: f32, q: f32, gain_db: f32) -> Self {
        let rate = f64::from(rate.hz());
        let w = 2.0 * PI * f64::from(hz).clamp(1.0, 0.49 * rate) / rate;
        let (sin, cos) = w.sin_cos();
        let alpha = sin / (2.0 * f64::from(q).max(0.01));
        let a = 10f64.powf(f64::from(gain_db) / 40.0);
        let root = 2.0 * a.sqrt() * alpha;
        let (b, [a0, a1, a2]) = match shape {
            Shape::Peak => {
                ([1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a], [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a])
            }
            Shape::LowShelf => (
                [
                    a * (a + 1.0 - (a - 1.0) * cos + root),
                    2.0 * a * (a - 1.0 - (a + 1.0) * cos),
                    a * (a + 1.0 - (a - 1.0) * cos - root),
                ],
                [
                    a + 1.0 + (a - 1.0) * cos + root,
                    -2.0 * (a - 1.0 + (a + 1.0) * cos),
                    a + 1.0 + (a - 1.0) * cos - root,
                ],
            ),
            Shape::HighShelf => (
                [
                    a * (a + 1.0 + (a - 1.0) * cos + root),
                    -2.0 * a * (a - 1.0 + (a + 1.0) * cos),
                    a * (a + 1.0 + (a - 1.0) * cos - root),
                ],
                [a + 1.0 - (a - 1.0) * cos + root, 2.0 * (a - 1.0 - (a + 1.0) * cos), a + 1.0 - (a - 1.0) * cos - root],
            ),
            Shape::LowPass => {
                ([(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Shape::HighPass => {
                ([(1.0 + cos) / 2.0, -1.0 - cos, (1.0 + cos) / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Shape::Notch => ([1.0, -2.0 * cos, 1.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha]),
        };
        Self { b: b.map(|b| (b / a0) as f32), a: [(a1 / a0) as f32, (a2 / a0) as f32] }
    }

    /// The gain at `hz` in dB.
    pub fn response_db(&self, rate: SampleRate, hz: f32) -> f32 {
        let w = 2.0 * PI * f64::from(hz) / f64::from(rate.hz());
        let sum = |c: [f32; 3]| {
            let [c0, c1, c2] = c.map(f64::from);
            let re = c0 + c1 * w.cos() + c2 * (2.0 * w).cos();
            let im = c1 * w.sin() + c2 * (2.0 * w).sin();
            re * re + im * im
        };
        (10.0 * (sum(self.b) / sum([1.0, self.a[0], self.a[1]])).log10()) as f32
    }

    fn parts(self) -> [f32; 5] {
        [self.b[0], self.b[1], self.b[2], self.a[0], self.a[1]]
    }
}

/// A section's memory (transposed direct form II).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Biquad {
    s: [f32; 2],
}

impl Biquad {
    /// Filters in place. Samples have to be finite.
    pub fn process(&mut self, coefficients: &Coefficients, pcm: &mut [f32]) {
        let Coefficients { b: [b0, b1, b2], a: [a1, a2] } = *coefficients;
        let [mut s1, mut s2] = self.s;
        for x in pcm {
            let y = b0 * *x + s1;
            s1 = b1 * *x - a1 * y + s2;
            s2 = b2 * *x - a2 * y;
            *x = y;
        }
        self.keep([s1, s2]);
    }

    /// Filters in place while the coefficients move in a straight line from `from` to `to`. Each set on the way is stable
    /// if both are: the region of stability of (a1, a2) is a triangle.
    pub fn process_moving(&mut self, from: &Coefficients, to: &Coefficients, pcm: &mut [f32]) {
        let (mut now, end) = (from.parts(), to.parts());
        let mut step = [0.0; 5];
        for (step, (end, now)) in step.iter_mut().zip(end.iter().zip(&now)) {
            *step = (end - now) / pcm.len().max(1) as f32;
        }
        let [mut s1, mut s2] = self.s;
        for x in pcm {
            for (now, step) in now.iter_mut().zip(step) {
                *now += step;
            }
            let [b0, b1, b2, a1, a2] = now;
            let y = b0 * *x + s1;
            s1 = b1 * *x - a1 * y + s2;
            s2 = b2 * *x - a2 * y;
            *x = y;
        }
        self.keep([s1, s2]);
    }

    /// Silence again.
    pub fn reset(&mut self) {
        self.s = [0.0; 2];
    }

    fn keep(&mut self, s: [f32; 2]) {
        let sound = s.iter().all(|s| s.is_finite());
        self.s = if sound { s.map(|s| if s.abs() < FAINT { 0.0 } else { s }) } else { [0.0; 2] };
    }
}
