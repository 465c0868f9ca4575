//! Real-time: L16, uncompressed 16-bit audio in network byte order (RFC 3551 clause 4.5.11), for taps and tests.
//!
//! Any sample rate and channel count; RTP clock = sample rate; static payload types are 10 (stereo) and 11 (mono) at
//! 44.1 kHz. Payloads interleave the channels sample by sample, our audio is planar; the codec turns one into the other.
//! Samples are rounded to the nearest 16-bit value (half to even, saturating, NaN as 0), so that audio which came from
//! 16 bits goes through unchanged. Frames of any number of samples; no state, no algorithmic delay. Licence: free.

use crate::codec::{AudioDecoder, AudioEncoder, CodecFault};
use crate::processing::format::bit_depth::{f32_to_i16, i16_to_f32};
use std::num::NonZeroU8;

/// Octets of a sample.
const OCTETS: usize = 2;

/// L16 encoder. Real-time safe.
///
/// RFC 3551 section 4.5.11: 16 bits a sample in network byte order, channels interleaved.
///
/// ```
/// use media_core::codec::{AudioEncoder, L16Encoder};
/// use std::num::NonZeroU8;
///
/// let mut payload = [0; 4];
/// let mut encoder = L16Encoder::new(NonZeroU8::MIN); // mono
/// assert_eq!(encoder.encode_into(&[0.5, -1.0], &mut payload), Ok(4));
/// assert_eq!(payload, [0x40, 0, 0x80, 0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct L16Encoder {
    channels: NonZeroU8,
}

impl L16Encoder {
    /// An encoder of that many channels.
    pub const fn new(channels: NonZeroU8) -> Self {
        Self { channels }
    }
}

impl AudioEncoder for L16Encoder {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        let channels = usize::from(self.channels.get());
        if !pcm.len().is_multiple_of(channels) {
            return Err(CodecFault::BadFrame);
        }
        let octets = pcm.len() * OCTETS;
        let out = out.get_mut(..octets).ok_or(CodecFault::ShortOutput)?;
        if !pcm.is_empty() {
            for (channel, plane) in pcm.chunks_exact(pcm.len() / channels).enumerate() {
                let slots = out.as_chunks_mut::<OCTETS>().0.iter_mut().skip(channel).step_by(channels);
                slots.zip(plane).for_each(|(slot, &sample)| *slot = f32_to_i16(sample).to_be_bytes());
            }
        }
        Ok(octets)
    }

    /// 1: any number of samples is taken.
    fn frame_samples(&self) -> usize {
        1
    }

    fn reset(&mut self) {}
}

/// L16 decoder. Real-time safe.
///
/// Example: [`L16Encoder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct L16Decoder {
    rate: u32,
    channels: NonZeroU8,
}

impl L16Decoder {
    /// A decoder of that sample rate in Hz and that many channels.
    pub const fn new(rate: u32, channels: NonZeroU8) -> Self {
        Self { rate, channels }
    }
}

impl AudioDecoder for L16Decoder {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let channels = usize::from(self.channels.get());
        let samples = self.payload_samples(payload)?;
        let pcm = pcm.get_mut(..samples * channels).ok_or(CodecFault::ShortOutput)?;
        for (channel, plane) in pcm.chunks_exact_mut(samples).enumerate() {
            let slots = payload.as_chunks::<OCTETS>().0.iter().skip(channel).step_by(channels);
            plane.iter_mut().zip(slots).for_each(|(sample, &slot)| *sample = i16_to_f32(i16::from_be_bytes(slot)));
        }
        Ok(samples)
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        let frame = OCTETS * usize::from(self.channels.get());
        if payload.is_empty() || !payload.len().is_multiple_of(frame) {
            return Err(CodecFault::BadPayload);
        }
        Ok(payload.len() / frame)
    }

    /// `None` where 10 ms are no whole number of samples.
    fn block_octets(&self) -> Option<usize> {
        let whole = self.rate > 0 && self.rate.is_multiple_of(100);
        whole.then(|| self.rate as usize / 100 * OCTETS * usize::from(self.channels.get()))
    }
}

#[cfg(test)]
mod tests;
