//! Real-time: makes noise of a described level and spectrum: white noise through an all-pole filter.

use super::lpc::{MAX_ORDER, filter_from_reflection};
use super::payload::ComfortNoise;

/// Samples after which level and spectrum take a step towards the description, and the steps' size. At 8 kHz a step is
/// 5 ms and a change is 90 % done after 40 ms.
const STEP_SAMPLES: usize = 40;
const STEP: f32 = 0.25;
/// Root mean square of the white noise, which is uniform in -1..1, inverted: the square root of 3.
const WHITE_PEAK: f32 = 1.732_050_8;

/// What a filter's memory never reaches: full-scale noise stays under 60 dB above full scale.
const RUNAWAY: f32 = 1_000.0;

/// Generates comfort noise, mono, at any sample rate.
///
/// A first description holds at once; later ones are approached, the level in dB and the spectrum by its reflection
/// coefficients (which stay stable in between), so that an update makes no step that can be heard. Real-time safe; the
/// output is finite and within ±1 whatever is described.
#[derive(Debug, Clone)]
pub struct ComfortNoiseGenerator {
    target: Option<Shape>,
    now: Shape,
    /// Coefficients of the prediction-error filter, in the order of the past: `a_1` last.
    filter: [f32; MAX_ORDER],
    /// Amplitude of the excitation: now, at the last step's end.
    amplitude: f32,
    /// Past output, oldest first.
    past: [f32; MAX_ORDER],
    random: u32,
}

/// What is approached: level in dB, reflection coefficients.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape {
    level: f32,
    reflection: [f32; MAX_ORDER],
}

impl Shape {
    /// A step towards `target`; there when next to it.
    fn approach(&mut self, target: &Self) {
        let close = |value: &mut f32, target: f32, step: f32| {
            let distance = target - *value;
            *value = if distance.abs() <= step { target } else { *value + STEP * distance };
        };
        close(&mut self.level, target.level, 0.1);
        self.reflection.iter_mut().zip(target.reflection).for_each(|(k, target)| close(k, target, 0.004));
    }
}

impl ComfortNoiseGenerator {
    /// A generator that makes silence until it is given a description. Streams with different seeds are not alike.
    pub fn new(seed: u32) -> Self {
        let now = Shape { level: -127.0, reflection: [0.0; MAX_ORDER] };
        let (filter, past) = ([0.0; MAX_ORDER], [0.0; MAX_ORDER]);
        Self { target: None, now, filter, amplitude: 0.0, past, random: seed }
    }

    /// Sets what is to be approached from the next sample on.
    pub fn describe(&mut self, noise: &ComfortNoise) {
        let shape = Shape { level: noise.level().0, reflection: noise.reflection() };
        if self.target.replace(shape).is_none() {
            self.now = shape;
            self.amplitude = self.shape_filter();
        }
    }

    /// Whether there is a description since construction or [`reset`](Self::reset).
    pub fn is_described(&self) -> bool {
        self.target.is_some()
    }

    /// Fills `out` with noise; with zeros before the first description.
    pub fn generate(&mut self, out: &mut [f32]) {
        let Some(target) = self.target else { return out.fill(0.0) };
        for part in out.chunks_mut(STEP_SAMPLES) {
            let from = self.amplitude;
            if self.now != target {
                self.now.approach(&target);
                self.amplitude = self.shape_filter();
            }
            self.fill(part, from);
        }
    }

    /// Forgets the description and falls silent; the random numbers go on.
    pub fn reset(&mut self) {
        *self = Self::new(self.random);
    }

    /// Makes the filter of the present shape and returns the excitation's amplitude for its level.
    fn shape_filter(&mut self) -> f32 {
        let power;
        (self.filter, power) = filter_from_reflection(&self.now.reflection);
        self.filter.reverse();
        WHITE_PEAK * power.sqrt() * 10f32.powf(self.now.level / 20.0)
    }

    /// At most a step's samples; the amplitude goes evenly from `from` to the present one.
    fn fill(&mut self, out: &mut [f32], from: f32) {
        let slope = (self.amplitude - from) / out.len() as f32;
        let mut amplitude = from;
        // The past, oldest first, then the samples of this step.
        let mut line = [0.0; MAX_ORDER + STEP_SAMPLES];
        line[..MAX_ORDER].copy_from_slice(&self.past);
        for (n, sample) in out.iter_mut().enumerate().take(STEP_SAMPLES) {
            amplitude += slope;
            // Numerical Recipes' quick generator; the upper bits are the random ones.
            self.random = self.random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let white = (self.random as i32 >> 8) as f32 * (1.0 / 8_388_608.0);
            // The newest sample is the last addend, so that the sum of the others need not wait for it. Three sums, each
            // over every third one, wait less for themselves.
            let mut older = [0.0; 3];
            for (a, y) in self.filter.as_chunks::<3>().0.iter().zip(line[n..].as_chunks::<3>().0) {
                older.iter_mut().zip(a).zip(y).for_each(|((sum, a), y)| *sum += a * y);
            }
            let others = amplitude * white - (older[0] + older[1] + older[2]);
            let value = others - self.filter[MAX_ORDER - 1] * line[n + MAX_ORDER - 1];
            line[n + MAX_ORDER] = value;
            *sample = if value.is_nan() { 0.0 } else { value.clamp(-1.0, 1.0) };
        }
        self.past.copy_from_slice(&line[out.len()..][..MAX_ORDER]);
        // The filter is stable as rounded; were its sums' rounding to grow all the same, it starts anew.
        if !self.past.iter().all(|y| y.abs() < RUNAWAY) {
            self.past = [0.0; MAX_ORDER];
        }
    }
}
