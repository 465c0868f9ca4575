//! Real-time: the samples of an agent in their order: whole chunks by ring, what does not fill one by the tail.

use super::super::chunk::{Chunk, Sent};
use super::super::link::{Link, add};
use crate::rt::Parcel;
use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;

/// A turn ended: so many samples that were written are never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) forgotten: u64,
    /// By the agent, with that flush.
    pub(super) flushed: Option<u32>,
}

/// Chunks of earlier turns that are sent home in a tick, at most: 140 s of speech. A flush of ten minutes is 15,000 of them.
const CLEARED_A_TICK: u32 = 3_500;

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Feed {
    link: Arc<Link>,
    ring: rtrb::Consumer<Sent>,
    home: rtrb::Producer<Parcel<Chunk>>,
    current: Option<Parcel<Chunk>>,
    /// What came early: before what is in the ring, and behind it.
    first: Option<Sent>,
    last: Option<Parcel<Chunk>>,
    /// The next sample, and the turn that it is of.
    next: u64,
    turn: u32,
    /// Turns before this one were interrupted.
    least: u32,
    /// The last flush that was told.
    flushed: u32,
    /// Chunks of earlier turns that may go home in this tick.
    clears: u32,
    /// The agent has not begun its turn yet: where that begins is not known.
    awaited: bool,
}

impl Feed {
    pub(super) const fn new(link: Arc<Link>, ring: rtrb::Consumer<Sent>, home: rtrb::Producer<Parcel<Chunk>>) -> Self {
        Self {
            link,
            ring,
            home,
            current: None,
            first: None,
            last: None,
            next: 0,
            turn: 0,
            least: 0,
            flushed: 0,
            clears: CLEARED_A_TICK,
            awaited: false,
        }
    }

    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    pub(super) const fn turn(&self) -> u32 {
        self.turn
    }

    /// Whether the agent does not know yet that it was interrupted.
    pub(super) const fn is_awaited(&self) -> bool {
        self.awaited
    }

    /// The turn ends with what has been given, and so does one that the agent has begun since.
    pub(super) fn interrupt(&mut self) -> u32 {
        self.least = self.turn.max(self.link.turn().0) + 1;
        self.least
    }

    /// Goes on to the agent's turn, if it has begun another; `spoken`: behind what was sent of what was given.
    pub(super) fn take_turn(&mut self, spoken: u64) -> Option<Cut> {
        self.clears = CLEARED_A_TICK;
        let (turn, begin) = self.link.turn();
        let aim = turn.max(self.least);
        let flushed = self.link.flushed(turn).filter(|flushed| *flushed > self.flushed);
        self.flushed = flushed.unwrap_or(self.flushed);
        if aim == self.turn {
            let mut forgotten = 0;
            if self.awaited && turn == aim {
                self.awaited = false;
                forgotten = begin.saturating_sub(self.next);
                self.forget(begin);
            }
            // One that crossed with an interruption, whose turn it began.
            return flushed.map(|_| Cut { forgotten, flushed });
        }
        self.turn = aim;
        self.awaited = turn < aim;
        self.next = spoken;
        let to = if self.awaited { self.link.written.load(Acquire) } else { begin };
        let forgotten = to.saturating_sub(self.next);
        self.forget(to);
        if let Some(chunk) = self.current.take() {
            self.send_home(chunk);
        }
        Some(Cut { forgotten, flushed })
    }

    fn forget(&mut self, to: u64) {
        add(&self.link.forgotten, to.saturating_sub(self.next));
        self.next = self.next.max(to);
    }

    /// Samples that wait here and with the agent.
    pub(super) fn waiting(&self) -> u64 {
        if self.awaited { 0 } else { self.link.written.load(Acquire).saturating_sub(self.next) }
    }

    /// Fills the start of `out` with what there is; how many samples that is.
    pub(super) fn fill(&mut self, out: &mut [f32]) -> usize {
        let mut given = 0;
        while let Some(room) = out.get_mut(given..).filter(|room| !room.is_empty()) {
            let Some(chunk) = self.current.take().or_else(|| self.fetch()) else { break };
            let from = self.next.saturating_sub(chunk.at) as usize;
            let samples = chunk.samples().get(from..).unwrap_or_default();
            let length = samples.len().min(room.len());
            room[..length].copy_from_slice(&samples[..length]);
            (given, self.next) = (given + length, self.next + length as u64);
            if self.next >= chunk.end() {
                self.send_home(chunk);
            } else {
                self.current = Some(chunk);
            }
        }
        given
    }

    /// The chunk that holds the next sample.
    fn fetch(&mut self) -> Option<Parcel<Chunk>> {
        if self.awaited {
            return None;
        }
        while self.clears > 0 {
            // What lies in the tail was put there after the chunks before it went into the ring: looked at in this order, and again
            // where one is missing, nothing is passed over.
            let (Sent { turn, chunk }, last) = match self.first.take().or_else(|| self.ring.pop().ok()) {
                Some(sent) => (sent, false),
                None => {
                    let chunk = self.last.take().or_else(|| self.link.tail.take())?;
                    (Sent { turn: chunk.turn, chunk }, true)
                }
            };
            if turn < self.turn || (turn == self.turn && chunk.end() <= self.next) {
                self.clears -= 1;
                self.send_home(chunk);
            } else if turn == self.turn && chunk.at <= self.next {
                return Some(chunk);
            } else if !last {
                // Of a turn that began after this tick's look at it.
                self.first = Some(Sent { turn, chunk });
                return None;
            } else {
                self.last = Some(chunk);
                if self.ring.is_empty() {
                    return None;
                }
            }
        }
        None
    }

    fn send_home(&mut self, chunk: Parcel<Chunk>) {
        // The ring holds all that there are.
        let sent = self.home.push(chunk);
        debug_assert!(sent.is_ok(), "more chunks than there can be");
    }
}

#[cfg(test)]
mod tests;
