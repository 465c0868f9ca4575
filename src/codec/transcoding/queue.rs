//! Real-time: samples that wait between two lengths of packet.

/// A queue of samples of one or more channels, fixed in size. What goes in and comes out is planar.
#[derive(Debug)]
pub(super) struct Queue {
    /// Channel after channel, each with `capacity` places.
    data: Box<[f32]>,
    capacity: usize,
    /// Samples per channel that wait, from the start of each channel's places.
    waiting: usize,
}

impl Queue {
    /// Control side: allocates.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(channels: usize, capacity: usize) -> Self {
        Self { data: vec![0.0; channels * capacity].into_boxed_slice(), capacity, waiting: 0 }
    }

    /// Adds `samples` per channel; returns how many of the oldest had to go.
    pub fn push(&mut self, samples: usize, pcm: &[f32]) -> usize {
        let samples = samples.min(self.capacity);
        let dropped = (self.waiting + samples).saturating_sub(self.capacity);
        self.discard(dropped);
        for (places, plane) in self.data.chunks_exact_mut(self.capacity).zip(pcm.chunks_exact(samples.max(1))) {
            if let (Some(to), Some(from)) = (places.get_mut(self.waiting..self.waiting + samples), plane.get(..samples))
            {
                to.copy_from_slice(from);
            }
        }
        self.waiting += samples;
        dropped
    }

    /// Takes `samples` per channel into `pcm`; false, and nothing taken, where fewer wait.
    pub fn pop(&mut self, samples: usize, pcm: &mut [f32]) -> bool {
        if samples == 0 || self.waiting < samples {
            return false;
        }
        for (places, plane) in self.data.chunks_exact(self.capacity).zip(pcm.chunks_exact_mut(samples)) {
            if let Some(from) = places.get(..samples) {
                plane.copy_from_slice(from);
            }
        }
        self.discard(samples);
        true
    }

    pub fn clear(&mut self) {
        self.waiting = 0;
    }

    fn discard(&mut self, samples: usize) {
        for places in self.data.chunks_exact_mut(self.capacity) {
            places.copy_within(samples..self.waiting, 0);
        }
        self.waiting -= samples;
    }
}
