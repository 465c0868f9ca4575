//! Boundary: what the two ends of a port tell each other by numbers.

use super::chunk::Chunk;
use crate::rt::ParcelCell;
use crate::types::{MediaTime, PcmTime, TickNumber};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, fence};

/// How far what an agent says has come.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentPosition {
    /// Samples are numbered from 0 on as they are written. All before this one were sent or forgotten; this one was not sent yet.
    pub sample: u64,
    /// When it was: the block, and the time in it behind the last sample that was sent.
    pub at: PcmTime,
}

/// Counts of a port.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentStatistics {
    /// Samples written.
    pub written: u64,
    /// Samples sent.
    pub sent: u64,
    /// Samples written and never to be sent: flushed or interrupted.
    pub forgotten: u64,
    /// How often it ran dry as what came next was not written in time.
    pub late: u64,
    /// For how many samples it was, together.
    pub late_samples: u64,
    /// Samples taken out by time stretching, where a latency is aimed at.
    pub shortened: u64,
    /// Samples put in.
    pub lengthened: u64,
    /// Events that nobody read.
    pub events_lost: u64,
}

/// See the head of the file. Each number has one writer.
#[derive(Debug)]
pub(super) struct Link {
    // By the agent:
    pub(super) written: AtomicU64,
    /// Its turn, and the first sample of that; the sample is written first.
    turn: AtomicU32,
    turn_begin: AtomicU64,
    /// The turn that began by its last flush; written before the turn.
    flushed: AtomicU32,
    pub(super) held: AtomicBool,
    /// The chunk under way, a copy of what it holds: taken when there is no whole one.
    pub(super) tail: ParcelCell<Chunk>,
    // By the media thread:
    /// Turns before this one were interrupted.
    pub(super) interrupted: AtomicU32,
    pub(super) forgotten: AtomicU64,
    pub(super) sent: AtomicU64,
    pub(super) late: AtomicU64,
    pub(super) late_samples: AtomicU64,
    pub(super) shortened: AtomicU64,
    pub(super) lengthened: AtomicU64,
    pub(super) events_lost: AtomicU64,
    position: [AtomicU64; 3],
    /// Odd while the position is written.
    version: AtomicU64,
}

impl Link {
    pub(super) fn new() -> Self {
        let zero = || AtomicU64::new(0);
        Self {
            written: zero(),
            turn: AtomicU32::new(0),
            turn_begin: zero(),
            flushed: AtomicU32::new(0),
            held: AtomicBool::new(false),
            tail: ParcelCell::empty(),
            interrupted: AtomicU32::new(0),
            forgotten: zero(),
            sent: zero(),
            late: zero(),
            late_samples: zero(),
            shortened: zero(),
            lengthened: zero(),
            events_lost: zero(),
            position: [const { AtomicU64::new(0) }; 3],
            version: zero(),
        }
    }

    /// The agent begins another turn with that sample.
    pub(super) fn begin_turn(&self, turn: u32, begin: u64) {
        self.turn_begin.store(begin, Relaxed);
        self.turn.store(turn, Release);
    }

    /// The agent begins another turn with that sample, by a flush.
    pub(super) fn flush(&self, turn: u32, begin: u64) {
        self.flushed.store(turn, Relaxed);
        self.begin_turn(turn, begin);
    }

    /// The last flush up to that turn, which the agent was seen in: `None` where a later one is under way, to be seen with its turn.
    pub(super) fn flushed(&self, turn: u32) -> Option<u32> {
        Some(self.flushed.load(Relaxed)).filter(|flushed| *flushed <= turn)
    }

    /// The turn that the agent is in, and a sample that this or a later one begins with.
    pub(super) fn turn(&self) -> (u32, u64) {
        let turn = self.turn.load(Acquire);
        (turn, self.turn_begin.load(Relaxed))
    }

    /// Media thread only.
    pub(super) fn set_position(&self, position: AgentPosition) {
        let version = self.version.load(Relaxed);
        self.version.store(version + 1, Relaxed);
        fence(Release);
        let AgentPosition { sample, at: PcmTime { tick, time } } = position;
        for (to, value) in self.position.iter().zip([sample, tick.0, time.as_nanos()]) {
            to.store(value, Relaxed);
        }
        self.version.store(version + 2, Release);
    }

    /// Waits for no more than the three stores of who writes it.
    pub(super) fn position(&self) -> AgentPosition {
        loop {
            let version = self.version.load(Acquire);
            let [sample, tick, time] = [0, 1, 2].map(|n| self.position[n].load(Relaxed));
            fence(Acquire);
            if version.is_multiple_of(2) && self.version.load(Relaxed) == version {
                let at = PcmTime { tick: TickNumber(tick), time: MediaTime::from_nanos(time) };
                return AgentPosition { sample, at };
            }
            std::hint::spin_loop();
        }
    }

    pub(super) fn statistics(&self) -> AgentStatistics {
        let read = |number: &AtomicU64| number.load(Relaxed);
        AgentStatistics {
            written: read(&self.written),
            sent: read(&self.sent),
            forgotten: read(&self.forgotten),
            late: read(&self.late),
            late_samples: read(&self.late_samples),
            shortened: read(&self.shortened),
            lengthened: read(&self.lengthened),
            events_lost: read(&self.events_lost),
        }
    }
}

/// Counts up a number that nobody else writes.
pub(super) fn add(number: &AtomicU64, more: u64) {
    number.store(number.load(Relaxed).wrapping_add(more), Relaxed);
}
