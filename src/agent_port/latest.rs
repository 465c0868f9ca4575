//! Boundary: what an agent hears: the newest blocks, written over the oldest whether these were read or not. The media thread
//! never waits for who reads; who reads sees what it has lost.
//!
//! Each block is announced before its place is written and declared done afterwards; a reader looks at both numbers, so that what was
//! written over while it copied is never taken for the block that was there.

use crate::types::{MediaTime, PcmTime, SampleRate, TickNumber};
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicU64, fence};

#[derive(Debug)]
struct Ring {
    /// Blocks whose writing has begun, and those that are done.
    begun: AtomicU64,
    done: AtomicU64,
    places: Box<[Place]>,
}

#[derive(Debug)]
struct Place {
    tick: AtomicU64,
    time: AtomicU64,
    voice: AtomicU32,
    samples: Box<[AtomicU32]>,
}

/// The media thread's end.
#[derive(Debug)]
pub struct LatestIn {
    ring: Arc<Ring>,
    next: u64,
    /// Blocks that are announced: more than are written while many are left out at once.
    announced: u64,
    /// How sure it is that the block to come holds voice.
    voice: f32,
}

impl LatestIn {
    /// What the next block is said to hold. Real-time safe.
    pub(crate) const fn set_voice(&mut self, probability: f32) {
        self.voice = probability;
    }

    /// So many blocks are to be written at once: how many of them are left out, as those behind them are written over them.
    /// Real-time safe.
    pub(crate) fn leave_out(&mut self, of: u64) -> u64 {
        let places = self.ring.places.len() as u64;
        let more = of.saturating_sub(places);
        if more > 0 {
            self.next += more;
            // All that lies there is old: until it is written over, its numbers are those of blocks that never were.
            self.announced = self.next + places;
        }
        more
    }

    /// Writes a block over the oldest. Real-time safe.
    pub(crate) fn push(&mut self, at: PcmTime, block: &[f32]) {
        let ring = &*self.ring;
        let Some(place) = ring.places.get((self.next % ring.places.len().max(1) as u64) as usize) else { return };
        self.next += 1;
        self.announced = self.announced.max(self.next);
        ring.begun.store(self.announced, Relaxed);
        fence(Release);
        place.tick.store(at.tick.0, Relaxed);
        place.time.store(at.time.as_nanos(), Relaxed);
        place.voice.store(std::mem::take(&mut self.voice).to_bits(), Relaxed);
        for (to, sample) in place.samples.iter().zip(block) {
            to.store(sample.to_bits(), Relaxed);
        }
        ring.done.store(self.next, Release);
    }
}

/// A block of what an agent hears.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct AgentBlock {
    /// When it was heard.
    pub at: PcmTime,
    /// How sure the voice detector of who is heard was that he spoke, 0 to 1; 0 where there is none
    /// ([`ProcessingParams::vad`](crate::ProcessingParams::vad)), or several are heard.
    pub voice: f32,
    /// Blocks that were lost before it, as they were not read in time.
    pub lost: u64,
}

/// What an agent hears: its party after echo cancellation, noise suppression and gain control, as these are set there, in blocks of
/// 10 ms of mono samples, 1.0 = full scale, that run with time: silence included. Of what is not read in time the oldest is lost.
///
/// For any ordinary thread; never waits, never allocates, and never holds the media.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug)]
pub struct AgentReader {
    ring: Arc<Ring>,
    rate: SampleRate,
    next: u64,
    lost: u64,
    /// Lost since the last block that was read.
    since: u64,
}

impl AgentReader {
    /// Copies the next block into the start of `samples` ([`block_samples`](SampleRate::block_samples) of its rate; a shorter slice gets the
    /// beginning); `None` if it is not there yet.
    pub fn read(&mut self, samples: &mut [f32]) -> Option<AgentBlock> {
        loop {
            let done = self.ring.done.load(Acquire);
            let places = self.ring.places.len() as u64;
            self.lose(done.saturating_sub(places));
            if self.next >= done {
                return None;
            }
            let place = &self.ring.places[(self.next % places) as usize];
            for (to, from) in samples.iter_mut().zip(&place.samples) {
                *to = f32::from_bits(from.load(Relaxed));
            }
            let (tick, time) = (place.tick.load(Relaxed), place.time.load(Relaxed));
            let voice = f32::from_bits(place.voice.load(Relaxed));
            fence(Acquire);
            let begun = self.ring.begun.load(Relaxed);
            if begun > self.next + places {
                self.lose(begun - places);
                continue;
            }
            self.next += 1;
            let at = PcmTime { tick: TickNumber(tick), time: MediaTime::from_nanos(time) };
            return Some(AgentBlock { at, voice, lost: std::mem::take(&mut self.since) });
        }
    }

    fn lose(&mut self, first: u64) {
        let lost = first.saturating_sub(self.next);
        self.next += lost;
        self.lost += lost;
        self.since += lost;
    }

    /// Leaves out what waits, and returns how many blocks that is. Not counted as lost.
    pub fn discard_waiting(&mut self) -> u64 {
        let waiting = self.waiting();
        self.next = self.next.max(self.ring.done.load(Acquire));
        waiting
    }

    /// Blocks that wait.
    pub fn waiting(&self) -> u64 {
        self.ring.done.load(Acquire).saturating_sub(self.next).min(self.ring.places.len() as u64)
    }

    /// Blocks that were lost so far, as they were not read in time.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// The rate in which samples come.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Whether the session has ended and all is read.
    pub fn is_over(&self) -> bool {
        Arc::strong_count(&self.ring) == 1 && self.waiting() == 0
    }
}

/// A ring of so many blocks. Allocates: control side.
pub(super) fn latest(rate: SampleRate, blocks: usize) -> (LatestIn, AgentReader) {
    let place = || Place {
        tick: AtomicU64::new(0),
        time: AtomicU64::new(0),
        voice: AtomicU32::new(0),
        samples: (0..rate.block_samples()).map(|_| AtomicU32::new(0)).collect(),
    };
    // One more: that which is being written.
    let places = (0..=blocks).map(|_| place()).collect();
    let ring = Arc::new(Ring { begun: AtomicU64::new(0), done: AtomicU64::new(0), places });
    let reader = AgentReader { ring: ring.clone(), rate, next: 0, lost: 0, since: 0 };
    (LatestIn { ring, next: 0, announced: 0, voice: 0.0 }, reader)
}

#[cfg(test)]
mod tests;
