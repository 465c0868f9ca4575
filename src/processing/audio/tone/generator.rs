//! Real-time: makes the two tones of a DTMF digit (ITU-T Q.23), with ramps that do not click.

#[cfg(test)]
mod tests;

use crate::types::SampleRate;

/// Levels of the two tones in dBm0, as telephones send them (ETSI ES 201 235-2): the high one 2 dB stronger.
const LOW_DBM0: f32 = -11.0;
const HIGH_DBM0: f32 = -9.0;
/// A ramp takes this part of a block of 10 ms: 5 ms.
const RAMP: f32 = 2.0;

/// Sounds one digit at a time: the low tone at -11, the high one at -9 dBm0 (a sine of full scale has +3.15).
///
/// Example: [`ToneDetector`](crate::processing::ToneDetector).
#[derive(Debug, Clone)]
pub struct DtmfGenerator {
    hz: f32,
    step: f32,
    low: Oscillator,
    high: Oscillator,
    gain: f32,
}

/// A sine by rotation: no more than four multiplications a sample.
#[derive(Debug, Clone, Copy, Default)]
struct Oscillator {
    sin: f32,
    cos: f32,
    turn: (f32, f32),
    peak: f32,
}

impl Oscillator {
    fn new(hz: f32, rate: f32, dbm0: f32) -> Self {
        let turn = (std::f32::consts::TAU * hz / rate).sin_cos();
        let peak = 10f32.powf((dbm0 - super::dtmf::FULL_SCALE_DBM0) / 20.0);
        Self { sin: 0.0, cos: 1.0, turn, peak }
    }

    fn next(&mut self) -> f32 {
        let now = self.peak * self.sin;
        let (sin, cos) = (self.sin, self.cos);
        self.sin = sin * self.turn.1 + cos * self.turn.0;
        self.cos = cos * self.turn.1 - sin * self.turn.0;
        now
    }

    /// Takes the rounding of a block out of its amplitude.
    fn steady(&mut self) {
        let power = self.sin * self.sin + self.cos * self.cos;
        let scale = 1.5 - 0.5 * power;
        (self.sin, self.cos) = (self.sin * scale, self.cos * scale);
    }
}

impl DtmfGenerator {
    /// For audio of `rate`; silent.
    pub fn new(rate: SampleRate) -> Self {
        let step = RAMP / rate.block_samples() as f32;
        Self { hz: rate.hz() as f32, step, low: Oscillator::default(), high: Oscillator::default(), gain: 0.0 }
    }

    /// Whether something of a digit sounds still.
    pub fn is_sounding(&self) -> bool {
        self.gain > 0.0
    }

    /// Adds a block of `digit` (ASCII: `0`–`9`, `*`, `#`, `A`–`D`), or the end of the last one, to a block of 10 ms. What
    /// was in it is turned down to `beside` (0 to 1) while a digit sounds, and the sum cut at full scale. Real-time safe.
    pub fn add(&mut self, block: &mut [f32], digit: Option<u8>, beside: f32) {
        let tones = digit.and_then(super::dtmf::frequencies);
        if let (Some((low, high)), false) = (tones, self.is_sounding()) {
            self.low = Oscillator::new(low, self.hz, LOW_DBM0);
            self.high = Oscillator::new(high, self.hz, HIGH_DBM0);
        }
        let aim = if tones.is_some() { 1.0 } else { 0.0 };
        if self.gain == 0.0 && aim == 0.0 {
            return;
        }
        for sample in block {
            self.gain =
                if self.gain < aim { (self.gain + self.step).min(aim) } else { (self.gain - self.step).max(aim) };
            let tone = self.low.next() + self.high.next();
            *sample = (*sample * (1.0 + (beside - 1.0) * self.gain) + self.gain * tone).clamp(-1.0, 1.0);
        }
        self.low.steady();
        self.high.steady();
    }

    /// Silent at once. Real-time safe.
    pub fn reset(&mut self) {
        self.gain = 0.0;
    }
}
