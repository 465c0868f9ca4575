//! Real-time: packets by sequence number over slots allocated once.
//!
//! **All stored sequence numbers lie within one span of as many numbers as there are slots**, so that each has a slot of
//! its own. Slots are counted from the packet that came when none was stored: where one waits at a time it is always the
//! same slot, and of thousands of legs each touches few lines of the cache.

use super::packet::{Arrived, Contents};

/// A packet with its sequence number and timestamp extended to 64 bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored<P> {
    pub(crate) sequence: i64,
    pub(crate) timestamp: i64,
    pub(crate) packet: Arrived<P>,
}

/// Set in a packet's length, of which that is never a part, where the packet describes comfort noise: a field of its own
/// would make each slot an eighth larger.
const NOISE: u32 = 1 << 31;
/// And where it came again in another packet.
const REDUNDANT: u32 = 1 << 30;
/// And where the sender says with its end, in the codec's own way, that it is silent from then on.
const LAST: u32 = 1 << 29;

impl<P> Stored<P> {
    pub(crate) const fn new(sequence: i64, timestamp: i64, mut packet: Arrived<P>, contents: Contents) -> Self
    where
        P: Copy,
    {
        packet.samples |= match contents {
            Contents::Audio => 0,
            Contents::AudioThenSilence => LAST,
            Contents::Noise => NOISE,
        };
        Self { sequence, timestamp, packet }
    }

    /// Whether it describes comfort noise.
    pub(crate) const fn is_noise(&self) -> bool {
        self.packet.samples & NOISE != 0
    }

    /// It came again in another packet.
    #[must_use]
    pub(crate) const fn redundant(mut self) -> Self
    where
        P: Copy,
    {
        self.packet.samples |= REDUNDANT;
        self
    }

    /// Whether it came in another packet, and not by itself.
    pub(crate) const fn is_redundant(&self) -> bool {
        self.packet.samples & REDUNDANT != 0
    }

    /// Whether the sender is silent after it.
    pub(crate) const fn silence_follows(&self) -> bool {
        self.packet.samples & (NOISE | LAST) != 0
    }

    pub(crate) const fn contents(&self) -> Contents {
        match self.packet.samples & (NOISE | LAST) {
            0 => Contents::Audio,
            LAST => Contents::AudioThenSilence,
            _ => Contents::Noise,
        }
    }

    /// Its samples, in units of the RTP clock.
    pub(crate) const fn samples(&self) -> u32 {
        self.packet.samples & !(NOISE | REDUNDANT | LAST)
    }

    /// The timestamp after its last sample.
    pub(crate) const fn end(&self) -> i64 {
        self.timestamp + self.samples() as i64
    }
}

/// Why [`PacketStore::insert`] does not take a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreFault {
    /// The same sequence number is stored.
    Duplicate,
    /// It would not lie within the span; the caller makes room or refuses it.
    OutOfSpan,
}

/// The slots.
#[derive(Debug)]
pub(crate) struct PacketStore<P> {
    slots: Box<[Option<Stored<P>>]>,
    count: usize,
    /// The number that has the first slot.
    origin: i64,
    lowest: i64,
    highest: i64,
}

impl<P: Copy> PacketStore<P> {
    /// `slots` is a power of two.
    #[expect(clippy::disallowed_macros, reason = "control side: the constructor allocates")]
    pub(crate) fn new(slots: usize) -> Self {
        debug_assert!(slots.is_power_of_two());
        let slots = vec![None; slots.next_power_of_two()].into_boxed_slice();
        Self { slots, count: 0, origin: 0, lowest: 0, highest: 0 }
    }

    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn payloads_mut(&mut self, mut visit: impl FnMut(&mut P)) {
        for stored in self.slots.iter_mut().flatten() {
            visit(&mut stored.packet.payload);
        }
    }

    const fn place(&self, sequence: i64) -> usize {
        (sequence.wrapping_sub(self.origin) & (self.slots.len() as i64 - 1)) as usize
    }

    fn slot(&mut self, sequence: i64) -> Option<&mut Option<Stored<P>>> {
        self.slots.get_mut(self.place(sequence))
    }

    pub(crate) fn insert(&mut self, stored: Stored<P>) -> Result<(), StoreFault> {
        let (lowest, highest) = if self.count == 0 {
            self.origin = stored.sequence;
            (stored.sequence, stored.sequence)
        } else {
            (self.lowest.min(stored.sequence), self.highest.max(stored.sequence))
        };
        if highest - lowest >= self.slots.len() as i64 {
            return Err(StoreFault::OutOfSpan);
        }
        match self.slot(stored.sequence) {
            Some(slot @ None) => *slot = Some(stored),
            _ => return Err(StoreFault::Duplicate),
        }
        (self.lowest, self.highest) = (lowest, highest);
        self.count += 1;
        Ok(())
    }

    /// Asks the cache for the slot of the first packet, or of the next to come.
    pub(crate) fn prefetch(&self) {
        let place = if self.count == 0 { 0 } else { self.place(self.lowest) };
        crate::rt::prefetch_entry(&self.slots, place);
    }

    /// The packet with the lowest number.
    pub(crate) fn first(&self) -> Option<&Stored<P>> {
        if self.count == 0 { None } else { self.slots.get(self.place(self.lowest))?.as_ref() }
    }

    /// The timestamp after the last stored sample.
    pub(crate) fn end(&self) -> Option<i64> {
        if self.count == 0 { None } else { self.slots.get(self.place(self.highest))?.as_ref().map(Stored::end) }
    }

    /// Takes the packet with the lowest number out.
    pub(crate) fn pop_first(&mut self) -> Option<Stored<P>> {
        if self.count == 0 {
            return None;
        }
        let taken = self.slot(self.lowest)?.take();
        self.count -= 1;
        while self.count > 0 && self.lowest < self.highest {
            self.lowest += 1;
            if self.slot(self.lowest).is_some_and(|s| s.is_some()) {
                break;
            }
        }
        taken
    }
}
