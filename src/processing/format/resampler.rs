//! Real-time: sample rate conversion between 8, 16, 24, 32 and 48 kHz, block by block of 10 ms.
//!
//! A polyphase FIR filter of our own, with linear phase. In terms of the lower rate's Nyquist frequency E: flat within
//! 0.03 dB to 0.84 E, -0.9 dB at 0.8875 E (3,550 Hz of 4,000), at least 100 dB down from 1.05 E (4,200 Hz of 4,000) on,
//! images and aliases alike. Delay a little less than 12 / E: 2.94 to 2.98 ms where 8 kHz is one side, half of that where
//! 16 kHz is the lower side.
//!
//! Data path of a block, one channel at a time: `kernel` splits the input into as many streams as the input rate has
//! phases, filters each output phase as a weighted sum of stretches of these streams, and joins the phases. Weights come
//! from `table`, one per pair of rates, shared by all resamplers and computed on the control side when the first of a
//! pair is made, from `prototype`.

mod kernel;
mod prototype;
#[allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "control side")]
mod table;

use self::kernel::Work;
use self::table::Table;
use super::error::{FormatError, FormatFault};
use crate::types::SampleRate;
use std::time::Duration;

/// Converts blocks of 10 ms from one sample rate to another.
///
/// [`process_block`](Self::process_block) is real-time safe. Between equal rates it copies.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{FormatFault, Resampler};
///
/// let mut resampler = Resampler::new(SampleRate::Hz48000, SampleRate::Hz16000, 1)?;
/// let mut out = [0.0; 160];
/// assert_eq!(resampler.process_block(&[0.1; 480], &mut out), Ok(160));
/// assert_eq!(resampler.process_block(&[0.1; 441], &mut out), Err(FormatFault::BadBlock));
/// assert!(resampler.delay().as_millis() <= 3);
/// # Ok::<(), media_core::processing::FormatError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Resampler {
    table: &'static Table,
    from: SampleRate,
    to: SampleRate,
    /// What each channel's filter remembers, channel after channel.
    past: Box<[f32]>,
    channels: usize,
}

impl Resampler {
    /// A resampler for that many channels. Control side: allocates, and computes the pair's table if it is the first.
    ///
    /// # Errors
    /// [`FormatError::Channels`] if there are none.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(from: SampleRate, to: SampleRate, channels: usize) -> Result<Self, FormatError> {
        if channels == 0 {
            return Err(FormatError::Channels { given: 0, legal: "1 or more" });
        }
        let table = table::shared(from, to);
        Ok(Self { table, from, to, past: vec![0.0; table.past_len() * channels].into_boxed_slice(), channels })
    }

    /// The sample rate of the input.
    pub fn from_rate(&self) -> SampleRate {
        self.from
    }

    /// The sample rate of the output.
    pub fn to_rate(&self) -> SampleRate {
        self.to
    }

    /// How many channels a block has.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// By how much the output is later than the input.
    pub fn delay(&self) -> Duration {
        self.table.delay()
    }

    /// Converts one block of 10 ms, planar, and returns the samples per channel written.
    ///
    /// Real-time safe. Samples that are not finite, or beyond ±10^9, count as 0.
    ///
    /// # Errors
    /// [`FormatFault::BadBlock`] unless `input` is 10 ms per channel, [`FormatFault::ShortOutput`]; nothing is changed
    /// then.
    pub fn process_block(&mut self, input: &[f32], output: &mut [f32]) -> Result<usize, FormatFault> {
        let (samples_in, samples_out) = (self.from.block_samples(), self.to.block_samples());
        if input.len() != samples_in * self.channels {
            return Err(FormatFault::BadBlock);
        }
        let output = output.get_mut(..samples_out * self.channels).ok_or(FormatFault::ShortOutput)?;
        if self.from == self.to {
            output.copy_from_slice(input);
            return Ok(samples_out);
        }
        let mut work = Work::new();
        let channels = input.chunks_exact(samples_in).zip(output.chunks_exact_mut(samples_out));
        for ((input, output), past) in channels.zip(self.past.chunks_exact_mut(self.table.past_len())) {
            work.convert(self.table, past, input, output);
        }
        Ok(samples_out)
    }

    /// Remembers what another remembers, of the same rates and channels; else nothing changes. Real-time safe.
    pub(crate) fn copy_state_from(&mut self, other: &Self) {
        if self.past.len() == other.past.len() {
            self.past.copy_from_slice(&other.past);
        }
    }

    /// Whether it remembers the same, bit for bit. Real-time safe.
    pub(crate) fn has_state_of(&self, other: &Self) -> bool {
        self.past.iter().map(|x| x.to_bits()).eq(other.past.iter().map(|x| x.to_bits()))
    }

    /// Forgets past input, as after construction. Real-time safe.
    pub fn reset(&mut self) {
        self.past.fill(0.0);
    }
}

#[cfg(test)]
mod tests;
