//! Real-time: a room wider than a core: what the members say that another worker serves, as their exact sum, block by block.
//!
//! Each worker sums its own members and sends that to the others, with how loud they are; each of these hears it at the same time,
//! a tick later. A sum that is not there when it is due is not waited for: what was heard last is faded, backwards, so that there is no edge,
//! and what comes after the gap begins at silence. No sum is heard twice.

#[cfg(test)]
mod tests;

use super::stretch::stretch;
use super::{Bus, Standing};
use crate::types::{SampleRate, TickNumber};

/// Samples of the longest block of one channel: 10 ms at 48 kHz.
const BLOCK: usize = 480;

/// Members whose ranks a worker tells the others, at most: those of the highest.
pub const MAX_RANKS: usize = 64;

/// What the members of a room on one worker said in a block.
#[derive(Debug, Clone, Copy)]
pub struct PartialSum {
    /// The block.
    pub tick: TickNumber,
    /// Members in the sum.
    pub heard: u32,
    /// How they rank, the heard and the others.
    pub ranks: Ranks,
    /// What is known of who speaks.
    pub floor: Floor,
    samples: usize,
    sum: [i32; BLOCK],
}

/// How members rank in a block, those of the highest first of all, otherwise in no order.
#[derive(Debug, Clone, Copy)]
pub struct Ranks {
    /// The block.
    pub tick: TickNumber,
    count: usize,
    ranks: [(f32, u32); MAX_RANKS],
}

/// What a worker knows of who speaks in a room, and what the first one of the room decided.
#[derive(Debug, Clone, Copy, Default)]
pub struct Floor {
    /// Somebody spoke within the last 640 ms.
    pub speech: bool,
    /// Of its members but the holder who might take the floor.
    pub best: Option<(u32, Standing)>,
    /// How the holder stands, where it is a member of that worker.
    pub holder: Option<Standing>,
    /// Who has the floor, and how often it has passed on: the first worker's decision.
    pub decided: (Option<u32>, u32),
}

impl Ranks {
    /// Nobody's.
    pub const NONE: Self = Self { tick: TickNumber(0), count: 0, ranks: [(0.0, 0); MAX_RANKS] };

    /// Those of the block of `tick`, with the number of each; from more than [`MAX_RANKS`] on some are left out.
    pub fn of(tick: TickNumber, ranked: &[(f32, u32)]) -> Self {
        let mut ranks = Self { tick, ..Self::NONE };
        for (to, from) in ranks.ranks.iter_mut().zip(ranked) {
            (*to, ranks.count) = (*from, ranks.count + 1);
        }
        ranks
    }

    /// All of them.
    pub fn all(&self) -> &[(f32, u32)] {
        self.ranks.get(..self.count).unwrap_or_default()
    }

    /// That of a member.
    pub fn of_member(&self, number: u32) -> Option<f32> {
        self.all().iter().find(|(_, of)| *of == number).map(|(rank, _)| *rank)
    }

    /// How many rank before a member of that rank on another worker; `first`: of equals these come first.
    pub fn before(&self, rank: f32, first: bool) -> usize {
        self.all().iter().filter(|(other, _)| if first { *other >= rank } else { *other > rank }).count()
    }
}

impl PartialSum {
    /// The sealed sum of `heard` members in the block of `tick`; silence, if there are none.
    pub fn of(bus: &Bus, rate: SampleRate, tick: TickNumber, heard: u32) -> Self {
        let mut partial =
            Self { tick, heard, ranks: Ranks::NONE, floor: Floor::default(), samples: 0, sum: [0; BLOCK] };
        if heard > 0 {
            partial.samples = rate.block_samples().min(BLOCK);
            bus.export(&mut partial.sum);
        }
        partial
    }

    fn sum(&self) -> &[i32] {
        self.sum.get(..self.samples).unwrap_or_default()
    }
}

/// What is heard of another worker's members.
#[derive(Debug, Clone)]
pub struct RemoteSum {
    sum: [i32; BLOCK],
    samples: usize,
    /// It was there in the last block, or nothing has come yet: what comes is heard from its beginning on.
    there: bool,
    begun: bool,
}

impl RemoteSum {
    /// Nothing has come yet.
    pub const fn new() -> Self {
        Self { sum: [0; BLOCK], samples: 0, there: true, begun: false }
    }

    /// What is to be joined to a sum of blocks of `samples`, if the sum that is due is this one, or is missing: nothing at all, or
    /// a block.
    pub fn next(&mut self, due: Option<&PartialSum>, samples: usize) -> &[i32] {
        let samples = samples.min(BLOCK);
        let fades = match due {
            Some(due) => {
                self.begun = true;
                self.samples = if due.samples == 0 { 0 } else { samples };
                stretch(due.sum(), self.sum.get_mut(..self.samples).unwrap_or_default());
                !std::mem::replace(&mut self.there, true)
            }
            None if !self.begun => false,
            None if std::mem::take(&mut self.there) && self.samples == samples => {
                self.sum.get_mut(..samples).unwrap_or_default().reverse();
                true
            }
            None => {
                self.samples = 0;
                false
            }
        };
        let block = self.sum.get_mut(..self.samples).unwrap_or_default();
        if fades {
            let (comes, last) = (due.is_some(), samples as i64);
            for (at, sum) in (0..).zip(&mut *block) {
                let part = if comes { at } else { last - 1 - at };
                *sum = (i64::from(*sum) * part / last.max(1)) as i32;
            }
        }
        block
    }
}

impl Default for RemoteSum {
    fn default() -> Self {
        Self::new()
    }
}
