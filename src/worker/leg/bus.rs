//! Real-time: the mix buses of a worker, by number; numbers are given out by the supervisor.

use super::bus_link::BusLink;
use super::bus_plan::BusPlan;
use super::seat::Member;
use super::talkers::Telling;
use super::{BlockHints, LegBody, LegHead, Output, OutputPlan, SharedEncoder, Sharing, Slab};
use crate::codec::AudioEncoder;
use crate::conference::Bus;
use crate::rt::{FramePool, Parcel, SlotSet, SlotWalk};
use crate::types::{SampleRate, TickNumber};

/// The worker's buses.
#[derive(Debug)]
pub(in crate::worker) struct Buses {
    plans: Box<[Option<Parcel<BusPlan>>]>,
    /// Buses on which somebody is heard in this block.
    active: SlotSet,
    /// Buses on which somebody's gain moves, or somebody is listened to.
    moving: SlotSet,
    /// How many blocks later a room's bus is heard on other workers: a tick.
    lag: u64,
}

impl Buses {
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(in crate::worker) fn new(capacity: usize, lag: u64) -> Self {
        let (active, moving) = (SlotSet::new(capacity), SlotSet::new(capacity));
        Self { plans: (0..capacity).map(|_| None).collect(), active, moving, lag }
    }

    /// Puts a plan (or none) in place of another, which it follows on. What can not be placed comes back.
    pub(in crate::worker) fn swap(
        &mut self,
        bus: u32,
        mut plan: Option<Parcel<BusPlan>>,
        tick: TickNumber,
        legs: &mut Slab,
    ) -> Result<Option<Parcel<BusPlan>>, Option<Parcel<BusPlan>>> {
        let Some(place) = self.plans.get_mut(bus as usize) else { return Err(plan) };
        match (&mut plan, &mut *place) {
            (Some(plan), Some(before)) => {
                plan.take_over(before, tick);
                self.moving.insert(bus);
            }
            (None, Some(before)) => {
                before.end(bus, legs);
                self.moving.remove(bus);
            }
            _ => {}
        }
        Ok(std::mem::replace(place, plan))
    }

    /// A member comes to a seat, changes there, or (`None`) leaves it. Whether there is such a seat.
    pub(in crate::worker) fn set_seat(
        &mut self,
        place: (u32, u32),
        member: Option<Member>,
        tick: TickNumber,
        legs: &mut Slab,
    ) -> bool {
        let Some(Some(plan)) = self.plans.get_mut(place.0 as usize) else { return false };
        self.moving.insert(place.0);
        plan.set_seat(place, member, tick, legs)
    }

    /// The gain at which the member at a seat is heard once its gain is at rest.
    pub(in crate::worker) fn gain(&self, (bus, seat): (u32, u32)) -> Option<f32> {
        self.plans.get(bus as usize)?.as_deref()?.gain(seat)
    }

    /// A leg has something to say on its bus.
    pub(in crate::worker) fn speak(&mut self, head: &LegHead) {
        let (bus, seat) = head.seat();
        if let Some(Some(plan)) = self.plans.get_mut(bus as usize) {
            plan.speak(seat);
            self.active.insert(bus);
        }
    }

    /// Forgets the last block's sums, and who has left.
    pub(in crate::worker) fn begin_block(&mut self, tick: TickNumber, legs: &mut Slab) {
        self.active.union_with(&self.moving);
        let mut walk = SlotWalk::default();
        while let Some(bus) = walk.next(&self.active) {
            if let Some(Some(plan)) = self.plans.get_mut(bus as usize) {
                plan.begin_block(bus, tick, legs);
                if !plan.is_unsettled() {
                    self.moving.remove(bus);
                }
            }
        }
        self.active.clear();
        self.active.union_with(&self.moving);
    }

    /// Sums each bus that somebody is heard on.
    pub(in crate::worker) fn sum_up(
        &mut self,
        tick: TickNumber,
        legs: &mut Slab,
        frames: &mut FramePool,
        mut telling: Telling<'_>,
    ) {
        let mut walk = SlotWalk::default();
        while let Some(bus) = walk.next(&self.active) {
            if let Some(Some(plan)) = self.plans.get_mut(bus as usize) {
                plan.sum_leavers(bus, tick, legs, frames);
            }
        }
        let mut walk = SlotWalk::default();
        while let Some(bus) = walk.next(&self.active) {
            if let Some(Some(plan)) = self.plans.get_mut(bus as usize) {
                plan.look((tick, self.lag), legs, frames, &mut telling);
                plan.sum_speakers(tick, legs, frames);
                if plan.is_unsettled() {
                    self.moving.insert(bus);
                }
            }
        }
    }

