//! Real-time: the network of Silero VAD 6.2 at 16 kHz with its published weights (MIT, see `silero/LICENSE`), written anew.
//!
//! It takes windows of 36 ms: four spectra, four layers of convolution, one of long short-term memory (Hochreiter and
//! Schmidhuber, Neural Computation, 1997), one sum. The published one takes a window each 32 ms. Here one more is taken
//! half way between, of which nothing is remembered: the answer is never older than 16 ms. The windows share most of
//! their spectra, and what can be done before a window is whole is done as its spectra become known, so that no block of
//! 10 ms has all of the work.

mod kernels;
mod spectrum;
#[cfg(test)]
mod tests;
mod weights;

use crate::processing::audio::network::multiply;
use kernels::{add, rectify, remember};
use spectrum::{BINS, SIZE, Spectrum};
use weights::{FIRST, FOURTH, GATES, SECOND, THIRD, UNITS, Weights};

/// Samples between windows, of those before that a spectrum still needs, and of what is mirrored at a window's end.
const STEP: usize = 256;
const BEFORE: usize = 192;
const MIRRORED: usize = 64;
const WHOLE: usize = BEFORE + STEP;
/// Samples between spectra, and how many samples have to be there for each of a window's last three (its first is the
/// second last of the window before).
const HOP: usize = 128;
const READY: [usize; 3] = [SIZE, SIZE + HOP, WHOLE];

/// The network of one stream.
pub(super) struct Silero {
    weights: &'static Weights,
    spectrum: Spectrum,
    samples: [f32; WHOLE + MIRRORED],
    filled: usize,
    /// Spectra of this window that were taken.
    taken: usize,
    /// What the layers have summed of this window, and the first of the next.
    first: [[f32; FIRST]; 4],
    next: [[f32; FIRST]; 2],
    second: [[f32; SECOND]; 2],
    /// What was remembered says to the gates.
    recalled: [f32; GATES],
    memory: Memory,
    /// Whether this window is one of the published network's.
    counts: bool,
    odds: f32,
}

/// What is known of the stream, and what was said last.
#[derive(Clone, Copy)]
pub(super) struct Memory {
    known: [f32; UNITS],
    said: [f32; UNITS],
}

const NOTHING: Memory = Memory { known: [0.0; UNITS], said: [0.0; UNITS] };
/// The odds before the first window.
const AT_FIRST: f32 = -3.0;

impl Silero {
    /// At the begin of a stream. Control side: allocates.
    pub(super) fn new() -> Self {
        Self {
            weights: Weights::shared(),
            spectrum: Spectrum::new(),
            samples: [0.0; WHOLE + MIRRORED],
            filled: BEFORE,
            taken: 0,
            first: [[0.0; FIRST]; 4],
            next: [[0.0; FIRST]; 2],
            second: [[0.0; SECOND]; 2],
            recalled: [0.0; GATES],
            memory: NOTHING,
            counts: false,
            odds: AT_FIRST,
        }
    }

    /// One without weights.
    #[cfg(test)]
    pub(super) fn silent() -> Self {
        Self { weights: Box::leak(Box::new(Weights::nothing())), ..Self::new() }
    }

    /// Takes in samples at 16 kHz, within ±1; returns the logarithm of the odds that the last whole window holds speech.
    pub(super) fn odds(&mut self, mut samples: &[f32]) -> f32 {
        while !samples.is_empty() {
            let until = READY.get(self.taken).copied().unwrap_or(WHOLE);
            let room = self.samples.get_mut(self.filled..until).unwrap_or_default();
            let (now, later) = samples.split_at(room.len().min(samples.len()));
            room.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
            samples = later;
            self.filled += now.len();
            if self.filled >= until {
                self.take();
            }
        }
        self.odds
    }

