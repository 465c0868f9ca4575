//! Real-time: a block's sum on a bus: who leaves, who speaks, and what was said on other workers.

use super::BusPlan;
use crate::conference::{PartialSum, apply_gain_ramp, is_digital_silence};
use crate::rt::{FramePool, SlotWalk};
use crate::types::TickNumber;
use crate::worker::leg::Slab;
use crate::worker::leg::seat::{Loudness, Seat};

impl BusPlan {
    /// Begins the sum with those who speak on another bus already and have their last block here: before any bus has changed
    /// what they say to its own gain.
    pub(in crate::worker::leg) fn sum_leavers(
        &mut self,
        bus: u32,
        tick: TickNumber,
        legs: &mut Slab,
        frames: &mut FramePool,
    ) {
        self.sum.open_for(self.rate.block_samples(), self.speakers + self.moving.count() as usize);
        self.leavers = 0;
        let mut walk = SlotWalk::default();
        while let Some(n) = walk.next(&self.moving) {
            let leg = self.seats.get(n as usize).and_then(Seat::leg);
            let elsewhere = leg.and_then(|leg| legs.source_mut(leg)).is_some_and(|head| head.seat() != (bus, n));
            if elsewhere {
                self.leavers += self.add(n, tick, legs, frames, false);
            }
        }
    }

    /// Ends it with those who have something to say here, and with what was said elsewhere.
    pub(in crate::worker::leg) fn sum_speakers(&mut self, tick: TickNumber, legs: &mut Slab, frames: &mut FramePool) {
        let mut heard = self.leavers;
        for at in 0..self.speakers {
            let Some(&n) = self.spoken.get(at) else { break };
            heard += self.add(n, tick, legs, frames, true);
        }
        self.sum.seal();
        self.summed = self.speakers > 0 || heard > 0;
        if !self.links.is_empty() {
            heard += self.exchange(tick, heard);
        }
        self.gauges.blocks.add(u64::from(heard > 0));
        self.gauges.loud_blocks.add(u64::from(!self.sum.is_within()));
        if heard > 0 {
            self.gauges.heard.set(heard);
        }
        self.gauges.most_heard.set(self.gauges.most_heard.get().max(heard));
    }

    /// Sends what was said here to the room's other buses, and joins what was said there; by how many.
    fn exchange(&mut self, tick: TickNumber, heard: u64) -> u64 {
        let mut own = PartialSum::of(&self.sum, self.rate, tick, heard as u32);
        if let Some(talkers) = &self.talkers {
            (own.ranks, own.floor) = talkers.told(tick);
        }
        self.links.send(&own);
        let mut others = 0;
        for (sum, heard) in self.links.heard(self.rate.block_samples()) {
            if !sum.is_empty() {
                self.sum.join(sum);
                self.summed = true;
            }
            others += u64::from(heard);
        }
        others
    }

    /// Adds a member's block; how many were added. `own`: the leg hears this bus, and is to be taken out again.
    fn add(&mut self, n: u32, tick: TickNumber, legs: &mut Slab, frames: &mut FramePool, own: bool) -> u64 {
        let Some(seat) = self.seats.get(n as usize) else { return 0 };
        let Some(head) = seat.leg().and_then(|leg| legs.source_mut(leg)) else { return 0 };
        let Some(frame) = head.spoken().filter(|frame| frame.rate() == self.rate) else { return 0 };
        if is_digital_silence(frames.samples(frame)) {
            return 0;
        }
        let share = match seat.loudness(tick) {
            Loudness::Steady(0.0) => return 0,
            Loudness::Steady(gain) => self.sum.add(frames.samples(frame), gain),
            // Converted for this bus alone: changed where it lies.
            Loudness::Moving(from, to) if own && head.source.bus_frame.is_some() => {
                let samples = frames.samples_mut(frame);
                apply_gain_ramp(samples, from, to);
                self.sum.add(samples, 1.0)
            }
            Loudness::Moving(from, to) => match frames.take(self.rate, 1) {
                None => self.sum.add(frames.samples(frame), to),
                Some(slot) => {
                    let (said, moved) = frames.pair_mut(frame, &slot);
                    moved.iter_mut().zip(said).for_each(|(to, from)| *to = *from);
                    apply_gain_ramp(moved, from, to);
                    let share = self.sum.add(moved, 1.0);
                    if own {
                        head.source.bus_frame = Some(slot);
                    }
                    share
                }
            },
        };
        if own {
            head.source.share = Some(share);
        }
        1
    }
}
