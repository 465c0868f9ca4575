//! Real-time: a mix bus: the sum of a room's talkers, once a tick; each listener then takes its own part out again.
//!
//! Samples are i32 in Q4 of the 16-bit scale, so sums are exact and independent of order up to 4,096 members, and sum
//! minus own equals the sum of the others to the bit. A bus looks at those of its members who say something in a block, and at
//! those whose gain moves: what it costs does not grow with who listens.

mod encoders;
mod seats;
mod sum;

pub use encoders::MAX_SHARED_ENCODERS;
use encoders::SharedEncoders;

use super::bus_link::{BusLink, BusLinks};
use super::seat::Seat;
use super::talkers::{Look, Talkers, Telling};
use super::whole::Whole;
use super::{BusGauges, OutputPlan, SharedEncoder, Slab};
use crate::conference::Bus;
use crate::rt::{FramePool, Parcel, SlotSet, SlotWalk};
use crate::types::{SampleRate, TickNumber};
use std::sync::Arc;

/// Most members of a bus who speak: beyond it i32 sums could overflow. As many more as a tick applies orders may be on their way
/// out.
pub const MAX_BUS_SPEAKERS: usize = Bus::MAX_MEMBERS - 64;

/// The seats of a bus, with the room for its sum; exchanged whole where it grows or changes its rate.
#[derive(Debug)]
pub struct BusPlan {
    rate: SampleRate,
    seats: Box<[Seat]>,
    /// The seats of those who have something to say in this block.
    spoken: Box<[u32]>,
    speakers: usize,
    /// Members heard in it who speak on another bus by now.
    leavers: u64,
    /// Seats whose gain moves.
    moving: SlotSet,
    sum: Bus,
    /// Whether this block's sum is there.
    summed: bool,
    whole: Whole,
    talkers: Option<Box<Talkers>>,
    encoders: SharedEncoders,
    /// To the buses of the same room on other workers, and which of them this one is.
    links: BusLinks,
    number: u8,
    gauges: Arc<BusGauges>,
}