    /// Does what one more spectrum of the window allows. An output of a convolution sees the spectrum before it, at it and after it:
    /// each is one tap away.
    fn take(&mut self) {
        let [before, at, after] = &self.weights.first;
        if self.taken == 2 {
            let (samples, mirrored) = self.samples.split_at_mut(WHOLE);
            mirrored.iter_mut().zip(samples.iter().rev().skip(1)).for_each(|(to, from)| *to = *from);
        }
        let mut heard = [0.0; BINS];
        self.spectrum.magnitudes(self.samples.get(self.taken * HOP..).unwrap_or_default(), &mut heard);
        let [zeroth, one, two, three] = &mut self.first;
        self.taken += 1;
        match self.taken {
            1 => {
                multiply(after, &heard, zeroth);
                multiply(at, &heard, one);
                multiply(before, &heard, two);
                if !self.counts {
                    self.recalled = [0.0; GATES];
                    multiply(&self.weights.state, &self.memory.said, &mut self.recalled);
                }
            }
            2 => {
                self.next = [[0.0; FIRST]; 2];
                let [next_zeroth, next_one] = &mut self.next;
                multiply(after, &heard, one);
                multiply(at, &heard, next_zeroth);
                multiply(before, &heard, next_one);
                add(next_zeroth, two);
                add(next_one, three);
                self.first_half();
            }
            _ => {
                multiply(after, &heard, two);
                multiply(at, &heard, three);
                self.finish();
            }
        }
    }

    /// The second layer, with a stride of two: what the first two outputs of the first say.
    fn first_half(&mut self) {
        let weights = self.weights;
        let ([zeroth, one, ..], [early, late]) = (&mut self.first, &mut self.second);
        let [before, at, after] = &weights.second;
        for sums in [&mut *zeroth, &mut *one] {
            rectify(sums, &weights.first_scale, &weights.first_bias);
        }
        multiply(at, zeroth, early);
        multiply(after, one, early);
        multiply(before, one, late);
    }

    /// The rest.
    fn finish(&mut self) {
        let weights = self.weights;
        let ([.., two, three], [early, late]) = (&mut self.first, &mut self.second);
        let [_, at, after] = &weights.second;
        for sums in [&mut *two, &mut *three] {
            rectify(sums, &weights.first_scale, &weights.first_bias);
        }
        multiply(at, two, late);
        multiply(after, three, late);
        let (mut third, mut fourth) = ([0.0; THIRD], [0.0; FOURTH]);
        for (sums, matrix) in [early, late].into_iter().zip(&weights.third) {
            rectify(sums, &weights.second_scale, &weights.second_bias);
            multiply(matrix, sums, &mut third);
        }
        rectify(&mut third, &weights.third_scale, &weights.third_bias);
        multiply(&weights.fourth, &third, &mut fourth);
        rectify(&mut fourth, &weights.fourth_scale, &weights.fourth_bias);
        let (mut gates, mut memory) = (self.recalled, self.memory);
        multiply(&weights.input, &fourth, &mut gates);
        remember(&mut gates, (&weights.gate_scale, &weights.gate_bias), &mut memory.known, &mut memory.said);
        let votes = memory.said.iter().zip(&weights.output).map(|(said, weight)| said.max(0.0) * weight);
        self.odds = weights.output_bias + votes.sum::<f32>();
        if self.counts {
            self.memory = memory;
        }
        self.next_window();
        if !self.odds.is_finite() {
            self.reset();
        }
    }

    fn next_window(&mut self) {
        self.samples.copy_within(STEP..WHOLE, 0);
        (self.filled, self.taken, self.counts) = (BEFORE, 0, !self.counts);
        let [zeroth, one] = self.next;
        self.first = [zeroth, one, [0.0; FIRST], [0.0; FIRST]];
        self.second = [[0.0; SECOND]; 2];
    }

    /// Back to the begin of a stream.
    pub(super) fn reset(&mut self) {
        self.samples.fill(0.0);
        self.next = [[0.0; FIRST]; 2];
        self.next_window();
        (self.memory, self.counts, self.odds) = (NOTHING, false, AT_FIRST);
    }
}
