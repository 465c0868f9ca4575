//! Real-time: what all hear alike on a bus who have no part in its sum: limited once, converted once for each rate, encoded once.
//!
//! Codecs without memory (G.711) share octets: whoever hears the whole sum at the same rate is sent the same ones. A
//! limiter has memory: a listener changes from its own to that of the bus, and back, where both have the same gain, so that
//! the change is not heard.

mod conversion;
mod heard;

use crate::codec::Encoder;
use crate::conference::Bus;
use crate::processing::effects::BlockLimiter;
use crate::types::SampleRate;
use crate::worker::leg::Converter;
use conversion::Conversion;
use heard::Heard;

/// The whole sum of a bus as it is heard, made as the first listener of a block asks for it.
#[derive(Debug)]
pub(in crate::worker) struct Whole {
    heard: Heard,
    /// At the end of the last block that was made, and before it.
    limiter: BlockLimiter,
    before: BlockLimiter,
    conversions: Box<[Conversion]>,
}

impl Whole {
    /// Control side.
    #[expect(clippy::disallowed_methods, reason = "control side; of an empty slice nothing is allocated")]
    pub(super) fn new() -> Self {
        let limiter = BlockLimiter::new();
        Self { heard: Heard::new(), limiter, before: limiter, conversions: Box::new([]) }
    }

    /// Of a bus of that rate, whose listeners have these. Control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(super) fn converting(mut self, from: SampleRate, to: &[SampleRate]) -> Self {
        self.conversions = to.iter().filter_map(|to| Conversion::between(from, *to)).collect();
        self
    }

    /// Goes on with the gain of another, whose listeners hear this one from now on, and with its conversions between the same
    /// rates.
    pub(super) fn follow(&mut self, other: &mut Self) {
        (self.limiter, self.heard.made) = (other.limiter, other.heard.made);
        for conversion in &mut self.conversions {
            let same = other.conversions.iter_mut().find(|other| other.converts_like(conversion));
            same.into_iter().for_each(|same| std::mem::swap(conversion, same));
        }
    }

    /// Another block begins. `summed`: anybody was heard in the last one.
    pub(super) fn begin_block(&mut self, summed: bool) {
        // Nobody heard it: there is no gain to go on with.
        if !self.heard.begin() {
            self.limiter.reset();
        }
        self.conversions.iter_mut().for_each(|conversion| conversion.begin_block(summed));
    }

    /// Makes this block, unless that is done. Whether a listener with that limiter may hear it: `follows`, if it did before.
    pub(super) fn hear(&mut self, sum: &Bus, samples: usize, own: &BlockLimiter, follows: bool) -> bool {
        if !self.heard.made {
            self.before = self.limiter;
            let limiter = &mut self.limiter;
            self.heard.make(samples, |block| {
                let over = sum.whole(block);
                limiter.process(block, 1, over);
            });
        }
        self.heard.made && (follows || *own == self.before)
    }

    /// The same at another rate, once it is made at that of the bus: for a listener with that conversion.
    pub(super) fn hear_at(&mut self, rate: SampleRate, own: Option<&Converter>, follows: bool) -> bool {
        let conversion = self.conversions.iter_mut().find(|conversion| conversion.is_to(rate));
        let Some((conversion, own)) = conversion.zip(own) else { return false };
        conversion.hear(self.heard.pcm(), own, follows)
    }

    /// The gain of its limiter at the end of the last block that was made.
    pub(super) const fn gain(&self) -> f32 {
        self.limiter.gain()
    }

    /// The limiter before this block: with which one who followed it goes on alone.
    pub(super) fn before(&self) -> BlockLimiter {
        if self.heard.made { self.before } else { self.limiter }
    }

    /// The conversion to that rate, before this block, likewise.
    pub(super) fn conversion_before(&self, rate: SampleRate) -> Option<&Converter> {
        self.conversions.iter().find(|conversion| conversion.is_to(rate)).map(Conversion::before)
    }

    /// Encodes the block at that rate for listeners of that encoder, if it is one without memory.
    pub(super) fn encode_for(&mut self, rate: SampleRate, encoder: &Encoder) {
        let conversion = self.conversions.iter_mut().find(|conversion| conversion.is_to(rate));
        conversion.map_or(&mut self.heard, Conversion::heard_mut).encode_for(encoder);
    }

    /// The block at that rate, and its octets for that encoder, if they were made.
    pub(super) fn block(&self, rate: SampleRate, encoder: &Encoder) -> (&[f32], Option<&[u8]>) {
        let conversion = self.conversions.iter().find(|conversion| conversion.is_to(rate));
        conversion.map_or(&self.heard, Conversion::heard).block(encoder)
    }
}

#[cfg(test)]
mod tests;
