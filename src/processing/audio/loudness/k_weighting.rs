//! Real-time: the K-weighting of ITU-R BS.1770-4: how loud frequencies are to a listener.
//!
//! The Recommendation gives coefficients for 48 kHz; for other rates the analogue prototypes behind them (a shelf of
//! +4 dB at 1,682 Hz, a high-pass at 38 Hz) are transformed anew, as EBU Tech 3341 meters do.

#[cfg(test)]
mod tests;

use crate::processing::effects::biquad::Coefficients;
use crate::types::SampleRate;

/// Far below anything that is heard: the state becomes 0, not denormal.
const FAINT: f64 = 1e-30;

/// The K-weighting filter of one channel.
#[derive(Debug, Clone)]
pub struct KWeighting {
    shelf: Section,
    high_pass: Section,
}

#[derive(Debug, Clone)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
    /// The last two inputs and outputs, newest first.
    x: [f64; 2],
    y: [f64; 2],
}

impl Section {
    /// A second-order section whose analogue prototype has these gains at high, middle and low frequencies.
    fn new(rate: f64, hz: f64, q: f64, [high, middle, low]: [f64; 3]) -> Self {
        let k = (std::f64::consts::PI * hz / rate).tan();
        let a0 = 1.0 + k / q + k * k;
        let b = [high + middle * k / q + low * k * k, 2.0 * (low * k * k - high), high - middle * k / q + low * k * k];
        let a = [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0];
        Self { b: b.map(|b| b / a0), a, x: [0.0; 2], y: [0.0; 2] }
    }

    #[inline(always)]
    fn step(&mut self, x: f64) -> f64 {
        // What needs the last output only at the end: the next sample waits for one product and one difference.
        let older = (self.b[0] * x + self.b[1] * self.x[0]) + (self.b[2] * self.x[1] - self.a[1] * self.y[1]);
        let y = older - self.a[0] * self.y[0];
        (self.x, self.y) = ([x, self.x[0]], [y, self.y[0]]);
        y
    }

    fn settle(&mut self) {
        for s in self.x.iter_mut().chain(&mut self.y) {
            *s = if s.is_finite() && s.abs() > FAINT { *s } else { 0.0 };
        }
    }
}

impl KWeighting {
    /// The filter for a sample rate.
    pub fn new(rate: SampleRate) -> Self {
        let rate = f64::from(rate.hz());
        let high = 10f64.powf(3.999_843_853_973_347 / 20.0);
        let shelf = [high, high.powf(0.499_666_774_154_541_6), 1.0];
        let mut high_pass = Section::new(rate, 38.135_470_876_024_44, 0.500_327_037_323_877_3, [1.0, 0.0, 0.0]);
        // BS.1770 has this section with the numerator 1, −2, 1.
        high_pass.b = [1.0, -2.0, 1.0];
        Self { shelf: Section::new(rate, 1_681.974_450_955_533, 0.707_175_236_955_419_6, shelf), high_pass }
    }

    /// Of its two sections, for who runs them himself.
    pub(crate) fn coefficients(&self) -> [Coefficients; 2] {
        [&self.shelf, &self.high_pass].map(|s| Coefficients { b: s.b.map(|b| b as f32), a: s.a.map(|a| a as f32) })
    }

    /// The mean square of the weighted samples, which have to be finite. Real-time safe.
    pub fn mean_square(&mut self, pcm: &[f32]) -> f64 {
        let mut sum = 0.0;
        for &x in pcm {
            let y = self.high_pass.step(self.shelf.step(f64::from(x)));
            sum += y * y;
        }
        self.shelf.settle();
        self.high_pass.settle();
        if pcm.is_empty() || !sum.is_finite() { 0.0 } else { sum / pcm.len() as f64 }
    }

    /// Forgets past audio. Real-time safe.
    pub fn reset(&mut self) {
        for section in [&mut self.shelf, &mut self.high_pass] {
            (section.x, section.y) = ([0.0; 2], [0.0; 2]);
        }
    }
}

/// The loudness in LUFS of a weighted mean square; −200 for silence.
pub fn loudness(power: f64) -> f64 {
    -0.691 + 10.0 * power.max(1e-20).log10()
}

/// The weighted mean square of a loudness in LUFS.
pub fn power(lufs: f64) -> f64 {
    10f64.powf((lufs + 0.691) / 10.0)
}
