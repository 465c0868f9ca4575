//! Real-time: three bands by Linkwitz-Riley filters of fourth order (Linkwitz, Riley: "Active Crossover Networks for
//! Noncoincident Drivers", JAES 1976): what is split and added again is an allpass of what it was, flat at all frequencies.
//!
//! The low band passes the allpass that the upper crossover makes of the others, so that all three stay in step. The
//! filters of a step run side by side, one in each lane.

#[cfg(test)]
mod tests;

use crate::processing::effects::biquad::{Coefficients, Shape};
use crate::types::SampleRate;
use multiversion::multiversion;

/// Where the bands meet, in Hz.
pub const MEET_HZ: [f32; 2] = [300.0, 2_000.0];
/// Bands.
pub const BANDS: usize = 3;

/// States fainter than this are silence.
const FAINT: f32 = 1e-18;
const LANES: usize = 4;
/// Butterworth, of which two make a Linkwitz-Riley filter.
const Q: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Four second-order filters side by side.
#[derive(Debug, Clone, Copy)]
struct Step {
    b: [[f32; LANES]; 3],
    a: [[f32; LANES]; 2],
    s: [[f32; LANES]; 2],
}

impl Step {
    fn new(filters: [Coefficients; LANES]) -> Self {
        let of = |part: fn(&Coefficients) -> f32| filters.map(|f| part(&f));
        Self {
            b: [of(|f| f.b[0]), of(|f| f.b[1]), of(|f| f.b[2])],
            a: [of(|f| f.a[0]), of(|f| f.a[1])],
            s: [[0.0; LANES]; 2],
        }
    }

    #[inline(always)]
    fn run(&mut self, x: [f32; LANES]) -> [f32; LANES] {
        let mut y = [0.0; LANES];
        for k in 0..LANES {
            y[k] = self.b[0][k] * x[k] + self.s[0][k];
            self.s[0][k] = (self.b[1][k] * x[k] + self.s[1][k]) - self.a[0][k] * y[k];
            self.s[1][k] = self.b[2][k] * x[k] - self.a[1][k] * y[k];
        }
        y
    }

    fn settle(&mut self) {
        for s in self.s.iter_mut().flatten() {
            *s = if s.is_finite() && s.abs() > FAINT { *s } else { 0.0 };
        }
    }
}

/// The three bands of one channel.
#[derive(Debug, Clone)]
pub struct Crossover {
    steps: [Step; 4],
}

impl Crossover {
    /// For a sample rate.
    pub fn new(rate: SampleRate) -> Self {
        let low = |hz| Coefficients::new(Shape::LowPass, rate, hz, Q, 0.0);
        let high = |hz| Coefficients::new(Shape::HighPass, rate, hz, Q, 0.0);
        let [lower, upper] = MEET_HZ;
        let [a1, a2] = low(upper).a;
        let all_pass = Coefficients { b: [a2, a1, 1.0], a: [a1, a2] };
        let unity = Coefficients::UNITY;
        let split = Step::new([low(lower), high(lower), high(lower), unity]);
        let again = Step::new([all_pass, low(upper), high(upper), unity]);
        let last = Step::new([unity, low(upper), high(upper), unity]);
        Self { steps: [split, split, again, last] }
    }

    /// Splits finite samples into low, middle and high. All slices are of one length. Real-time safe.
    pub fn split(&mut self, pcm: &[f32], bands: &mut [&mut [f32]; BANDS]) {
        let [low, middle, high] = bands;
        split(&mut self.steps, pcm, low, middle, high);
        self.steps.iter_mut().for_each(Step::settle);
    }

    /// Silence again.
    pub fn reset(&mut self) {
        self.steps.iter_mut().for_each(|step| step.s = [[0.0; LANES]; 2]);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn split(steps: &mut [Step; 4], pcm: &[f32], low: &mut [f32], middle: &mut [f32], high: &mut [f32]) {
    let [mut a, mut b, mut c, mut d] = *steps;
    for ((x, low), (middle, high)) in pcm.iter().zip(low).zip(middle.iter_mut().zip(high)) {
        let y = d.run(c.run(b.run(a.run([*x; LANES]))));
        (*low, *middle, *high) = (y[0], y[1], y[2]);
    }
    *steps = [a, b, c, d];
}
