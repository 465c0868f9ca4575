//! Real-time: the frames of one tick.
//!
//! A frame is f32, 1.0 = full scale, planar, one block of 10 ms, of 1 or 2 channels at 8 to 48 kHz. Frames live for one
//! tick: the pool hands out slots densely from the start of one pre-touched arena, and [`FramePool::recycle`] takes them
//! all back at once when the next tick begins. **A slot is good in the tick in which it was taken**; its epoch shows a
//! stale one, which reads as an empty frame.

use super::os::{Privilege, memory};
use crate::types::SampleRate;

/// What is known of the audio in a frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FrameFlags {
    /// It was made up for lost packets.
    pub concealed: bool,
    /// It is comfort noise or silence for a sender that pauses.
    pub comfort_noise: bool,
}

/// A frame's place in the pool of the worker that owns it. Move-only.
#[derive(Debug)]
pub struct FrameSlot {
    start: u32,
    samples: u16,
    channels: u8,
    rate: SampleRate,
    epoch: u32,
    /// What is known of the audio.
    pub flags: FrameFlags,
}

impl FrameSlot {
    /// Sample rate of the frame.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Channels, 1 or 2, one after another in the slice.
    pub fn channels(&self) -> usize {
        usize::from(self.channels)
    }

    fn range(&self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + usize::from(self.samples) * self.channels()
    }
}

/// The arena. Built (and touched) by the control side, owned by one worker.
#[derive(Debug)]
pub struct FramePool {
    arena: Box<[f32]>,
    used: usize,
    epoch: u32,
    refused: u64,
}

/// Samples per channel of the longest block: 10 ms at 48 kHz.
pub const MAX_BLOCK_SAMPLES: usize = 480;

// Frames begin on a 64-byte line, as the vector kernels like it.
const LINE: usize = 16;

impl FramePool {
    /// A pool for `samples` samples a tick in all. Allocates: control side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(samples: usize) -> Self {
        // 1.0 and back to 0.0, so that the pages are really there and not the kernel's shared zero page.
        let mut arena = vec![1.0f32; samples.next_multiple_of(LINE)].into_boxed_slice();
        arena.fill(0.0);
        Self { arena, used: 0, epoch: 0, refused: 0 }
    }

    /// Takes all slots back. Called once as a tick begins.
    pub fn recycle(&mut self) {
        self.used = 0;
        self.epoch = self.epoch.wrapping_add(1);
    }

    /// Takes a slot for one block; its content is what was there before. `None` when the pool is used up: the leg is
    /// silent for this tick, and that is counted.
    pub fn take(&mut self, rate: SampleRate, channels: u8) -> Option<FrameSlot> {
        let samples = rate.block_samples();
        let end = self.used + (samples * usize::from(channels)).next_multiple_of(LINE);
        if end > self.arena.len() {
            self.refused += 1;
            return None;
        }
        let start = self.used as u32;
        self.used = end;
        Some(FrameSlot {
            start,
            samples: samples as u16,
            channels,
            rate,
            epoch: self.epoch,
            flags: FrameFlags::default(),
        })
    }

    /// The samples of a frame.
    pub fn samples(&self, slot: &FrameSlot) -> &[f32] {
        debug_assert_eq!(slot.epoch, self.epoch, "a frame outlived its tick");
        if slot.epoch != self.epoch {
            return &[];
        }
        self.arena.get(slot.range()).unwrap_or(&[])
    }

    /// The samples of a frame, to write.
    pub fn samples_mut(&mut self, slot: &FrameSlot) -> &mut [f32] {
        debug_assert_eq!(slot.epoch, self.epoch, "a frame outlived its tick");
        if slot.epoch != self.epoch {
            return &mut [];
        }
        self.arena.get_mut(slot.range()).unwrap_or(&mut [])
    }

    /// The samples of one frame to read and of another to write; empty for a stale slot, or one and the same.
    pub fn pair_mut(&mut self, from: &FrameSlot, to: &FrameSlot) -> (&[f32], &mut [f32]) {
        debug_assert_eq!((from.epoch, to.epoch), (self.epoch, self.epoch), "a frame outlived its tick");
        match self.arena.get_disjoint_mut([from.range(), to.range()]) {
            Ok([from_samples, to_samples]) if (from.epoch, to.epoch) == (self.epoch, self.epoch) => {
                (from_samples, to_samples)
            }
            _ => (&[], &mut []),
        }
    }

    /// Locks the arena in memory. Control side.
    pub fn lock(&self) -> Privilege {
        memory::lock(&self.arena)
    }

    /// How often the pool was used up.
    pub fn refused(&self) -> u64 {
        self.refused
    }
}
