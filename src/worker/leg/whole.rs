//! Real-time: what all hear alike on a bus who have no part in its sum: limited once, encoded once.
//!
//! Codecs without memory (G.711) share octets: whoever hears the whole sum at the rate of the bus is sent the same ones. A
//! limiter has memory: a listener changes from its own to that of the bus, and back, where both have the same gain, so that
//! the change is not heard.

use crate::codec::{AudioEncoder, Encoder, G711Encoder, Law};
use crate::conference::Bus;
use crate::processing::effects::BlockLimiter;
use crate::rt::MAX_BLOCK_SAMPLES;

/// Octets of a block of G.711.
const G711_BLOCK: usize = 80;

/// The whole sum of a bus as it is heard, made as the first listener of a block asks for it.
#[derive(Debug)]
pub(in crate::worker) struct Whole {
    block: [f32; MAX_BLOCK_SAMPLES],
    samples: usize,
    made: bool,
    /// At the end of the last block that was made, and before it.
    limiter: BlockLimiter,
    before: BlockLimiter,
    /// In µ-law and A-law.
    octets: [Octets; 2],
}

/// The block in a codec without memory, if anybody asked for it.
#[derive(Debug, Clone, Copy)]
struct Octets {
    made: bool,
    block: [u8; G711_BLOCK],
}

impl Whole {
    pub(super) fn new() -> Self {
        let limiter = BlockLimiter::new();
        let octets = Octets { made: false, block: [0; G711_BLOCK] };
        let block = [0.0; MAX_BLOCK_SAMPLES];
        Self { block, samples: 0, made: false, limiter, before: limiter, octets: [octets; 2] }
    }

    /// Goes on with the gain of another, whose listeners hear this one from now on.
    pub(super) fn follow(&mut self, other: &Self) {
        (self.limiter, self.made) = (other.limiter, other.made);
    }

    pub(super) fn begin_block(&mut self) {
        // Nobody heard it: there is no gain to go on with.
        if !self.made {
            self.limiter.reset();
        }
        self.made = false;
        self.octets.iter_mut().for_each(|octets| octets.made = false);
    }

    /// Makes this block, unless that is done. Whether a listener with that limiter may hear it: `follows`, if it did before.
    pub(super) fn hear(&mut self, sum: &Bus, samples: usize, own: &BlockLimiter, follows: bool) -> bool {
        if !self.made {
            let Some(block) = self.block.get_mut(..samples) else { return false };
            self.before = self.limiter;
            let over = sum.whole(block);
            self.limiter.process(block, 1, over);
            (self.samples, self.made) = (samples, true);
        }
        follows || *own == self.before
    }

    /// The limiter before this block: with which one who followed it goes on alone.
    pub(super) fn before(&self) -> BlockLimiter {
        if self.made { self.before } else { self.limiter }
    }

    /// Encodes the block for listeners of that encoder, if it is one without memory.
    pub(super) fn encode_for(&mut self, encoder: &Encoder) {
        let (Encoder::G711(g711), Some(block)) = (encoder, self.block.get(..self.samples)) else { return };
        let octets = self.octets.get_mut(place(g711.law()));
        if let Some(Octets { made: made @ false, block: octets }) = octets {
            *made = G711Encoder::new(g711.law()).encode_into(block, octets) == Ok(G711_BLOCK);
        }
    }

    /// The block, and its octets for that encoder, if they were made.
    pub(super) fn block(&self, encoder: &Encoder) -> (&[f32], Option<&[u8]>) {
        let block = self.block.get(..self.samples).unwrap_or(&[]);
        let Encoder::G711(g711) = encoder else { return (block, None) };
        let octets = self.octets.get(place(g711.law())).filter(|octets| octets.made);
        (block, octets.map(|octets| octets.block.as_slice()))
    }
}

fn place(law: Law) -> usize {
    usize::from(law == Law::A)
}

#[cfg(test)]
mod tests;
