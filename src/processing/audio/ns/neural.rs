//! Real-time: noise suppression by a recurrent network, RNNoise (Valin, "A hybrid DSP/deep learning approach to
//! real-time full-band speech enhancement", 2018), through crate nnnoiseless with its weights.
//!
//! The network works at 48 kHz; other rates are converted on the way in and out. Its gains know no floor, and harm speech
//! where there is little noise: a share of the input, delayed alike, is mixed in, as the level says. At level moderate the
//! share goes with how much of the sound the network keeps over a second: most where it is mainly speech, none where it
//! is mainly noise, which is all that the share would bring back. Where speech is clear it is all, as long as there is speech.

use super::ear::Ear;
use super::{NoiseSuppression, NoiseSuppressor};
use crate::processing::finite::{bounded, or_zero};
use crate::processing::format::Resampler;
use crate::processing::stage::StageFault;
use crate::types::SampleRate;
use nnnoiseless::DenoiseState;
use std::fmt;

/// Samples of the network's block: 10 ms at 48 kHz.
const BLOCK: usize = DenoiseState::FRAME_SIZE;
/// It takes samples on the scale of 16-bit integers.
const SCALE: f32 = 32_768.0;
/// No sample is taken for more.
const GREATEST: f32 = 16.0;
/// Output below this is 0: no denormals leave.
const LEAST: f32 = 1e-15;
/// What remains of a power after a block: a time constant of 1 s.
const KEPT: f32 = 0.99;
/// The parts of the power kept between which the share rises.
const MAINLY_NOISE: f32 = 0.6;
const MAINLY_SPEECH: f32 = 0.95;
/// Blocks that the network's pitch search looks back on.
const FLUSH_BLOCKS: usize = 5;

/// Noise suppression by RNNoise. Real-time safe except for its construction, on threads that have called
/// [`prepare_thread`](super::prepare_thread): elsewhere the first block allocates.
///
/// Example: [`NoiseSuppressor`](crate::processing::NoiseSuppressor).
pub struct NeuralSuppressor {
    block: usize,
    ear: Ear,
    network: Box<DenoiseState<'static>>,
    up: Resampler,
    down: Resampler,
    /// The network's block before this one, at 48 kHz: what its output belongs to.
    last: [f32; BLOCK],
    level: NoiseSuppression,
    /// Powers of the network's output and input over the last second.
    powers: [f32; 2],
    /// The share of the input at the last block's end.
    share: f32,
    delay: usize,
}

impl NeuralSuppressor {
    /// For one channel at `rate`. Allocates.
    ///
    /// # Panics
    /// Never: a resampler of one channel can always be made.
    #[must_use]
    pub fn new(rate: SampleRate, level: NoiseSuppression) -> Self {
        let convert = |from, to| Resampler::new(from, to, 1).expect("one channel is legal");
        let (up, down) = (convert(rate, SampleRate::Hz48000), convert(SampleRate::Hz48000, rate));
        let conversion = (up.delay() + down.delay()).as_secs_f64() * f64::from(rate.hz());
        Self {
            block: rate.block_samples(),
            ear: Ear::new(rate),
            network: DenoiseState::new(),
            up,
            down,
            last: [0.0; BLOCK],
            level,
            powers: [0.0; 2],
            share: 0.0,
            delay: rate.block_samples() + conversion.round() as usize,
        }
    }
}

#[cfg(test)]
impl NeuralSuppressor {
    /// One that does not know clear speech.
    pub(super) fn deaf(rate: SampleRate, level: NoiseSuppression) -> Self {
        Self { ear: Ear::deaf(rate), ..Self::new(rate, level) }
    }
}

/// The share of the input that is left, of least and of most of the sound kept.
const fn shares(level: NoiseSuppression) -> [f32; 2] {
    match level {
        NoiseSuppression::Low => [0.25, 0.25],
        NoiseSuppression::Moderate => [0.0, 0.06],
        NoiseSuppression::High => [0.0, 0.0],
    }
}

/// Makes the FFT plans that the crate keeps for each thread.
pub(super) fn prepare_thread() {
    let mut network = DenoiseState::new();
    let (mut out, mut random) = ([0.0; BLOCK], 1_u32);
    for _ in 0..2 {
        let noise = std::array::from_fn::<f32, BLOCK, _>(|_| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 20) as f32 - 2_048.0
        });
        network.process_frame(&mut out, &noise);
    }
}

impl NeuralSuppressor {
    /// The share of the input for a block of which the network made `clean`.
    fn share(&mut self, clean: &[f32; BLOCK]) -> f32 {
        for (power, block) in self.powers.iter_mut().zip([clean, &self.last]) {
            let now: f32 = block.iter().map(|x| x * x).sum();
            let next = KEPT * *power + (1.0 - KEPT) * or_zero(now);
            *power = if next > 1e-9 { next } else { 0.0 };
        }
        let [kept, all] = self.powers;
        // One step of 16 bits is silence.
        let part = (kept / (all + BLOCK as f32) - MAINLY_NOISE) / (MAINLY_SPEECH - MAINLY_NOISE);
        let [least, most] = shares(self.level);
        least + (most - least) * part.clamp(0.0, 1.0)
    }
}

impl NoiseSuppressor for NeuralSuppressor {
    fn process(&mut self, block: &mut [f32]) -> Result<(), StageFault> {
        if block.len() != self.block {
            return Err(StageFault::BadBlock);
        }
        let clear = self.ear.hear(block);
        for x in block.iter_mut() {
            *x = bounded(*x, GREATEST) * SCALE;
        }
        let (mut noisy, mut clean) = ([0.0; BLOCK], [0.0; BLOCK]);
        // Neither fails: the blocks are of the length that was agreed.
        let _ = self.up.process_block(block, &mut noisy);
        self.network.process_frame(&mut clean, &noisy);
        let share = self.share(&clean).max(clear);
        let (before, rise) = (self.share, (share - self.share) / BLOCK as f32);
        for (n, (clean, last)) in clean.iter_mut().zip(&self.last).enumerate() {
            let y = (*clean + (before + rise * n as f32) * (last - *clean)) / SCALE;
            *clean = if y.is_finite() && y.abs() > LEAST { y } else { 0.0 };
        }
        (self.last, self.share) = (noisy, share);
        let _ = self.down.process_block(&clean, block);
        for y in block.iter_mut() {
            *y = if y.abs() > LEAST { *y } else { 0.0 };
        }
        Ok(())
    }

    fn set_level(&mut self, level: NoiseSuppression) {
        self.level = level;
    }

    fn delay_samples(&self) -> usize {
        self.delay
    }

    fn reset(&mut self) {
        // The crate can reset nothing without allocating; silence clears its signal memory, and what is left in the
        // recurrent layers is forgotten within some hundred milliseconds of sound.
        let mut out = [0.0; BLOCK];
        for _ in 0..FLUSH_BLOCKS {
            self.network.process_frame(&mut out, &[0.0; BLOCK]);
        }
        (self.last, self.powers, self.share) = ([0.0; BLOCK], [0.0; 2], 0.0);
        self.ear.reset();
        self.up.reset();
        self.down.reset();
    }
}

impl fmt::Debug for NeuralSuppressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NeuralSuppressor")
            .field("block", &self.block)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}
