//! Real-time: windowing, autocorrelation and lag window of the linear prediction, clause 3.2.1.

use super::arith::{Split, norm, shl, short_round};
use super::tables::{LAG_WINDOW, LP_WINDOW};
use super::{LAGS, WINDOW};

/// Autocorrelation of a windowed frame, normalized by its first value.
#[derive(Debug, Clone)]
pub struct Autocorrelation {
    /// Lags 0 to 12. Those above 10 are for the voice activity detector.
    pub lags: [Split; LAGS],
    /// Exponent: the values are to be multiplied by 2 to this power.
    pub exponent: i32,
}

/// Σ x², from 1 (silence has an energy, too); `None` if it does not fit.
fn energy(signal: &[i16; WINDOW]) -> Option<i32> {
    let sum: i64 = signal.iter().map(|&x| i64::from(i32::from(x) * i32::from(x))).sum();
    i32::try_from(2 * sum + 1).ok()
}

impl Autocorrelation {
    /// Of the last 30 ms of pre-processed speech.
    pub fn new(speech: &[i16; WINDOW]) -> Self {
        let mut windowed = [0; WINDOW];
        for ((out, &x), &w) in windowed.iter_mut().zip(speech).zip(&LP_WINDOW) {
            *out = short_round(x, w);
        }
        let mut exponent = 1;
        let energy = loop {
            if let Some(energy) = energy(&windowed) {
                break energy;
            }
            windowed.iter_mut().for_each(|x| *x >>= 2);
            exponent += 4;
        };
        let count = norm(energy);
        let mut lags = [Split::default(); LAGS];
        for (lag, out) in lags.iter_mut().enumerate() {
            // No partial sum exceeds the energy, which fits, so that none of them saturates.
            let pairs = windowed.iter().zip(&windowed[lag..]);
            let sum = pairs.fold(0i32, |sum, (&x, &y)| sum.wrapping_add(i32::from(x) * i32::from(y)));
            *out = Split::new(shl(if lag == 0 { energy } else { sum.wrapping_mul(2) }, count));
        }
        Self { lags, exponent: exponent - count }
    }

    /// Upper words of lags 0 to 10, which the silence descriptors are made of.
    pub fn upper_words(&self) -> [i16; super::ORDER + 1] {
        std::array::from_fn(|lag| self.lags[lag].high)
    }

    /// With the lag window of 60 Hz.
    #[must_use]
    pub fn lag_windowed(mut self) -> Self {
        for (lag, &[high, low]) in self.lags[1..].iter_mut().zip(&LAG_WINDOW) {
            *lag = Split::new(lag.times_split(Split { high, low }));
        }
        self
    }
}
