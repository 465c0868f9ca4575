//! Real-time: three bands by Linkwitz-Riley filters of fourth order (Linkwitz, Riley: "Active Crossover Networks for
//! Noncoincident Drivers", JAES 1976): what is split and added again is an allpass of what it was, flat at all frequencies.
//!
//! The low band passes the allpass that the upper crossover makes of the others, so that all three stay in step. The
//! filters of a step run side by side, one in each lane; in the lane that the bands leave free runs the K-weighting. In
//! direct form I a step's output is the next one's input memory, and only one product waits for the sample before.

#[cfg(test)]
mod tests;

use crate::processing::audio::loudness::KWeighting;
use crate::processing::effects::biquad::{Coefficients, Shape};
use crate::types::SampleRate;
use multiversion::multiversion;

/// Where the bands meet, in Hz.
pub const MEET_HZ: [f32; 2] = [300.0, 2_000.0];
/// Bands.
pub const BANDS: usize = 3;
/// What is made of a sample: low, middle, high, and the sample K-weighted.
pub type Parts = [f32; LANES];

/// States fainter than this are silence.
const FAINT: f32 = 1e-18;
pub const LANES: usize = 4;
const STEPS: usize = 4;
/// Butterworth, of which two make a Linkwitz-Riley filter.
const Q: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Four second-order filters side by side.
#[derive(Debug, Clone, Copy)]
struct Step {
    b: [Parts; 3],
    a: [Parts; 2],
}

impl Step {
    fn new(filters: [Coefficients; LANES]) -> Self {
        let of = |part: fn(&Coefficients) -> f32| filters.map(|f| part(&f));
        Self { b: [of(|f| f.b[0]), of(|f| f.b[1]), of(|f| f.b[2])], a: [of(|f| f.a[0]), of(|f| f.a[1])] }
    }

    /// The output for input `x`; `last` are the inputs and `past` the outputs before, newest first.
    #[inline(always)]
    fn run(&self, x: Parts, last: &[Parts; 2], past: &[Parts; 2]) -> Parts {
        let mut y = [0.0; LANES];
        for k in 0..LANES {
            let older = (self.b[0][k] * x[k] + self.b[1][k] * last[0][k])
                + (self.b[2][k] * last[1][k] - self.a[1][k] * past[1][k]);
            y[k] = older - self.a[0][k] * past[0][k];
        }
        y
    }
}

/// The three bands of one channel, and how loud its samples are.
#[derive(Debug, Clone)]
pub struct Crossover {
    steps: [Step; STEPS],
    /// The last two inputs of each step, newest first; last, the outputs.
    memory: [[Parts; 2]; STEPS + 1],
}

impl Crossover {
    /// For a sample rate.
    pub fn new(rate: SampleRate) -> Self {
        let low = |hz| Coefficients::new(rate, Shape::LowPass, hz, Q, 0.0);
        let high = |hz| Coefficients::new(rate, Shape::HighPass, hz, Q, 0.0);
        let [lower, upper] = MEET_HZ;
        let [a1, a2] = low(upper).a;
        let all_pass = Coefficients { b: [a2, a1, 1.0], a: [a1, a2] };
        let unity = Coefficients::UNITY;
        let [shelf, high_pass] = KWeighting::new(rate).coefficients();
        let steps = [
            Step::new([low(lower), high(lower), high(lower), shelf]),
            Step::new([low(lower), high(lower), high(lower), high_pass]),
            Step::new([all_pass, low(upper), high(upper), unity]),
            Step::new([unity, low(upper), high(upper), unity]),
        ];
        Self { steps, memory: [[[0.0; LANES]; 2]; STEPS + 1] }
    }

    /// Makes the parts of finite samples; both slices are of one length. Real-time safe.
    pub fn split(&mut self, pcm: &[f32], parts: &mut [Parts]) {
        split(&self.steps, &mut self.memory, pcm, parts);
        for s in self.memory.iter_mut().flatten().flatten() {
            *s = if s.is_finite() && s.abs() > FAINT { *s } else { 0.0 };
        }
    }

    /// Silence again.
    pub fn reset(&mut self) {
        self.memory = [[[0.0; LANES]; 2]; STEPS + 1];
    }
}

#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx2"))]
fn split(steps: &[Step; STEPS], memory: &mut [[Parts; 2]; STEPS + 1], pcm: &[f32], parts: &mut [Parts]) {
    let [a, b, c, d] = *steps;
    let [mut m0, mut m1, mut m2, mut m3, mut m4] = *memory;
    for (x, part) in pcm.iter().zip(parts) {
        let x = [*x; LANES];
        let y1 = a.run(x, &m0, &m1);
        let y2 = b.run(y1, &m1, &m2);
        let y3 = c.run(y2, &m2, &m3);
        let y4 = d.run(y3, &m3, &m4);
        (m0, m1, m2) = ([x, m0[0]], [y1, m1[0]], [y2, m2[0]]);
        (m3, m4) = ([y3, m3[0]], [y4, m4[0]]);
        *part = y4;
    }
    *memory = [m0, m1, m2, m3, m4];
}