    /// Has a listener that has no part in the sum of a bus hear what all such listeners hear; whether it may, instead of by a limiter
    /// and a conversion of its own.
    pub(in crate::worker) fn share(&mut self, bus: u32, follows: bool, body: &LegBody) -> bool {
        let Some(Some(plan)) = self.plans.get_mut(bus as usize) else { return false };
        let Some((_, rate)) = plan.total() else { return false };
        let Output::Rtp(output) = &body.output else { return false };
        let (whole, sum) = plan.whole();
        if !whole.hear(sum, rate.block_samples(), &body.limiter, follows) {
            return false;
        }
        if output.rate != rate && !whole.hear_at(output.rate, body.converter_of_bus(), follows) {
            return false;
        }
        if output.takes_octets() {
            whole.encode_for(output.rate, &output.encoder);
        }
        true
    }

    /// The gain of the limiter behind what all such listeners hear, at the end of this block.
    pub(in crate::worker) fn limiter_gain(&mut self, bus: u32) -> f32 {
        let plan = self.plans.get_mut(bus as usize).and_then(Option::as_mut);
        plan.map_or(1.0, |plan| plan.whole().0.gain())
    }

    /// A listener ceases to hear what all hear on a bus: it goes on by its own limiter and conversion, as those of the bus would.
    pub(in crate::worker) fn go_alone(&mut self, bus: Option<u32>, head: &mut LegHead, body: &mut LegBody) {
        if !std::mem::take(&mut head.output.listening.follows) {
            return;
        }
        let plan = bus.and_then(|bus| self.plans.get_mut(bus as usize)?.as_mut());
        let Some((whole, rate)) = plan.map(|plan| plan.whole().0).zip(body.output.rate()) else { return };
        body.limiter = whole.before();
        if let (Some(own), Some(shared)) = (body.converter_of_bus_mut(), whole.conversion_before(rate)) {
            own.copy_state_from(shared);
        }
    }

    /// What all such listeners hear in this block, with its octets or the encoder that they share.
    pub(in crate::worker) fn shared(
        &mut self,
        bus: u32,
        output: &OutputPlan,
        tick: TickNumber,
    ) -> Option<(&[f32], BlockHints<'_>)> {
        let Some(Some(plan)) = self.plans.get_mut(bus as usize) else { return None };
        let (whole, encoder) = plan.whole_for(output, tick);
        let (pcm, encoded) = whole.block(output.rate, &output.encoder);
        let sharing = encoder.map(|encoder| Sharing { encoder, tick });
        Some((pcm, BlockHints { encoded, sharing, ..BlockHints::default() }))
    }

    /// Who encodes a block for an output that is the same for all who hear a bus.
    pub(in crate::worker) fn sharing(
        &mut self,
        bus: u32,
        output: &OutputPlan,
        tick: TickNumber,
    ) -> Option<Sharing<'_>> {
        let Some(Some(plan)) = self.plans.get_mut(bus as usize) else { return None };
        Some(Sharing { encoder: plan.encoder_for(output, tick)?, tick })
    }

    /// An output goes on by its own encoder, where it followed one of a bus.
    pub(in crate::worker) fn part(&self, output: &mut OutputPlan) {
        let Some(bus) = output.follower.bus() else { return };
        let plan = self.plans.get(bus as usize).and_then(|plan| plan.as_deref());
        if !plan.is_some_and(|plan| plan.hand_over(output)) && output.follower.go_alone() {
            // It is gone, with all that was heard: there is nothing to go on with.
            output.encoder.reset();
        }
    }

    /// One more encoder for a bus, or one in place of another, which comes back; it does itself where there is no such bus, or no room.
    pub(in crate::worker) fn add_encoder(
        &mut self,
        bus: u32,
        encoder: Parcel<SharedEncoder>,
    ) -> Result<Option<Parcel<SharedEncoder>>, Parcel<SharedEncoder>> {
        match self.plans.get_mut(bus as usize) {
            Some(Some(plan)) => plan.add_encoder(encoder),
            _ => Err(encoder),
        }
    }

    /// A way to another bus of the same room; it comes back where there is no such bus, or no room.
    pub(in crate::worker) fn add_link(&mut self, bus: u32, link: Parcel<BusLink>) -> Result<(), Parcel<BusLink>> {
        match self.plans.get_mut(bus as usize) {
            Some(Some(plan)) => {
                self.moving.insert(bus);
                plan.add_link(link)
            }
            _ => Err(link),
        }
    }

    /// This block's sum and the rate of it, if any member of the bus was heard.
    pub(in crate::worker) fn total(&self, bus: u32) -> Option<(&Bus, SampleRate)> {
        self.plans.get(bus as usize)?.as_deref()?.total()
    }
}
