//! Control: the sender's half of the laboratory, and the receiver's decoder.

use media_core::codec::{AudioDecoder, CodecFault};
use media_core::types::SampleRate;

/// A codec of the laboratory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabCodec {
    /// G.711 µ-law.
    Pcmu,
    /// 16-bit linear (RFC 3551), at 8 kHz.
    L16,
    /// 16-bit linear at 16 kHz.
    L16Wide,
}

impl LabCodec {
    /// By its name on the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "pcmu" => Some(Self::Pcmu),
            "l16" => Some(Self::L16),
            "l16-16k" => Some(Self::L16Wide),
            _ => None,
        }
    }

    /// Of the audio.
    pub const fn rate(self) -> SampleRate {
        match self {
            Self::Pcmu | Self::L16 => SampleRate::Hz8000,
            Self::L16Wide => SampleRate::Hz16000,
        }
    }

    /// Of the RTP timestamps, Hz.
    pub const fn clock(self) -> u32 {
        self.rate().hz()
    }

    /// Encodes a packet.
    pub fn encode(self, pcm: &[i16]) -> Vec<u8> {
        match self {
            Self::Pcmu => pcm.iter().map(|&s| ulaw(s)).collect(),
            Self::L16 | Self::L16Wide => pcm.iter().flat_map(|s| s.to_be_bytes()).collect(),
        }
    }
}

impl AudioDecoder for LabCodec {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let n = self.payload_samples(payload)?;
        let to = pcm.get_mut(..n).ok_or(CodecFault::ShortOutput)?;
        match self {
            Self::Pcmu => to.iter_mut().zip(payload).for_each(|(s, &o)| *s = f32::from(linear(o)) / 32_768.0),
            Self::L16 | Self::L16Wide => to
                .iter_mut()
                .zip(payload.chunks_exact(2))
                .for_each(|(s, o)| *s = f32::from(i16::from_be_bytes([o[0], o[1]])) / 32_768.0),
        }
        Ok(n)
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(if *self == Self::Pcmu { payload.len() } else { payload.len() / 2 })
    }

    fn block_octets(&self) -> Option<usize> {
        Some(self.rate().block_samples() * if *self == Self::Pcmu { 1 } else { 2 })
    }
}

/// G.711 µ-law, by the segments of its table 2a.
fn ulaw(pcm: i16) -> u8 {
    let sign = if pcm < 0 { 0x00 } else { 0x80 };
    let magnitude = (i32::from(pcm).abs() >> 2).min(8_158) + 33;
    let segment = (magnitude as u32).ilog2() - 5;
    let step = (magnitude >> (segment + 1)) & 15;
    (!((segment as u8) << 4 | step as u8) & 0x7F) | sign
}

/// The value of an octet of [`ulaw`].
fn linear(octet: u8) -> i16 {
    let code = !octet;
    let (segment, step) = (u32::from(code >> 4 & 7), i32::from(code & 15));
    let magnitude = (((2 * step + 33) << segment) - 33) << 2;
    (if code & 0x80 != 0 { -magnitude } else { magnitude }) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_comes_back() {
        for octet in 0..=255u8 {
            // Negative zero shares its value with positive zero.
            assert!(octet == 0x7F || ulaw(linear(octet)) == octet, "{octet:#x} {}", linear(octet));
        }
    }
}
