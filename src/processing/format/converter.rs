//! Real-time: chains the conversions of sample format, channels and sample rate.

use super::bit_depth::{SampleFormat, SampleWriter, read_interleaved};
use super::channel_mixer::{ChannelMixer, MAX_CHANNELS};
use super::error::{FormatError, FormatFault};
use super::resampler::Resampler;
use crate::types::SampleRate;
use std::time::Duration;

/// What audio looks like on one side of a [`FormatConverter`].
///
/// Example: [`FormatConverter`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PcmFormat {
    /// The sample rate.
    pub rate: SampleRate,
    /// 1 to [`MAX_CHANNELS`].
    pub channels: usize,
    /// How samples are stored where they are octets; what precision they have where they are planar f32.
    pub sample: SampleFormat,
}

impl PcmFormat {
    /// Samples of a block of 10 ms, all channels together.
    pub const fn block_samples(&self) -> usize {
        self.rate.block_samples() * self.channels
    }

    /// Octets of a block of 10 ms.
    pub const fn block_octets(&self) -> usize {
        self.block_samples() * self.sample.octets()
    }
}

/// Converts blocks of 10 ms from one format to another.
///
/// Two doors: [`process_octets`](Self::process_octets) for files and taps (interleaved, little-endian) and
/// [`process_planar`](Self::process_planar) for audio of the engine. Both are real-time safe and share one state, so a
/// stream keeps to one of them.
///
/// ```
/// use media_core::SampleRate;
/// use media_core::processing::{FormatConverter, FormatError, PcmFormat, SampleFormat};
///
/// let file = PcmFormat { rate: SampleRate::Hz48000, channels: 2, sample: SampleFormat::I16 };
/// let phone = PcmFormat { rate: SampleRate::Hz8000, channels: 1, sample: SampleFormat::F32 };
/// let mut converter = FormatConverter::new(file, phone)?;
/// let mut out = vec![0; phone.block_octets()];
/// assert_eq!(converter.process_octets(&vec![0; file.block_octets()], &mut out), Ok(80 * 4)); // 10 ms
/// let error = FormatConverter::new(PcmFormat { channels: 0, ..file }, phone).unwrap_err();
/// assert!(matches!(error, FormatError::Channels { given: 0, .. }), "{error}");
/// # Ok::<(), FormatError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FormatConverter {
    from: PcmFormat,
    to: PcmFormat,
    mixer: ChannelMixer,
    /// For as many channels as there are on the side that has fewer.
    resampler: Resampler,
    writer: SampleWriter,
    /// Planar audio of a block: as it came, between the two stages, as it goes.
    stages: [Box<[f32]>; 3],
}

impl FormatConverter {
    /// A converter with the usual gains for its channels (see [`ChannelMixer::new`]). Control side: allocates.
    ///
    /// # Errors
    /// [`FormatError::Channels`].
    pub fn new(from: PcmFormat, to: PcmFormat) -> Result<Self, FormatError> {
        Self::build(from, to, ChannelMixer::new(from.channels, to.channels)?)
    }

    /// A converter with a gain matrix of its own (see [`ChannelMixer::with_gains`]). Control side: allocates.
    ///
    /// # Errors
    /// [`FormatError::Channels`], [`FormatError::Matrix`].
    pub fn with_gains(from: PcmFormat, to: PcmFormat, gains: &[f32]) -> Result<Self, FormatError> {
        Self::build(from, to, ChannelMixer::with_gains(from.channels, to.channels, gains)?)
    }

    #[expect(clippy::disallowed_macros, reason = "control side")]
    fn build(from: PcmFormat, to: PcmFormat, mixer: ChannelMixer) -> Result<Self, FormatError> {
        let resampler = Resampler::new(from.rate, to.rate, from.channels.min(to.channels))?;
        let writer = SampleWriter::new(to.sample, if Self::changes(from, to) { 24 } else { from.sample.precision() });
        let samples = from.rate.max(to.rate).block_samples() * MAX_CHANNELS.min(from.channels.max(to.channels));
        let stages = [(); 3].map(|()| vec![0.0; samples].into_boxed_slice());
        Ok(Self { from, to, mixer, resampler, writer, stages })
    }

    /// Whether sample values change before they are stored, so that they have all the precision of f32.
    fn changes(from: PcmFormat, to: PcmFormat) -> bool {
        from.rate != to.rate || from.channels != to.channels
    }

    /// What comes in.
    pub fn from_format(&self) -> PcmFormat {
        self.from
    }

    /// What goes out.
    pub fn to_format(&self) -> PcmFormat {
        self.to
    }

    /// By how much the output is later than the input.
    pub fn delay(&self) -> Duration {
        self.resampler.delay()
    }

    /// Sets new gains, reached evenly over the next block. Real-time safe.
    ///
    /// # Errors
    /// [`FormatError::Matrix`].
    pub fn set_gains(&mut self, gains: &[f32]) -> Result<(), FormatError> {
        self.mixer.set_gains(gains)
    }

    /// Converts one block of interleaved octets and returns the octets written.
    ///
    /// # Errors
    /// [`FormatFault::BadBlock`] unless `input` is one block, [`FormatFault::ShortOutput`]; nothing is changed then.
    pub fn process_octets(&mut self, input: &[u8], output: &mut [u8]) -> Result<usize, FormatFault> {
        if input.len() != self.from.block_octets() {
            return Err(FormatFault::BadBlock);
        }
        let output = output.get_mut(..self.to.block_octets()).ok_or(FormatFault::ShortOutput)?;
        let [first, between, last] = &mut self.stages;
        read_interleaved(self.from.sample, input, self.from.channels, first)?;
        let (first, last) = (&first[..self.from.block_samples()], &mut last[..self.to.block_samples()]);
        convert(&mut self.mixer, &mut self.resampler, first, between, last)?;
        self.writer.write_interleaved(last, self.to.channels, output)
    }

    /// Converts one block of planar audio (channels and rate; the sample formats play no part) and returns the samples
    /// per channel written.
    ///
    /// # Errors
    /// [`FormatFault::BadBlock`] unless `input` is one block, [`FormatFault::ShortOutput`]; nothing is changed then.
    pub fn process_planar(&mut self, input: &[f32], output: &mut [f32]) -> Result<usize, FormatFault> {
        if input.len() != self.from.block_samples() {
            return Err(FormatFault::BadBlock);
        }
        let output = output.get_mut(..self.to.block_samples()).ok_or(FormatFault::ShortOutput)?;
        convert(&mut self.mixer, &mut self.resampler, input, &mut self.stages[1], output)?;
        Ok(self.to.rate.block_samples())
    }

    /// Forgets past input. Real-time safe.
    pub fn reset(&mut self) {
        self.resampler.reset();
    }
}

/// Mixes and resamples whole blocks: resampling is the dearer part, so it is done where there are fewer channels.
fn convert(
    mixer: &mut ChannelMixer,
    resampler: &mut Resampler,
    input: &[f32],
    between: &mut [f32],
    output: &mut [f32],
) -> Result<(), FormatFault> {
    if mixer.inputs() > mixer.outputs() {
        let samples = mixer.mix(input, between)?;
        resampler.process_block(&between[..samples * mixer.outputs()], output)?;
    } else {
        let samples = resampler.process_block(input, between)?;
        mixer.mix(&between[..samples * mixer.inputs()], output)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
