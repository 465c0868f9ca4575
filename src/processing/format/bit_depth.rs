//! Real-time: sample formats of files and taps: unsigned 8 bits, signed 16, 24 and 32 bits, and 32-bit floating point.
//!
//! Outside, samples are little-endian octets, channels interleaved (as in WAV; RTP's network order is `codec::audio::l16`'s
//! business). Inside, audio is planar f32 with 1.0 = full scale. [`read_interleaved`] brings octets in exactly (32-bit
//! integers are rounded to 24 bits of precision); a [`SampleWriter`] brings audio out, rounding to the nearest value, and
//! where depth is lost with TPDF dither: triangular noise of ±1 last place, which makes the error of the rounding
//! independent of the signal (Lipshitz, Wannamaker and Vanderkooy, J. Audio Eng. Soc. 40, 1992).

mod kernel;

use super::error::FormatFault;
use crate::processing::finite::or_zero;
use kernel::CHUNK;

/// The nearest 16-bit value of a sample (1.0 = 32768), half to even; saturates, NaN is 0.
#[inline(always)]
pub fn f32_to_i16(sample: f32) -> i16 {
    // 1.5 · 2^23: at this magnitude the last place of an f32 is 1, so that the addition rounds to an integer (ties to
    // even), whose two's complement then stands in the last 16 bits. Plain vector instructions everywhere.
    const ROUND: f32 = 12_582_912.0;
    let scaled = if sample.is_nan() { 0.0 } else { (sample * 32_768.0).clamp(-32_768.0, 32_767.0) };
    (scaled + ROUND).to_bits() as i16
}

/// A 16-bit value as a sample, exactly.
#[inline(always)]
pub fn i16_to_f32(value: i16) -> f32 {
    f32::from(value) * (1.0 / 32_768.0)
}

/// How a sample is stored.
///
/// Example: [`FormatConverter`](crate::processing::FormatConverter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SampleFormat {
    /// Unsigned 8 bits, 128 is zero.
    U8,
    /// Signed 16 bits.
    I16,
    /// Signed 24 bits in three octets.
    I24,
    /// Signed 32 bits.
    I32,
    /// 32-bit floating point, 1.0 = full scale.
    F32,
}

impl SampleFormat {
    /// Octets of a sample.
    pub const fn octets(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
        }
    }

    /// Bits of precision at full scale.
    pub const fn precision(self) -> u32 {
        match self {
            Self::U8 => 8,
            Self::I16 => 16,
            Self::I24 | Self::F32 => 24,
            Self::I32 => 32,
        }
    }
}

/// Reads interleaved octets of `channels` channels into planar audio and returns the samples per channel. What is not a
/// finite number is 0. Real-time safe.
///
/// # Errors
/// [`FormatFault::BadBlock`] unless there is a whole number of samples for each channel, [`FormatFault::ShortOutput`].
pub fn read_interleaved(
    format: SampleFormat,
    octets: &[u8],
    channels: usize,
    planar: &mut [f32],
) -> Result<usize, FormatFault> {
    let frame = format.octets() * channels;
    if frame == 0 || !octets.len().is_multiple_of(frame) {
        return Err(FormatFault::BadBlock);
    }
    let samples = octets.len() / frame;
    let planar = planar.get_mut(..samples * channels).ok_or(FormatFault::ShortOutput)?;
    for (channel, plane) in planar.chunks_exact_mut(samples.max(1)).enumerate() {
        let octets = &octets[channel * format.octets()..];
        match format {
            SampleFormat::U8 => kernel::read(octets, channels, plane, |[a]: [u8; 1]| (f32::from(a) - 128.0) / 128.0),
            SampleFormat::I16 => kernel::read(octets, channels, plane, |o| i16_to_f32(i16::from_le_bytes(o))),
            SampleFormat::I24 => kernel::read(octets, channels, plane, |[a, b, c]: [u8; 3]| {
                i32::from_le_bytes([0, a, b, c]) as f32 / 2_147_483_648.0
            }),
            SampleFormat::I32 => {
                kernel::read(octets, channels, plane, |o| i32::from_le_bytes(o) as f32 / 2_147_483_648.0);
            }
            SampleFormat::F32 => kernel::read(octets, channels, plane, |o| or_zero(f32::from_le_bytes(o))),
        }
    }
    Ok(samples)
}

/// Writes planar audio as interleaved octets. Real-time safe.
#[derive(Debug, Clone)]
pub struct SampleWriter {
    format: SampleFormat,
    dither: bool,
    /// Counts samples: what the dither is drawn from.
    drawn: u32,
}

impl SampleWriter {
    /// A writer of `format` for audio of `precision` bits: with dither if the format has fewer, so that what was read
    /// from 16 bits goes back to 16 bits unchanged. Floating point takes audio as it is.
    pub fn new(format: SampleFormat, precision: u32) -> Self {
        let dither = format != SampleFormat::F32 && format.precision() < precision;
        Self { format, dither, drawn: 0 }
    }

    /// The format that is written.
    pub fn format(&self) -> SampleFormat {
        self.format
    }

    /// Whether dither is added.
    pub fn dithers(&self) -> bool {
        self.dither
    }

    /// Writes planar audio of `channels` channels and returns the octets written. Integers saturate; NaN is 0.
    ///
    /// # Errors
    /// [`FormatFault::BadBlock`] unless `planar` has a whole number of samples for each channel,
    /// [`FormatFault::ShortOutput`].
    pub fn write_interleaved(
        &mut self,
        planar: &[f32],
        channels: usize,
        octets: &mut [u8],
    ) -> Result<usize, FormatFault> {
        if channels == 0 || !planar.len().is_multiple_of(channels) {
            return Err(FormatFault::BadBlock);
        }
        let (size, samples) = (self.format.octets(), planar.len() / channels);
        let octets = octets.get_mut(..planar.len() * size).ok_or(FormatFault::ShortOutput)?;
        for (channel, plane) in planar.chunks_exact(samples.max(1)).enumerate() {
            for (part, plane) in plane.chunks(CHUNK).enumerate() {
                let octets = &mut octets[(part * CHUNK * channels + channel) * size..];
                self.write_chunk(plane, channels, octets);
            }
        }
        Ok(octets.len())
    }

    /// At most [`CHUNK`] samples of one channel.
    fn write_chunk(&mut self, plane: &[f32], channels: usize, octets: &mut [u8]) {
        if self.format == SampleFormat::F32 {
            let finite = |&x: &f32| if x.is_nan() { 0.0 } else { x };
            return kernel::write(plane.iter().map(|x| finite(x).to_le_bytes()), channels, octets);
        }
        let mut values = [0; CHUNK];
        let values = &mut values[..plane.len()];
        kernel::quantize(plane, self.format.precision(), self.dither.then_some(self.drawn), values);
        self.drawn = self.drawn.wrapping_add(plane.len() as u32);
        let values = values.iter().map(|v| v.to_le_bytes());
        match self.format {
            SampleFormat::U8 => kernel::write(values.map(|[a, ..]| [a ^ 0x80]), channels, octets),
            SampleFormat::I16 => kernel::write(values.map(|[a, b, ..]| [a, b]), channels, octets),
            SampleFormat::I24 => kernel::write(values.map(|[a, b, c, _]| [a, b, c]), channels, octets),
            SampleFormat::I32 | SampleFormat::F32 => kernel::write(values, channels, octets),
        }
    }
}

#[cfg(test)]
mod tests;