impl BusPlan {
    /// So many vacant seats, for members that are summed at `rate`: one of another rate as its route converts it. Control
    /// side.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(rate: SampleRate, seats: usize, gauges: Arc<BusGauges>) -> Self {
        Self {
            rate,
            seats: vec![Seat::default(); seats].into_boxed_slice(),
            spoken: vec![0; seats].into_boxed_slice(),
            speakers: 0,
            leavers: 0,
            moving: SlotSet::new(seats),
            sum: Bus::new(),
            summed: false,
            whole: Whole::new(),
            talkers: None,
            encoders: SharedEncoders::default(),
            links: BusLinks::default(),
            number: 0,
            gauges,
        }
    }

    /// As one of several of its room, which has that number among them; 0 decides who has the floor. Control side.
    #[must_use]
    pub fn numbered(mut self, number: u8) -> Self {
        self.number = number;
        self
    }

    /// With what all hear alike at these rates, too. Control side.
    #[must_use]
    pub fn converting(mut self, rates: &[SampleRate]) -> Self {
        self.whole = self.whole.converting(self.rate, rates);
        self
    }

    /// With a look at who speaks. Control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    #[must_use]
    pub fn looking(mut self, look: Look) -> Self {
        self.talkers = Some(Box::new(Talkers::new(look, self.rate, self.seats.len(), self.number)));
        self
    }

    /// Goes on where `before` was: the members keep their seats. What that made of their gains is taken back where nobody is to make
    /// anything of them any more.
    pub(super) fn take_over(&mut self, before: &mut Self, tick: TickNumber) {
        self.seats.iter_mut().zip(&before.seats).for_each(|(seat, before)| *seat = *before);
        let mut walk = SlotWalk::default();
        while let Some(seat) = walk.next(&before.moving) {
            self.moving.insert(seat);
        }
        self.summed = before.summed;
        match self.rate == before.rate {
            true => self.sum.clone_from(&before.sum),
            // Conversions of the new rate begin with what was heard last.
            false => self.sum.follow(&before.sum, self.rate.block_samples()),
        }
        self.whole.follow(&mut before.whole);
        std::mem::swap(&mut self.encoders, &mut before.encoders);
        std::mem::swap(&mut self.links, &mut before.links);
        if let (Some(talkers), Some(before_talkers)) = (&mut self.talkers, &mut before.talkers) {
            talkers.take_over(before_talkers, self.rate == before.rate);
        } else if self.talkers.is_none() && before.talkers.is_some() {
            for (n, seat) in (0..).zip(&mut self.seats) {
                seat.turn(1.0, tick);
                if seat.moves(tick) {
                    self.moving.insert(n);
                }
            }
        }
    }

    pub(super) fn begin_block(&mut self, bus: u32, tick: TickNumber, legs: &mut Slab) {
        self.whole.begin_block(std::mem::take(&mut self.summed));
        self.speakers = 0;
        let mut walk = SlotWalk::default();
        while let Some(n) = walk.next(&self.moving) {
            let Some(seat) = self.seats.get_mut(n as usize).filter(|seat| !seat.moves(tick)) else { continue };
            self.moving.remove(n);
            if !seat.speaks() {
                seats::unmark(seat, (bus, n), legs);
            }
            seat.settle();
        }
    }

    /// Looks at who has something to say here: tells of them, and decides who is heard. `lag`: how many blocks later others
    /// hear of it.
    pub(super) fn look(
        &mut self,
        (tick, lag): (TickNumber, u64),
        legs: &mut Slab,
        frames: &FramePool,
        telling: &mut Telling<'_>,
    ) {
        self.gauges.missing.add(self.links.take(tick, lag));
        let (Some(talkers), Some(spoken)) = (&mut self.talkers, self.spoken.get(..self.speakers)) else { return };
        talkers.hear(spoken, &mut self.seats, (legs, frames), (self.rate, telling.shed), &self.links);
        self.gauges.left_out.add(talkers.pick(&mut self.seats, (tick, lag), &self.links) as u64);
        talkers.tell(&self.seats, tick, legs, telling, &self.links);
    }

    /// One more way to another bus of the same room; it comes back where there are as many as may be.
    pub(super) fn add_link(&mut self, link: Parcel<BusLink>) -> Result<(), Parcel<BusLink>> {
        self.links.add(link)
    }

    /// The gain at which the member at a seat is heard once its gain is at rest.
    pub(super) fn gain(&self, seat: u32) -> Option<f32> {
        self.seats.get(seat as usize).map(Seat::target)
    }

    /// A member has something to say in this block.
    pub(super) fn speak(&mut self, seat: u32) {
        if let Some(place) = self.spoken.get_mut(self.speakers) {
            (*place, self.speakers) = (seat, self.speakers + 1);
        }
    }

    /// Whether it is to be looked at in the next block, whoever speaks then: somebody's gain moves, or it is to be told that
    /// somebody has ended, or others may be heard.
    pub(super) fn is_unsettled(&self) -> bool {
        !self.moving.is_empty()
            || !self.links.is_empty()
            || self.talkers.as_ref().is_some_and(|talkers| talkers.is_unsettled())
    }

    /// What those hear alike who have no part in the sum.
    pub(super) fn whole(&mut self) -> (&mut Whole, &Bus) {
        (&mut self.whole, &self.sum)
    }

    /// The same, and the encoder that an output may share for it.
    pub(super) fn whole_for(
        &mut self,
        plan: &OutputPlan,
        tick: TickNumber,
    ) -> (&mut Whole, Option<&mut SharedEncoder>) {
        (&mut self.whole, self.encoders.serving(plan, tick))
    }

    /// This block's sum and the rate of it, if any member was heard.
    pub(super) fn total(&self) -> Option<(&Bus, SampleRate)> {
        self.summed.then_some((&self.sum, self.rate))
    }
}
