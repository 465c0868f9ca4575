//! Real-time: the buses of one room on several workers: what each sends the others a block, and what it hears of them a tick later.

#[cfg(test)]
mod tests;

use crate::conference::{PartialSum, RemoteSum};
use crate::rt::{LaneRx, LaneTx, Parcel, lane};
use crate::types::TickNumber;

/// Most workers that a room lives on.
pub const MAX_ROOM_WORKERS: usize = 16;

/// Sums under way to another worker, at most: one that finds no room is left out, as one that comes too late would be.
const UNDER_WAY: usize = 8;

/// After so many sums in a row that came too late, each of the next is waited for a tick longer: the other thread's ticks begin
/// later than ours, as they may after both have stood still. Up to so many blocks in all.
const TOO_LATE: u8 = 16;
const MOST_SLACK: u64 = 4;

/// A bus' end of the way to another of the same room.
#[derive(Debug)]
pub struct BusLink {
    /// Which of the room's buses the other one is.
    peer: u8,
    sends: LaneTx<PartialSum>,
    hears: LaneRx<PartialSum>,
    /// It came before it is due.
    early: Option<PartialSum>,
    /// What is due in this block, if it is there.
    due: Option<PartialSum>,
    /// Something has come by the time at which it was due.
    begun: bool,
    /// Blocks that sums are waited for beyond a tick, and how many in a row came too late for that.
    slack: u64,
    late: u8,
    remote: RemoteSum,
}

impl BusLink {
    /// Both ends of the way between two buses of a room, by their numbers in it. Allocates: control side.
    pub fn between(one: u8, other: u8) -> (Self, Self) {
        let ((to_other, from_one), (to_one, from_other)) = (lane(UNDER_WAY), lane(UNDER_WAY));
        let end = |peer, sends, hears| Self {
            peer,
            sends,
            hears,
            early: None,
            due: None,
            begun: false,
            slack: 0,
            late: 0,
            remote: RemoteSum::new(),
        };
        (end(other, to_other, from_other), end(one, to_one, from_one))
    }

    /// Takes what is due in the block of `tick`: what the other summed a tick of `lag` blocks before. Whether it is missing.
    fn take(&mut self, tick: TickNumber, lag: u64) -> bool {
        let wanted = TickNumber(tick.0.saturating_sub(lag + self.slack));
        self.due = None;
        while let Some(sum) = self.early.take().or_else(|| self.hears.take()) {
            if sum.tick > wanted {
                self.early = Some(sum);
                break;
            }
            self.begun = true;
            if sum.tick == wanted {
                (self.due, self.late) = (Some(sum), 0);
                break;
            }
            self.late = self.late.saturating_add(1);
        }
        if self.late >= TOO_LATE && self.slack + lag <= MOST_SLACK {
            (self.slack, self.late) = (self.slack + lag, 0);
        }
        self.due.is_none() && self.begun && !self.hears.is_abandoned()
    }
}

/// Those of a bus.
#[derive(Debug, Default)]
pub(in crate::worker) struct BusLinks([Option<Parcel<BusLink>>; MAX_ROOM_WORKERS - 1]);

impl BusLinks {
    /// One more; it comes back where there are as many as may be.
    pub(super) fn add(&mut self, link: Parcel<BusLink>) -> Result<(), Parcel<BusLink>> {
        match self.0.iter_mut().find(|place| place.is_none()) {
            Some(place) => {
                *place = Some(link);
                Ok(())
            }
            None => Err(link),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Takes what is due of the others in the block of `tick`, a tick of `lag` blocks after they summed it; of how many it is
    /// missing.
    pub(super) fn take(&mut self, tick: TickNumber, lag: u64) -> u64 {
        self.0.iter_mut().flatten().map(|link| u64::from(link.take(tick, lag))).sum()
    }

    /// What is due of the others, with their numbers.
    pub(super) fn due(&self) -> impl Iterator<Item = (u8, &PartialSum)> + Clone {
        self.0.iter().flatten().filter_map(|link| Some((link.peer, link.due.as_ref()?)))
    }

    /// What is heard of the others in this block, one after another, with the number of members in it.
    pub(super) fn heard(&mut self, samples: usize) -> impl Iterator<Item = (&[i32], u32)> {
        self.0.iter_mut().flatten().map(move |link| {
            let link = &mut **link;
            let sum = link.remote.next(link.due.as_ref(), samples);
            (sum, link.due.as_ref().map_or(u32::from(!sum.is_empty()), |due| due.heard))
        })
    }

    /// Sends them a block's sum.
    pub(super) fn send(&mut self, sum: &PartialSum) {
        self.0.iter_mut().flatten().for_each(|link| {
            // Whoever does not take it in time misses it, and counts that.
            link.sends.post(*sum);
        });
    }
}
