//! Real-time: mix buses: the sum of a room's talkers, once a tick; each listener then takes its own part out again.
//!
//! Samples are i32 in Q4 of the 16-bit scale, so sums are exact and independent of order up to 4,096 members, and sum
//! minus own equals the sum of the others to the bit.

use crate::rt::{Parcel, SlotSet};
use crate::types::{LegKey, SampleRate};

/// Most members of a bus: beyond it i32 sums could overflow.
pub const MAX_BUS_MEMBERS: usize = 4096;

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

/// The compiled member list of a bus, swapped whole at a tick boundary.
#[derive(Debug, Clone, Default)]
pub struct BusPlan {
    /// Rate of the room; members of another rate are not summed (the supervisor does not make such lists).
    pub rate: SampleRate,
    /// Who is in it.
    pub members: Box<[Member]>,
}

/// The worker's buses.
#[derive(Debug)]
pub(super) struct Buses {
    plans: Box<[Option<Parcel<BusPlan>>]>,
    /// Where this tick's sum of each bus begins in `sums`, if it has one.
    placed: Box<[Option<(u32, u16)>]>,
    sums: Box<[i32]>,
    used: usize,
    pub(super) active: SlotSet,
}

const BUS_SAMPLES: usize = 480;

impl Buses {
    #[expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "control side")]
    pub(super) fn new(capacity: usize) -> Self {
        let mut sums = vec![1i32; capacity * BUS_SAMPLES].into_boxed_slice();
        sums.fill(0);
        Self {
            plans: (0..capacity).map(|_| None).collect(),
            placed: vec![None; capacity].into_boxed_slice(),
            sums,
            used: 0,
            active: SlotSet::new(capacity),
        }
    }

    pub(super) fn swap(
        &mut self,
        bus: u32,
        plan: Option<Parcel<BusPlan>>,
    ) -> Result<Option<Parcel<BusPlan>>, Option<Parcel<BusPlan>>> {
        match self.plans.get_mut(bus as usize) {
            Some(place) => Ok(std::mem::replace(place, plan)),
            None => Err(plan),
        }
    }

    pub(super) fn plan(&self, bus: u32) -> Option<&BusPlan> {
        self.plans.get(bus as usize)?.as_deref()
    }

    pub(super) fn begin_tick(&mut self) {
        for batch in 0..self.active.batches() {
            let mut bits = self.active.batch(batch);
            while let Some(bit) = crate::rt::pop_lowest(&mut bits) {
                self.placed[batch * 64 + bit as usize] = None;
            }
        }
        self.active.clear();
        self.used = 0;
    }

    /// Calls `add` for each speaking member with the zeroed sum of the bus.
    pub(super) fn sum(&mut self, bus: u32, mut add: impl FnMut(LegKey, SampleRate, &mut [i32])) {
        let Some(Some(plan)) = self.plans.get(bus as usize) else { return };
        let samples = plan.rate.block_samples();
        let Some(sum) = self.sums.get_mut(self.used..self.used + samples) else { return };
        sum.fill(0);
        for member in plan.members.iter().filter(|m| m.speaks) {
            add(member.leg, plan.rate, sum);
        }
        self.placed[bus as usize] = Some((self.used as u32, samples as u16));
        self.used += samples;
    }

    /// This tick's sum, if any member of the bus was heard.
    pub(super) fn total(&self, bus: u32) -> Option<&[i32]> {
        let (start, samples) = (*self.placed.get(bus as usize)?)?;
        self.sums.get(start as usize..start as usize + usize::from(samples))
    }
}
