//! Real-time: what a receiver holds: whether there is audio, what was played last, its figures, the payload handles, and how
//! they are given back.

use super::PlayoutReceiver;
use crate::buffer::statistics::JitterStatistics;
use crate::types::MediaTime;

impl<P: Copy> PlayoutReceiver<P> {
    /// Whether packets wait or are being played; what is queued of a concealment does not count, the codec's own neither.
    pub fn has_audio(&self) -> bool {
        let under_way = self.current.is_some_and(|current| current.done < current.samples);
        under_way || self.jitter.first_payload().is_some() || (!self.broken && self.timeline.queued() > self.concealed)
    }

    /// Whether no packet is half played: pass-through may begin without cutting one.
    pub fn at_boundary(&self) -> bool {
        self.timeline.queued() == 0 && self.current.is_none_or(|current| current.done >= current.samples)
    }

    /// Asks the cache for what the next block will touch, and tells `payload` the packet that it will be decoded from.
    pub fn prefetch(&self, payload: impl FnOnce(P)) {
        self.timeline.prefetch();
        if let Some(next) = self.current.map(|current| current.payload).or_else(|| self.jitter.first_payload()) {
            payload(next);
        }
    }

    /// Asks the cache for what the next packet will touch behind this path's own lines.
    pub fn prefetch_entry(&self) {
        self.jitter.prefetch_entry();
    }

    /// Visits every payload handle that is held, to exchange it: payloads are moved together.
    pub fn payloads_mut(&mut self, mut visit: impl FnMut(&mut P)) {
        if let Some(current) = &mut self.current {
            visit(&mut current.payload);
        }
        self.jitter.payloads_mut(visit);
    }

    /// Gives back every handle and forgets the stream. Counters stay.
    pub fn drain(&mut self, mut released: impl FnMut(P)) {
        if let Some(current) = self.current.take() {
            released(current.payload);
        }
        self.jitter.drain(released);
        self.timeline.reset();
        self.concealer.reset();
        self.forget_noise();
        (self.broken, self.concealed) = (false, 0);
    }

    /// What was played last, at most six blocks.
    pub fn last_blocks(&self, blocks: usize) -> &[f32] {
        self.timeline.last(blocks * self.block)
    }

    /// Counters and state as of `now`.
    pub fn statistics(&self, now: MediaTime) -> JitterStatistics {
        self.jitter.statistics(now, self.queued_units())
    }
}
