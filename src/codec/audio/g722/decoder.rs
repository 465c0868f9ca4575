//! Real-time: the G.722 decoder of a stream at 16 kHz.

use super::mode::G722Mode;
use super::qmf::{self, FilterMemory, PAIRS};
use super::sub_band::SubBandDecoder;
use crate::codec::{AudioDecoder, CodecFault};

/// G.722 decoder, mono, 16 kHz: two samples per octet. Every octet is valid. Losses are the engine's to conceal.
///
/// Real-time safe: 10 ms (80 octets, 160 samples) are decoded at a time in fixed memory.
///
/// Example: [`G722Encoder`](crate::codec::G722Encoder).
#[derive(Debug, Clone, Default)]
pub struct G722Decoder {
    mode: G722Mode,
    filter: FilterMemory,
    bands: SubBandDecoder,
}

impl G722Decoder {
    /// A decoder after reset. The mode says how many bits of an octet it takes for audio.
    pub fn new(mode: G722Mode) -> Self {
        Self { mode, ..Self::default() }
    }

    fn decode_block(&mut self, payload: &[u8], pcm: &mut [f32]) {
        let mut phases = self.filter.recall();
        let (sums, differences) = phases.block_mut();
        for ((sum, difference), &octet) in sums.iter_mut().zip(differences).zip(payload) {
            let (rl, rh) = self.bands.decode(octet, self.mode);
            *sum = i32::from(rl) + i32::from(rh);
            *difference = i32::from(rl) - i32::from(rh);
        }
        let samples = qmf::receive(&phases);
        self.filter.keep(&phases, payload.len());
        const SCALE: f32 = 1.0 / 32_768.0;
        for ((pair, &first), &second) in pcm.as_chunks_mut::<2>().0.iter_mut().zip(&samples.second).zip(&samples.first)
        {
            *pair = [first as f32 * SCALE, second as f32 * SCALE];
        }
    }
}

impl AudioDecoder for G722Decoder {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let samples = self.payload_samples(payload)?;
        let pcm = pcm.get_mut(..samples).ok_or(CodecFault::ShortOutput)?;
        for (payload, pcm) in payload.chunks(PAIRS).zip(pcm.chunks_mut(2 * PAIRS)) {
            self.decode_block(payload, pcm);
        }
        Ok(samples)
    }

    fn reset(&mut self) {
        *self = Self::new(self.mode);
    }

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        if payload.is_empty() { Err(CodecFault::BadPayload) } else { Ok(2 * payload.len()) }
    }

    fn block_octets(&self) -> Option<usize> {
        Some(PAIRS)
    }
}
