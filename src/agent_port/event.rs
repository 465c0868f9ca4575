//! Boundary: what a port tells its speech machine: from the media thread by a ring of its own, in the order in which it happened.

use super::link::{AgentPosition, Link};
use crate::processing::audio::barge_in::BargeInEvent;
use crate::types::SessionId;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Events that may wait. Marks that find no room are told later; of the rest, what finds none is lost and counted.
pub(super) const EVENTS: usize = 1_024;

/// Something that happened at a port, and where in what it says.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentEvent {
    /// How far what it says had come, and when.
    pub position: AgentPosition,
    /// What.
    pub kind: AgentEventKind,
}

/// What happened at a port.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentEventKind {
    /// All that was written before that mark has been sent: its last sample leaves in this tick.
    Mark(u64),
    /// That mark is not reached any more: what it was behind was flushed, or interrupted.
    MarkForgotten(u64),
    /// A flush is done: the sample of the position is the first that the caller was not sent.
    Flushed {
        /// Which: the number that [`AgentWriter::flush`](crate::AgentWriter::flush) gave; earlier ones are done with it.
        flush: u32,
        /// Samples that were written and are never sent.
        forgotten: u64,
    },
    /// The caller cut in: the sample of the position is the first that he was not sent. Nothing that is written before
    /// [`begin_turn`](crate::AgentWriter::begin_turn) or [`flush`](crate::AgentWriter::flush) is sent.
    Interrupted {
        /// How.
        cause: InterruptCause,
        /// Samples that had been written by then, and are never sent.
        forgotten: u64,
    },
    /// There is nothing to send: silence from here on, faded into over 5 ms.
    DryBegan(DryCause),
    /// There is speech again.
    DryEnded {
        /// Why there was none.
        cause: DryCause,
        /// How long: exact to a sample.
        lasted: Duration,
    },
    /// The caller began to press that key: `0` to `9`, `*`, `#`, `A` to `D`, `!` for a hook flash.
    DigitBegan(char),
    /// The barge-in detector of who it is bridged to ([`AgentParams::barge_in`](crate::AgentParams::barge_in)) found that he speaks,
    /// interrupts, utters a backchannel, has ended, or that his turn is over. Times are counted from the position's.
    Speech(BargeInEvent),
    /// In a room: that member began to press that key. It is told up to two ticks later than of who it is bridged to.
    MemberDigitBegan {
        /// Who.
        member: SessionId,
        /// As for [`DigitBegan`](Self::DigitBegan).
        digit: char,
    },
    /// In a room: the barge-in detector of a member that all hear (its own, or for the sake of [`AgentParams::barge_in`](crate::AgentParams::barge_in))
    /// found that of it; as late as its keys. Agents are not listened to.
    MemberSpeech {
        /// Whose.
        member: SessionId,
        /// What, with times from where it was found on.
        event: BargeInEvent,
    },
    /// Less than [`low_water`](crate::AgentParams::low_water) waits to be sent.
    BacklogLow,
}

/// What a member of its room does, told by the control side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberAct {
    /// It began to press that key.
    Digit(char),
    /// Its speech.
    Speech(BargeInEvent),
}

/// Why there is nothing to send.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DryCause {
    /// What comes next had not been written in time.
    Late,
    /// It was flushed, or interrupted.
    Flushed,
    /// The port is paused, its session is on inward hold or heard by nobody, or who hears it is on outward hold.
    Held,
    /// It was [said](crate::AgentWriter::finish) that nothing follows.
    Finished,
}

/// What an agent was interrupted by.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InterruptCause {
    /// The caller spoke.
    Speech,
    /// The caller pressed a key.
    Digit,
}

/// The events of a port, for any ordinary thread; never waits. Who does not read them loses the newest but marks, counted.
///
/// Example: [`AgentPort`](crate::AgentPort).
#[derive(Debug)]
pub struct AgentEvents {
    pub(super) ring: rtrb::Consumer<AgentEvent>,
    pub(super) link: Arc<Link>,
}

impl AgentEvents {
    /// The next event, if there is one.
    pub fn try_next(&mut self) -> Option<AgentEvent> {
        self.ring.pop().ok()
    }

    /// Events that were lost so far, as nobody read them.
    pub fn lost(&self) -> u64 {
        self.link.events_lost.load(Relaxed)
    }

    /// Whether the session has ended and all is read.
    pub fn is_over(&self) -> bool {
        self.ring.is_abandoned() && self.ring.is_empty()
    }
}
