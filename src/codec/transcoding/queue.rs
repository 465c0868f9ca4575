//! Real-time: samples that wait between two lengths of packet.

use ringbuf::LocalRb;
use ringbuf::storage::Heap;
use ringbuf::traits::Observer;
use std::fmt;

/// A queue of samples of one or more channels, fixed in size. What goes in and comes out is planar.
pub(super) struct Queue {
    /// One a channel; all hold as many samples.
    channels: Box<[LocalRb<Heap<f32>>]>,
    capacity: usize,
}

impl Queue {
    /// Control side: allocates.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub fn new(channels: usize, capacity: usize) -> Self {
        Self { channels: (0..channels).map(|_| LocalRb::new(capacity)).collect(), capacity }
    }

    /// Adds `samples` per channel; returns how many of the oldest had to go.
    pub fn push(&mut self, samples: usize, pcm: &[f32]) -> usize {
        let samples = samples.min(self.capacity);
        let dropped = (self.waiting() + samples).saturating_sub(self.capacity);
        for (channel, plane) in self.channels.iter_mut().zip(pcm.chunks_exact(samples.max(1))) {
            channel.skip(dropped);
            channel.push_slice(plane.get(..samples).unwrap_or_default());
        }
        dropped
    }

    /// Takes `samples` per channel into `pcm`; false, and nothing taken, where fewer wait.
    pub fn pop(&mut self, samples: usize, pcm: &mut [f32]) -> bool {
        if samples == 0 || self.waiting() < samples {
            return false;
        }
        for (channel, plane) in self.channels.iter_mut().zip(pcm.chunks_exact_mut(samples)) {
            channel.pop_slice(plane);
        }
        true
    }

    pub fn clear(&mut self) {
        for channel in &mut self.channels {
            channel.clear();
        }
    }

    /// Samples per channel that wait.
    pub fn waiting(&self) -> usize {
        self.channels.first().map_or(0, Observer::occupied_len)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("capacity", &self.capacity).field("waiting", &self.waiting()).finish()
    }
}

#[cfg(test)]
mod tests;
