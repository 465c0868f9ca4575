//! Real-time: the open-loop estimate of the pitch from weighted speech, clause A.3.4: three ranges of lags, of which
//! shorter ones are favoured.

use super::FRAME;
use super::arith::{Split, abs16, shl16, short};
use super::functions::inverse_root;

/// Weighted speech of the past that is needed.
pub const PAST: usize = 143;

/// Every second sample of a frame is looked at.
const HALF: usize = FRAME / 2;

/// Both phases of the signal, so that each lag correlates neighbours in memory.
struct Decimated {
    even: [i16; (PAST + 1 + FRAME) / 2],
    odd: [i16; (PAST + 1 + FRAME) / 2],
    /// No sum of products can leave 32 bits.
    bounded: bool,
}

impl Decimated {
    /// `signal` holds [`PAST`] samples before the frame.
    fn new(signal: &[i16; PAST + FRAME]) -> Self {
        let energy = |phase: usize| -> i64 {
            signal[phase..].iter().step_by(2).map(|&x| i64::from(i32::from(x) * i32::from(x))).sum()
        };
        // The first sample is the oldest one; the energy that is tested takes it and every second after it.
        let tested = 2 * energy(0);
        let shift = if tested > i64::from(i32::MAX) {
            -3
        } else if tested < 1 << 20 {
            3
        } else {
            0
        };
        let mut decimated = Self { even: [0; _], odd: [0; _], bounded: true };
        // One sample is put in front, so that the frame begins in the even phase.
        for (i, &x) in signal.iter().enumerate() {
            let x = shl16(x, shift);
            let phase = if i % 2 == 1 { &mut decimated.even } else { &mut decimated.odd };
            phase[i.div_ceil(2)] = x;
        }
        let square = |phase: &[i16]| phase.iter().map(|&x| i64::from(i32::from(x) * i32::from(x))).sum::<i64>();
        decimated.bounded = square(&decimated.even).max(square(&decimated.odd)) < 1 << 30;
        decimated
    }

    fn frame(&self) -> &[i16] {
        &self.even[PAST.div_ceil(2)..]
    }

    fn delayed(&self, lag: usize) -> &[i16] {
        let start = PAST + 1 - lag;
        let phase = if start.is_multiple_of(2) { &self.even } else { &self.odd };
        &phase[start / 2..start / 2 + HALF]
    }

    fn dot(&self, start: i32, a: &[i16], b: &[i16]) -> i32 {
        let pairs = a.iter().zip(b);
        if self.bounded {
            let sum = pairs.fold(0i32, |sum, (&a, &b)| sum.wrapping_add(i32::from(a) * i32::from(b)));
            return sum.wrapping_mul(2).wrapping_add(start);
        }
        pairs.fold(start, |sum, (&a, &b)| super::arith::mac(sum, a, b))
    }

    fn correlation(&self, lag: usize) -> i32 {
        self.dot(0, self.frame(), self.delayed(lag))
    }

    /// The correlation divided by the root of the delayed signal's energy.
    fn normalized(&self, correlation: i32, lag: usize) -> i16 {
        let delayed = self.delayed(lag);
        let root = inverse_root(self.dot(1, delayed, delayed));
        Split::new(correlation).times_split(Split::new(root)) as i16
    }

    fn best(&self, lags: impl Iterator<Item = usize>, start: (i32, usize)) -> (i32, usize) {
        lags.fold(start, |best, lag| {
            let correlation = self.correlation(lag);
            if correlation > best.0 { (correlation, lag) } else { best }
        })
    }
}

/// The lag of the present frame, the last 80 samples of `signal`.
pub fn estimate(signal: &[i16; PAST + FRAME]) -> i16 {
    let signal = Decimated::new(signal);
    let (short_max, short_lag) = signal.best(20..40, (i32::MIN, 20));
    let (middle_max, middle_lag) = signal.best(40..80, (i32::MIN, 40));
    let coarse = signal.best((80..143).step_by(2), (i32::MIN, 80));
    let (long_max, long_lag) = signal.best([coarse.1 + 1, coarse.1 - 1].into_iter(), coarse);
    let mut short_peak = signal.normalized(short_max, short_lag);
    let mut middle_peak = signal.normalized(middle_max, middle_lag);
    let long_peak = signal.normalized(long_max, long_lag);
    let [short_lag, middle_lag, long_lag] = [short_lag, middle_lag, long_lag].map(|lag| lag as i16);
    // A longer range's lag may be a multiple of a shorter one's.
    for (multiple, within) in [(2, 5), (3, 7)] {
        if abs16(multiple * middle_lag - long_lag) < within {
            middle_peak = middle_peak.saturating_add(long_peak >> 2);
        }
    }
    for (multiple, within) in [(2, 5), (3, 7)] {
        if abs16(multiple * short_lag - middle_lag) < within {
            short_peak = short_peak.saturating_add(short(middle_peak, 6_554));
        }
    }
    let best = if short_peak < middle_peak { (middle_peak, middle_lag) } else { (short_peak, short_lag) };
    if best.0 < long_peak { long_lag } else { best.1 }
}
