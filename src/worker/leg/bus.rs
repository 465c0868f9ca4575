//! Real-time: mix buses: the sum of a room's talkers, once a tick; each listener then takes its own part out again.
//!
//! Samples are i32 in Q4 of the 16-bit scale, so sums are exact and independent of order up to 4,096 members, and sum
//! minus own equals the sum of the others to the bit.

use crate::conference::Bus;
use crate::rt::{Parcel, SlotSet, SlotWalk};
use crate::types::{LegKey, SampleRate};

/// Most members of a bus: beyond it i32 sums could overflow.
pub const MAX_BUS_MEMBERS: usize = Bus::MAX_MEMBERS;

/// A member of a bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The leg.
    pub leg: LegKey,
    /// Whether the others hear it.
    pub speaks: bool,
    /// Whether it hears the others (it has a route to the bus).
    pub hears: bool,
}

/// The compiled member list of a bus, with the room for its sum; swapped whole at a tick boundary.
#[derive(Debug, Clone)]
pub struct BusPlan {
    /// Rate of the room; a member of another rate is summed as its route converts it.
    pub rate: SampleRate,
    /// Who is in it.
    pub members: Box<[Member]>,
    sum: Bus,
    /// Whether this block's sum is there.
    summed: bool,
}

impl BusPlan {
    /// A list of members. Control side.
    pub fn new(rate: SampleRate, members: Box<[Member]>) -> Self {
        Self { rate, members, sum: Bus::new(), summed: false }
    }
}

/// The worker's buses.
#[derive(Debug)]
pub(in crate::worker) struct Buses {
    plans: Box<[Option<Parcel<BusPlan>>]>,
    /// Buses on which somebody is heard in this block.
    pub(in crate::worker) active: SlotSet,
}

impl Buses {
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(in crate::worker) fn new(capacity: usize) -> Self {
        Self { plans: (0..capacity).map(|_| None).collect(), active: SlotSet::new(capacity) }
    }

    pub(in crate::worker) fn swap(
        &mut self,
        bus: u32,
        plan: Option<Parcel<BusPlan>>,
    ) -> Result<Option<Parcel<BusPlan>>, Option<Parcel<BusPlan>>> {
        match self.plans.get_mut(bus as usize) {
            Some(place) => Ok(std::mem::replace(place, plan)),
            None => Err(plan),
        }
    }

    pub(in crate::worker) fn plan(&self, bus: u32) -> Option<&BusPlan> {
        self.plans.get(bus as usize)?.as_deref()
    }

    /// Forgets the last block's sums.
    pub(in crate::worker) fn begin_block(&mut self) {
        let mut walk = SlotWalk::default();
        while let Some(bus) = walk.next(&self.active) {
            if let Some(Some(plan)) = self.plans.get_mut(bus as usize) {
                plan.summed = false;
            }
        }
        self.active.clear();
    }

    /// Sums a bus: calls `add` for each speaking member.
    pub(in crate::worker) fn sum(&mut self, bus: u32, mut add: impl FnMut(LegKey, SampleRate, &mut Bus)) {
        let Some(Some(plan)) = self.plans.get_mut(bus as usize) else { return };
        let BusPlan { rate, members, sum, summed } = &mut **plan;
        sum.open(rate.block_samples());
        for member in members.iter().filter(|m| m.speaks) {
            add(member.leg, *rate, sum);
        }
        sum.seal();
        *summed = true;
    }

    /// This block's sum and the rate of it, if any member of the bus was heard.
    pub(in crate::worker) fn total(&self, bus: u32) -> Option<(&Bus, SampleRate)> {
        let plan = self.plan(bus).filter(|plan| plan.summed)?;
        Some((&plan.sum, plan.rate))
    }
}
