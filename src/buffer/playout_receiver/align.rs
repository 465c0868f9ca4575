//! Real-time: back onto whole blocks, so that payloads may pass undecoded again.
//!
//! A splice, or a packet that began late, leaves less than a block in the queue. It never plays empty then at the end of a packet,
//! and a leg that was decoded for a moment would be decoded to its call's end.

use super::{Decoders, PayloadSource, PlayoutReceiver};
use crate::processing::audio::time_stretch::{Splice, lengthen, shorten};
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
        while self.timeline.queued() < ahead && (self.current.is_some() || self.jitter.has_next()) {
            let before = self.timeline.queued();
            self.refill(now, payloads, decoder, released);
            if self.timeline.queued() <= before {
                return false;
            }
        }
        let splice = Splice { lags: by..=by, overlap: self.block, thin: 1 };
        let mut done = None;
        self.timeline.edit(by, |samples, at, end| {
            // It is to be done at some time, and no place is better than this one for certain.
            done = if shortens {
                shorten(samples.get_mut(..end).unwrap_or_default(), at, &splice, -1.0)
            } else {
                lengthen(samples, end, at, &splice, -1.0)
            };
            let by = done.unwrap_or(0);
            if shortens { end - by } else { end + by }
        });
        if let Some(by) = done {
            self.since_splice = 0;
            self.jitter.count_stretch(shortens, by as f64 * 10.0 / self.block as f64);
        }
        done.is_some()
    }
}
