//! Real-time: back onto whole blocks, so that payloads may pass undecoded again.
//!
//! A splice, or a packet that began late, leaves less than a block in the queue. It never plays empty then at the end of a packet,
//! and a leg that was decoded for a moment would be decoded to its call's end.

use super::{Decoders, PayloadSource, PlayoutReceiver};
use crate::processing::audio::time_stretch::Splice;
use crate::types::MediaTime;

impl<P: Copy> PlayoutReceiver<P> {
    /// Whether what waits is to be brought to whole blocks, because payloads could pass on undecoded. Real-time safe.
    pub const fn keep_to_blocks(&mut self, keep: bool) {
        self.to_blocks = keep;
    }

    /// Brings what waits to whole blocks by one splice of half a block at most, if that is asked for; whether it did.
    pub(super) fn align<D: Decoders + ?Sized>(
        &mut self,
        now: MediaTime,
        payloads: &impl PayloadSource<P>,
        decoder: &mut D,
        released: &mut impl FnMut(P),
    ) -> bool {
        let over = self.timeline.queued() % self.block;
        if !self.to_blocks || over == 0 {
            return false;
        }
        let shortens = 2 * over <= self.block;
        let by = if shortens { over } else { self.block - over };
        let ahead = self.block + if shortens { by } else { 0 };
        let splice = Splice { lags: by..=by, overlap: self.block, thin: 1 };
        // It is to be done at some time, and no place is better than this one for certain.
        self.bring(ahead, now, payloads, decoder, released) && self.splice(shortens, &splice, -1.0).is_some()
    }
}
