//! Boundary: a piece of what an agent says, on its way to the media thread and home again.

use crate::rt::Parcel;
use crate::types::SampleRate;

/// A chunk on its way by ring, with its turn beside it: what was flushed goes home without a look at its memory, so that a backlog of
/// minutes costs a tick some microseconds.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) turn: u32,
    pub(super) chunk: Parcel<Chunk>,
}

/// A piece of speech.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The number of its first sample.
    pub(super) at: u64,
    /// The turn that it is of.
    pub(super) turn: u32,
    pub(super) length: usize,
    samples: Box<[f32]>,
}

impl Chunk {
    /// How long one is at most, in ms: a whole number of blocks.
    pub(super) const MS: u32 = 40;

    /// An empty one. Allocates: control side.
    pub(super) fn new(rate: SampleRate) -> Self {
        let samples = vec![0.0; Self::capacity(rate)].into_boxed_slice();
        Self { at: 0, turn: 0, length: 0, samples }
    }

    /// Samples that fit in one.
    pub(super) fn capacity(rate: SampleRate) -> usize {
        rate.block_samples() * (Self::MS as usize / 10)
    }

    /// Behind its last sample.
    pub(super) fn end(&self) -> u64 {
        self.at + self.length as u64
    }

    /// Its samples.
    pub(super) fn samples(&self) -> &[f32] {
        self.samples.get(..self.length).unwrap_or_default()
    }

    /// Becomes a copy of `samples`.
    pub(super) fn hold(&mut self, at: u64, turn: u32, samples: &[f32]) {
        let length = samples.len().min(self.samples.len());
        self.samples[..length].copy_from_slice(&samples[..length]);
        (self.at, self.turn, self.length) = (at, turn, length);
    }
}
