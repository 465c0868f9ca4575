//! Real-time: the adaptive postfilter of Annex A, clause A.4.2: long-term, tilt compensation, short-term, gain control.

use super::arith::{clamp16, fraction, norm, product, round, shl, short, shr, upper};
use super::filters::{expand_bandwidth, residual, synthesize, synthesize_on};
use super::functions::inverse_root;
use super::inner_product::{self, correlate, dot, is_bounded, square};
use super::lag::LONGEST;
use super::{Lpc, ORDER, SUBFRAME, Subframe};

/// γn and γd, Q15.
const FACTORS: [i16; 2] = [18_022, 22_938];
/// γt, Q15.
const TILT: i16 = 26_214;
/// Samples of the impulse response that the tilt is measured on.
const RESPONSE: usize = 22;
/// Samples of the past that the long-term part needs.
const PAST: usize = LONGEST as usize;
/// Smoothing of the gain and what is left to the present, Q15.
const SMOOTHING: [i16; 2] = [29_491, 32_767 - 29_491];
/// 1/(1 + γp) and γp/(1 + γp) for a gain of one, Q15.
const FULL_GAIN: [i16; 2] = [21_845, 10_923];

/// Postfilter of one stream.
#[derive(Debug, Clone)]
pub struct PostFilter {
    residual: [i16; PAST + SUBFRAME],
    /// The last ten samples of the speech that came in.
    speech: [i16; ORDER],
    synthesis: [i16; ORDER],
    pre_emphasis: i16,
    gain: i16,
}

impl Default for PostFilter {
    fn default() -> Self {
        Self { residual: [0; PAST + SUBFRAME], speech: [0; ORDER], synthesis: [0; ORDER], pre_emphasis: 0, gain: 4_096 }
    }
}

/// How much of the delayed residual is added: lag, weight of the present, weight of the delayed signal (Q15).
struct LongTerm {
    lag: usize,
    present: i16,
    delayed: i16,
}

/// Best lag and gain of the long-term part; `None` if its prediction gain is below 3 dB. `small` is the residual, a
/// quarter of it.
fn long_term(small: &[i16; PAST + SUBFRAME], lag: i16) -> Option<LongTerm> {
    let first = (lag - 3).min(LONGEST - 6) as usize;
    let present = &small[PAST..];
    let delayed = |lag: usize| &small[PAST - lag..PAST - lag + SUBFRAME];
    let energy = inner_product::energy(present);
    let bounded = is_bounded(energy, inner_product::energy(&small[PAST - first - 6..PAST - first + SUBFRAME]));
    let (mut most, mut lag) = (i32::MIN, first);
    for candidate in first..=first + 6 {
        let correlation = dot(0, present, delayed(candidate), bounded);
        if correlation > most {
            (most, lag) = (correlation, candidate);
        }
    }
    let delayed = delayed(lag);
    let energies = [square(1, delayed), square(1, present)];
    let most = most.max(0);
    let count = norm(most.max(energies[0]).max(energies[1]));
    let [correlation, energy, own] = [most, energies[0], energies[1]].map(|value| round(shl(value, count)));
    if product(correlation, correlation).saturating_sub(product(energy, own) >> 1) < 0 {
        return None;
    }
    if correlation > energy {
        return Some(LongTerm { lag, present: FULL_GAIN[0], delayed: FULL_GAIN[1] });
    }
    let part = short(correlation, 16_384) >> 1;
    let whole = part.saturating_add(energy >> 1);
    let delayed = if whole > 0 { fraction(part, whole) } else { 0 };
    Some(LongTerm { lag, present: 32_767 - delayed, delayed })
}

/// The tilt of the short-term filter, γt·k, Q15.
fn tilt(numerator: &Lpc, denominator: &Lpc) -> i16 {
    let mut impulse = [0; RESPONSE];
    impulse[..=ORDER].copy_from_slice(numerator);
    let mut response = [0; RESPONSE];
    synthesize(denominator, &impulse, &mut response, &[0; ORDER]);
    let (energy, first) = (upper(square(0, &response)), upper(correlate(0, &response[1..], &response)));
    if first <= 0 { 0 } else { fraction(short(first, TILT), energy) }
}

/// Σ (x/4)².
fn energy(signal: &Subframe) -> i32 {
    square(0, &signal.map(|x| x >> 2))
}

impl PostFilter {
    /// One subframe of synthesized speech with its predictor and lag. `voice`: not comfort noise.
    pub fn filter(&mut self, speech: &Subframe, lpc: &Lpc, lag: i16, voice: bool) -> Subframe {
        let [numerator, denominator] = FACTORS.map(|factor| expand_bandwidth(lpc, factor));
        let mut extended = [0; ORDER + SUBFRAME];
        extended[..ORDER].copy_from_slice(&self.speech);
        extended[ORDER..].copy_from_slice(speech);
        self.speech.copy_from_slice(&extended[SUBFRAME..]);
        residual(&numerator, &extended, &mut self.residual[PAST..]);
        let mut filtered = self.long_term_filtered(lag, voice);
        self.emphasize(&mut filtered, tilt(&numerator, &denominator));
        let mut out = [0; SUBFRAME];
        synthesize_on(&denominator, &filtered, &mut out, &mut self.synthesis);
        self.control_gain(speech, &mut out);
        self.residual.copy_within(SUBFRAME.., 0);
        out
    }

    fn long_term_filtered(&self, lag: i16, voice: bool) -> Subframe {
        let mut filtered = [0; SUBFRAME];
        filtered.copy_from_slice(&self.residual[PAST..]);
        let small = self.residual.map(|x| x >> 2);
        let Some(by) = Some(lag).filter(|_| voice).and_then(|lag| long_term(&small, lag)) else { return filtered };
        for (x, &past) in filtered.iter_mut().zip(&self.residual[PAST - by.lag..]) {
            *x = short(by.present, *x).saturating_add(short(by.delayed, past));
        }
        filtered
    }

    fn emphasize(&mut self, signal: &mut Subframe, tilt: i16) {
        let mut past = [self.pre_emphasis; SUBFRAME];
        past[1..].copy_from_slice(&signal[..SUBFRAME - 1]);
        self.pre_emphasis = signal[SUBFRAME - 1];
        for (x, past) in signal.iter_mut().zip(past) {
            *x = x.saturating_sub(short(tilt, past));
        }
    }

    /// Gives the output the energy of the input, smoothed from sample to sample.
    fn control_gain(&mut self, input: &Subframe, output: &mut Subframe) {
        let out = energy(output);
        if out == 0 {
            self.gain = 0;
            return;
        }
        let count = norm(out) - 1;
        let out = round(shl(out, count));
        let into = energy(input);
        let target = if into == 0 {
            0
        } else {
            let shift = norm(into);
            let ratio = i32::from(fraction(out, round(shl(into, shift))));
            let ratio = shr(shl(ratio, 7), count - shift);
            short(round(shl(inverse_root(ratio), 9)), SMOOTHING[1])
        };
        let gains: Subframe = std::array::from_fn(|_| {
            self.gain = short(self.gain, SMOOTHING[0]).saturating_add(target);
            self.gain
        });
        for (x, gain) in output.iter_mut().zip(gains) {
            // The upper word of the product with three bits more; no gain is negative.
            *x = clamp16((i32::from(*x) * i32::from(gain)) >> 12);
        }
    }
}
