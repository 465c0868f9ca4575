//! Real-time: where received payloads wait for their playout.
//!
//! Two classes of fixed slots (256 and 1,536 octets): a G.711 or Opus packet of 20 ms takes a small one, whatever is
//! longer a large one. Memory goes with the traffic that waits, not with the number of legs. One worker owns the pool.

use super::os::{Privilege, memory};

/// A payload's place in the pool. Copyable, as the jitter buffer keeps it; whoever takes it out of the buffer frees it
/// exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadSlot(u32);

impl PayloadSlot {
    /// Names no payload: reads as empty, and freeing it does nothing.
    pub const NONE: Self = Self(u32::MAX);

    /// The same place, with a note of which of the leg's formats (0 to 15) the payload is.
    #[must_use]
    pub const fn with_format(self, format: u8) -> Self {
        if self.0 == Self::NONE.0 {
            return self;
        }
        Self(self.0 & !FORMAT | (format as u32) << FORMAT.trailing_zeros() & FORMAT)
    }

    /// Which of the leg's formats the payload is.
    pub const fn format(self) -> u8 {
        if self.0 == Self::NONE.0 { 0 } else { ((self.0 & FORMAT) >> FORMAT.trailing_zeros()) as u8 }
    }

    /// Which slot of its class.
    const fn index(self) -> u32 {
        self.0 & !(LARGE | FORMAT)
    }
}

const LARGE: u32 = 1 << 31;
// The handle has the bits to spare: a field beside it would make each place of a jitter buffer larger.
const FORMAT: u32 = 0xf << 27;
const SMALL_OCTETS: usize = 256;
const LARGE_OCTETS: usize = 1536;
// The length of a slot that is free.
const FREE: u16 = u16::MAX;

#[derive(Debug)]
struct Class {
    octets: Box<[u8]>,
    lengths: Box<[u16]>,
    free: Box<[u32]>,
    free_count: usize,
    size: usize,
}

impl Class {
    #[expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "control side")]
    fn new(slots: usize, size: usize) -> Self {
        let mut octets = vec![1u8; slots * size].into_boxed_slice();
        octets.fill(0);
        let free: Box<[u32]> = (0..slots as u32).rev().collect();
        Self { octets, lengths: vec![FREE; slots].into_boxed_slice(), free_count: slots, free, size }
    }

    fn store(&mut self, payload: &[u8]) -> Option<u32> {
        let index = *self.free.get(self.free_count.checked_sub(1)?)?;
        let start = index as usize * self.size;
        self.octets.get_mut(start..start + payload.len())?.copy_from_slice(payload);
        *self.lengths.get_mut(index as usize)? = payload.len() as u16;
        self.free_count -= 1;
        Some(index)
    }

    fn octets(&self, index: u32) -> &[u8] {
        let start = index as usize * self.size;
        match self.lengths.get(index as usize) {
            Some(&length) if length != FREE => self.octets.get(start..start + usize::from(length)).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// Whether it was in use.
    fn free(&mut self, index: u32) -> bool {
        let length = self.lengths.get_mut(index as usize).filter(|length| **length != FREE);
        let (Some(length), Some(place)) = (length, self.free.get_mut(self.free_count)) else { return false };
        (*length, *place) = (FREE, index);
        self.free_count += 1;
        true
    }
}

/// The pool. Built (and touched) by the control side.
#[derive(Debug)]
pub struct PayloadPool {
    small: Class,
    large: Class,
    refused: u64,
}

impl PayloadPool {
    /// A pool of `small` slots of 256 octets and `large` ones of 1,536. Allocates: control side.
    pub fn new(small: usize, large: usize) -> Self {
        debug_assert!(small.max(large) < (1 << 27) - 1, "slots are named by 27 bits");
        Self { small: Class::new(small, SMALL_OCTETS), large: Class::new(large, LARGE_OCTETS), refused: 0 }
    }

    /// Copies a payload in. `None` if it is longer than a large slot or no slot is free; that is counted.
    pub fn store(&mut self, payload: &[u8]) -> Option<PayloadSlot> {
        let stored = if payload.len() <= SMALL_OCTETS { self.small.store(payload).map(PayloadSlot) } else { None };
        let stored = match stored {
            None if payload.len() <= LARGE_OCTETS => self.large.store(payload).map(|i| PayloadSlot(i | LARGE)),
            other => other,
        };
        self.refused += u64::from(stored.is_none());
        stored
    }

    /// The octets of a payload; none if the slot is free.
    pub fn octets(&self, slot: PayloadSlot) -> &[u8] {
        if slot.0 & LARGE == 0 { self.small.octets(slot.index()) } else { self.large.octets(slot.index()) }
    }

    /// Gives a slot back. One that is free already is a defect: it panics in debug builds, else it is ignored, so that no
    /// slot is ever given out twice.
    pub fn free(&mut self, slot: PayloadSlot) {
        if slot == PayloadSlot::NONE {
            return;
        }
        let freed = if slot.0 & LARGE == 0 { self.small.free(slot.index()) } else { self.large.free(slot.index()) };
        debug_assert!(freed, "a payload slot was freed twice");
    }

    /// Slots in use.
    pub fn in_use(&self) -> usize {
        self.small.lengths.len() + self.large.lengths.len() - self.small.free_count - self.large.free_count
    }

    /// Locks the slots in memory. Control side.
    pub fn lock(&self) -> Privilege {
        memory::lock(&self.small.octets).and(memory::lock(&self.large.octets))
    }

    /// How often no slot was free.
    pub fn refused(&self) -> u64 {
        self.refused
    }
}
