//! Real-time: a block as all hear it, at one rate, and its octets in codecs without memory.

use crate::codec::{AudioEncoder, Encoder, G711Encoder, Law};
use crate::rt::MAX_BLOCK_SAMPLES;

/// Octets of a block of G.711.
const G711_BLOCK: usize = 80;

/// A block, made as the first listener asks for it.
#[derive(Debug)]
pub(super) struct Heard {
    block: [f32; MAX_BLOCK_SAMPLES],
    samples: usize,
    pub(super) made: bool,
    /// In µ-law and A-law.
    octets: [Octets; 2],
}

/// The block in a codec without memory, if anybody asked for it.
#[derive(Debug, Clone, Copy)]
struct Octets {
    made: bool,
    block: [u8; G711_BLOCK],
}

impl Heard {
    pub(super) fn new() -> Self {
        let octets = Octets { made: false, block: [0; G711_BLOCK] };
        Self { block: [0.0; MAX_BLOCK_SAMPLES], samples: 0, made: false, octets: [octets; 2] }
    }

    /// Another block begins; whether the last one was made.
    pub(super) fn begin(&mut self) -> bool {
        self.octets.iter_mut().for_each(|octets| octets.made = false);
        std::mem::take(&mut self.made)
    }

    /// Makes it, of so many samples.
    pub(super) fn make(&mut self, samples: usize, make: impl FnOnce(&mut [f32])) {
        let Some(block) = self.block.get_mut(..samples) else { return };
        make(block);
        (self.samples, self.made) = (samples, true);
    }

    pub(super) fn pcm(&self) -> &[f32] {
        self.block.get(..self.samples).unwrap_or(&[])
    }

    /// Encodes it for listeners of that encoder, if it is one without memory.
    pub(super) fn encode_for(&mut self, encoder: &Encoder) {
        let (Encoder::G711(g711), Some(block)) = (encoder, self.block.get(..self.samples)) else { return };
        let octets = self.octets.get_mut(place(g711.law()));
        if let Some(Octets { made: made @ false, block: octets }) = octets {
            *made = G711Encoder::new(g711.law()).encode_into(block, octets) == Ok(G711_BLOCK);
        }
    }

    /// It, and its octets for that encoder, if they were made.
    pub(super) fn block(&self, encoder: &Encoder) -> (&[f32], Option<&[u8]>) {
        let Encoder::G711(g711) = encoder else { return (self.pcm(), None) };
        let octets = self.octets.get(place(g711.law())).filter(|octets| octets.made);
        (self.pcm(), octets.map(|octets| octets.block.as_slice()))
    }
}

fn place(law: Law) -> usize {
    usize::from(law == Law::A)
}
