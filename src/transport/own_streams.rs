//! Boundary: which SSRCs this engine sends, told by the supervisor to whoever receives, so that its own packets that come back
//! are known (RFC 3550 section 8.2), whichever of its ports they come to.
//!
//! Receivers ask with the first packet of each source, ten times a second at most for a session: a table of bits says "certainly none of ours" without a lock, and of
//! the others the supervisor knows the session. Only it can say what that means: a call that goes out of the engine and comes
//! back in by another session (a hairpin) is to be heard; a stream that carries what this very session says is a loop.

use crate::types::MediaTime;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const SLOTS: usize = 1 << 16;

/// The table. One writer; clones share it.
#[derive(Debug, Clone)]
pub struct OwnStreams(Arc<[AtomicU64]>);

impl Default for OwnStreams {
    fn default() -> Self {
        Self((0..SLOTS / 64).map(|_| AtomicU64::new(0)).collect())
    }
}

impl OwnStreams {
    /// The place of an SSRC, shared with one of 65,536 others.
    pub(crate) fn slot(ssrc: u32) -> u16 {
        (ssrc ^ (ssrc >> 16)) as u16
    }

    /// Notes whether SSRCs of that place are ours. The supervisor's alone.
    pub(crate) fn set(&self, slot: u16, ours: bool) {
        let Some(word) = self.0.get(usize::from(slot / 64)) else { return };
        let (bits, bit) = (word.load(Relaxed), 1 << (slot % 64));
        word.store(if ours { bits | bit } else { bits & !bit }, Relaxed);
    }

    /// Whether it may be one of ours; `false` is certain. Real-time safe.
    pub(crate) fn may_hold(&self, ssrc: u32) -> bool {
        let slot = Self::slot(ssrc);
        self.0.get(usize::from(slot / 64)).is_some_and(|word| word.load(Relaxed) >> (slot % 64) & 1 == 1)
    }
}

/// SSRCs that a session is not to hear: streams of ours that carry what it says itself.
pub type Loops = [Option<u32>; 2];

/// A session asks no sooner again, in ns: one whose peer changes its source with each packet takes no more of the supervisor's
/// time than any other.
const ASKS_AGAIN: u64 = 100_000_000;

/// What a session hears, as far as loops are concerned.
#[derive(Debug, Default)]
pub struct LoopGuard {
    /// The source of the last packet that was taken.
    heard: Option<u32>,
    /// When the supervisor was asked last.
    asked: Option<MediaTime>,
    loops: Loops,
}

impl LoopGuard {
    /// What is not to be heard from now on.
    pub fn set(&mut self, loops: Loops) {
        self.loops = loops;
    }

    /// Whether packets of that source are what the session says itself. Real-time safe.
    pub fn refuses(&self, ssrc: u32) -> bool {
        self.loops.contains(&Some(ssrc))
    }

    /// Notes whose packet was taken at `arrival`; whether the supervisor is to judge it, by `ask`, which says whether it could
    /// be asked. What it could or was not to be asked about is asked about by a later packet. Real-time safe.
    pub fn hear(&mut self, ssrc: u32, arrival: MediaTime, own: &OwnStreams, ask: impl FnOnce() -> bool) {
        if self.heard == Some(ssrc) {
            return;
        }
        let before = self.heard.is_some_and(|before| own.may_hold(before));
        if before || own.may_hold(ssrc) {
            // An embedder's arrivals may go back: those are no reason to be silent.
            let soon = |asked: MediaTime| arrival >= asked && arrival.nanos_since(asked) < ASKS_AGAIN;
            if self.asked.is_some_and(soon) || !ask() {
                return;
            }
            self.asked = Some(arrival);
        }
        self.heard = Some(ssrc);
    }
}

#[cfg(test)]
mod tests;
