//! Control: decoders of tests' own, whose payloads are an octet a sample, 80 to a block.

use media_core::codec::{AudioDecoder, CodecFault};
use std::fmt::Debug;

/// How one decodes; a reset is nothing to most.
pub trait Decodes: Debug + Send {
    fn decode(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault>;

    fn reset(&mut self) {}
}

/// Such a decoder.
#[derive(Debug)]
pub struct PerOctet<T>(pub T);

impl<T: Decodes> AudioDecoder for PerOctet<T> {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        self.0.decode(payload, pcm)
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }

    fn block_octets(&self) -> Option<usize> {
        Some(80)
    }
}
