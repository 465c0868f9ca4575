//! Real-time: G.711, 64 kbit/s PCM of one octet a sample at 8 kHz, µ-law (PCMU) and A-law (PCMA).
//!
//! Source: ITU-T G.711 (11/1988), clauses 2 and 3, tables 1a to 2b; RTP carriage RFC 3551, clause 4.5.14. Both laws are
//! exact over all 65,536 values of 16-bit linear PCM and all 256 codes; negative values are cut by one's complement, as
//! in the software tools of ITU-T G.191. Frames come in from a leg as f32, leave as octets, and the reverse; nothing is
//! kept between calls. The arithmetic stands in `g711/kernel.rs` and, for AVX2, `pairs.rs`; `compiled.rs` chooses.
//!
//! Frames of any number of samples, one octet each; no algorithmic delay. Licence: free, the patents have expired.

mod compiled;
mod kernel;
mod pairs;
#[cfg(test)]
mod tests;

use crate::codec::{AudioDecoder, AudioEncoder, CodecFault};

/// Octets (and samples) in a block of 10 ms.
const BLOCK_OCTETS: usize = 80;

/// The companding law.
///
/// Example: [`G711Encoder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Law {
    /// µ-law, PCMU (RTP payload type 0): North America and Japan.
    Mu,
    /// A-law, PCMA (RTP payload type 8): everywhere else. Octets carry the inverted even bits of the wire.
    A,
}

/// G.711 encoder: mono, 8 kHz. It has no state and no delay. Real-time safe.
///
/// A sample is rounded to 16 bits first (half to even, saturating, NaN as 0).
///
/// ```
/// use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};
///
/// let (mut payload, mut heard) = ([0; 160], [0.0; 160]);
/// assert_eq!(G711Encoder::new(Law::A).encode_into(&[0.25; 160], &mut payload), Ok(160)); // 20 ms
/// assert_eq!(G711Decoder::new(Law::A).decode_into(&payload, &mut heard), Ok(160));
/// assert!((heard[80] - 0.25).abs() < 0.01);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct G711Encoder {
    law: Law,
}

impl G711Encoder {
    /// An encoder of `law`.
    pub const fn new(law: Law) -> Self {
        Self { law }
    }

    /// The law of this encoder.
    pub const fn law(&self) -> Law {
        self.law
    }
}

impl AudioEncoder for G711Encoder {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        let out = out.get_mut(..pcm.len()).ok_or(CodecFault::ShortOutput)?;
        match self.law {
            Law::Mu => compiled::encode_mu(pcm, out),
            Law::A => compiled::encode_a(pcm, out),
        }
        Ok(pcm.len())
    }

    /// 1: any number of samples is taken.
    fn frame_samples(&self) -> usize {
        1
    }

    fn reset(&mut self) {}
}

/// G.711 decoder: mono, 8 kHz. It has no state; any octet is a valid code. Real-time safe.
///
/// Example: [`G711Encoder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct G711Decoder {
    law: Law,
}

impl G711Decoder {
    /// A decoder of `law`.
    pub const fn new(law: Law) -> Self {
        Self { law }
    }

    /// The law of this decoder.
    pub const fn law(&self) -> Law {
        self.law
    }
}

impl AudioDecoder for G711Decoder {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let pcm = pcm.get_mut(..payload.len()).ok_or(CodecFault::ShortOutput)?;
        match self.law {
            Law::Mu => compiled::decode_mu(payload, pcm),
            Law::A => compiled::decode_a(payload, pcm),
        }
        Ok(payload.len())
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }

    fn block_octets(&self) -> Option<usize> {
        Some(BLOCK_OCTETS)
    }
}
