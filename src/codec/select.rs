//! Real-time: the closed set of codecs that a leg may hold, and the one door for an embedder's own.

use super::audio::g711::{G711Decoder, G711Encoder};
use super::traits::{AudioDecoder, AudioEncoder, CodecFault};

/// An encoder.
#[derive(Debug)]
pub enum Encoder {
    /// G.711.
    G711(G711Encoder),
    /// An embedder's own.
    Boxed(Box<dyn AudioEncoder>),
}

/// A decoder.
#[derive(Debug)]
pub enum Decoder {
    /// G.711.
    G711(G711Decoder),
    /// An embedder's own.
    Boxed(Box<dyn AudioDecoder>),
}

macro_rules! each {
    ($of:expr, $codec:ident => $call:expr) => {
        match $of {
            Self::G711($codec) => $call,
            Self::Boxed($codec) => $call,
        }
    };
}

impl AudioEncoder for Encoder {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        each!(self, c => c.encode_into(pcm, out))
    }

    fn frame_samples(&self) -> usize {
        each!(self, c => c.frame_samples())
    }

    fn reset(&mut self) {
        each!(self, c => c.reset());
    }

    fn lookahead(&self) -> usize {
        each!(self, c => c.lookahead())
    }
}

impl AudioDecoder for Decoder {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        each!(self, c => c.decode_into(payload, pcm))
    }

    fn conceal_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        each!(self, c => c.conceal_into(pcm))
    }

    fn fec_into(&mut self, next_payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        each!(self, c => c.fec_into(next_payload, pcm))
    }

    fn reset(&mut self) {
        each!(self, c => c.reset());
    }

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        each!(self, c => c.payload_samples(payload))
    }

    fn block_octets(&self) -> Option<usize> {
        each!(self, c => c.block_octets())
    }
}
