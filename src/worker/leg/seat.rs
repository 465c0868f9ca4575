//! Real-time: a member's seat on a bus: how loud it is, and how that changes without a click.
//!
//! A gain moves in a straight line over the first block after the order that changed it; who is not heard in that block has
//! the new gain at once. Who comes begins at silence, who goes ends in it.

use crate::types::{Gain, LegKey, TickNumber};

/// A member of a bus.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Member {
    /// The leg.
    pub leg: LegKey,
    /// Whether it is taken into the sum. Who does not speak is not decoded for the bus' sake.
    pub speaks: bool,
    /// How loud it is in the sum.
    pub gain: Gain,
}

/// How loud a member is over a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::worker) enum Loudness {
    /// The same from its first to its last sample.
    Steady(f32),
    /// From the first in a straight line to the second.
    Moving(f32, f32),
}

/// A place for a member.
#[derive(Debug, Clone, Copy)]
pub(in crate::worker) struct Seat {
    member: Option<Member>,
    /// The member is on its way out: it is faded, and then the seat is vacant.
    leaves: bool,
    /// The gain before it moved, and when that was.
    from: f32,
    moved: TickNumber,
    /// What the room makes of its gain: 0 where others are heard instead.
    auto: f32,
    /// Where it is known how the member speaks.
    pub(in crate::worker) talk: usize,
    /// The leg's head names this seat.
    pub(in crate::worker) marked: bool,
}

impl Default for Seat {
    fn default() -> Self {
        let (from, moved) = (0.0, TickNumber(0));
        Self { member: None, leaves: false, from, moved, auto: 1.0, talk: usize::MAX, marked: false }
    }
}

impl Seat {
    /// Who sits there, or did until just now.
    pub(in crate::worker) fn leg(&self) -> Option<LegKey> {
        self.member.map(|member| member.leg)
    }

    /// Whether a leg sits there to be heard.
    pub(in crate::worker) fn speaks(&self) -> bool {
        !self.leaves && self.member.is_some_and(|member| member.speaks)
    }

    /// Whether its gain moves in that tick.
    pub(in crate::worker) fn moves(&self, tick: TickNumber) -> bool {
        self.moved == tick && self.from != self.target()
    }

    /// Another member, or another gain of the one that sits there; `None`: it leaves.
    pub(in crate::worker) fn set(&mut self, member: Option<Member>, tick: TickNumber) {
        let same = member.is_none_or(|member| self.leg() == Some(member.leg));
        // Of two changes in a tick the first one's beginning counts.
        let now = if self.moved == tick { self.from } else { self.target() };
        self.from = if same { now } else { 0.0 };
        if !same {
            (self.auto, self.talk) = (1.0, usize::MAX);
        }
        (self.moved, self.leaves) = (tick, member.is_none());
        self.member = member.or(self.member);
    }

    /// The room makes something else of its gain.
    pub(in crate::worker) fn turn(&mut self, auto: f32, tick: TickNumber) {
        if auto != self.auto && self.speaks() {
            let now = if self.moved == tick { self.from } else { self.target() };
            (self.from, self.moved) = (now, tick);
        }
        // Of whom nobody hears now, too: it may speak again.
        self.auto = auto;
    }

    /// The same of one that says nothing before this block: it has the new gain at once.
    pub(in crate::worker) fn begin(&mut self, auto: f32) {
        self.auto = auto;
    }

    /// The gain that its member was given, if it may be heard at all.
    pub(in crate::worker) fn given(&self) -> Option<f32> {
        self.member.filter(|_| self.speaks()).map(|member| member.gain.factor()).filter(|gain| *gain > 0.0)
    }

    /// Whether the room lets it be heard.
    pub(in crate::worker) fn is_picked(&self) -> bool {
        self.auto > 0.0
    }

    /// Its member goes on at another seat; the gain at which it was heard until now.
    pub(in crate::worker) fn vacate(&mut self, tick: TickNumber) -> f32 {
        let now = if self.moved == tick { self.from } else { self.target() };
        (self.member, self.leaves, self.from) = (None, false, 0.0);
        now
    }

    /// Its member was heard at that gain until now, at another seat.
    pub(in crate::worker) fn go_on(&mut self, gain: f32) {
        self.from = gain;
    }

    /// Its fade is over: who left is gone.
    pub(in crate::worker) fn settle(&mut self) {
        if self.leaves {
            (self.member, self.leaves, self.from) = (None, false, 0.0);
        }
    }

    /// How loud it is over the block of that tick.
    pub(in crate::worker) fn loudness(&self, tick: TickNumber) -> Loudness {
        let to = self.target();
        if self.moves(tick) { Loudness::Moving(self.from, to) } else { Loudness::Steady(to) }
    }

    /// The gain at which it is heard once its gain is at rest.
    pub(in crate::worker) fn target(&self) -> f32 {
        self.member.filter(|_| self.speaks()).map_or(0.0, |member| member.gain.factor() * self.auto)
    }
}

#[cfg(test)]
mod tests;
