//! Control: a tone, sample by sample from its place in the cadence: to begin in its midst is no other than to have come there.

use crate::playback::report::samples_in;
use crate::playback::tones::ToneCadence;
use crate::types::SampleRate;
use std::f64::consts::TAU;

/// The level of a sine of full scale, dBm0, as the engine's other tones have it (ITU-T G.711 with the µ-law: 3.17, A-law: 3.14).
const FULL_SCALE_DBM0: f32 = 3.15;

/// A tone on its way.
#[derive(Debug)]
pub(super) struct Generator {
    hz: Vec<f64>,
    peak: f64,
    /// Samples on and off.
    steps: Vec<(u64, u64)>,
    period: u64,
    /// Of the rise and the fall: 5 ms.
    ramp: u64,
    rate: f64,
    /// `None`: without end.
    lasting: Option<u64>,
    at: u64,
}

impl Generator {
    pub(super) fn new(tone: &ToneCadence, rate: SampleRate) -> Self {
        let steps: Vec<_> =
            tone.steps.iter().map(|(on, off)| (samples_in(*on, rate), samples_in(*off, rate))).collect();
        // What lies above half the rate would be heard as another tone.
        let hz = tone.hz.iter().map(|hz| f64::from(*hz)).filter(|hz| *hz < f64::from(rate.hz()) / 2.0).collect();
        Self {
            hz,
            peak: 10f64.powf(f64::from((tone.dbm0 - FULL_SCALE_DBM0) / 20.0)),
            period: steps.iter().map(|(on, off)| on.saturating_add(*off)).fold(0, u64::saturating_add),
            steps,
            ramp: u64::from(rate.hz() / 200),
            rate: f64::from(rate.hz()),
            lasting: tone.lasting.map(|time| samples_in(time, rate)),
            at: 0,
        }
    }

    pub(super) fn pass_over(&mut self, samples: u64) -> u64 {
        let passed = self.lasting.map_or(samples, |lasting| samples.min(lasting.saturating_sub(self.at)));
        self.at += passed;
        passed
    }

    pub(super) fn read(&mut self, out: &mut [f32]) -> usize {
        let left = self.lasting.map_or(u64::MAX, |lasting| lasting.saturating_sub(self.at));
        let wanted = left.min(out.len() as u64) as usize;
        let out = &mut out[..wanted];
        out.fill(0.0);
        for &hz in &self.hz {
            // By rotation from an angle that is exact at the beginning of what is asked for.
            let turn = hz / self.rate;
            let (mut sin, mut cos) = (TAU * (self.at as f64 * turn).fract()).sin_cos();
            let (step_sin, step_cos) = (TAU * turn).sin_cos();
            for sample in &mut *out {
                *sample += (self.peak * sin) as f32;
                (sin, cos) = (sin * step_cos + cos * step_sin, cos * step_cos - sin * step_sin);
            }
        }
        for (n, sample) in out.iter_mut().enumerate() {
            *sample = (*sample * self.envelope(self.at + n as u64)).clamp(-1.0, 1.0);
        }
        self.at += out.len() as u64;
        out.len()
    }

    /// How far a tone is on at a sample: it rises and falls within its time.
    fn envelope(&self, at: u64) -> f32 {
        let (mut begun, mut left) = (at, self.lasting.map_or(u64::MAX, |lasting| lasting.saturating_sub(at)));
        if self.period > 0 {
            let mut place = at % self.period;
            for (on, off) in &self.steps {
                if place < *on {
                    (begun, left) = (place, left.min(on - place));
                    break;
                }
                if place - on < *off {
                    return 0.0;
                }
                place -= on + off;
            }
        }
        let near = (begun + 1).min(left).min(self.ramp);
        near as f32 / self.ramp as f32
    }
}
