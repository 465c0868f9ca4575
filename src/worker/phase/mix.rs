//! Real-time: phase 4: what buses and outputs hear.
//!
//! One source at unity gain is encoded from the source's own frame. A bus listener gets sum minus own. Anything else is
//! summed from its list. Sums that exceed full scale go through the output's limiter.

use crate::rt::SlotWalk;
use crate::telemetry::Phase;
use crate::types::TickNumber;
use crate::worker::leg::{Hearing, Source};
use crate::worker::state::Worker;

impl Worker {
    /// Sums each bus that somebody is heard on, and calls up its listeners.
    pub(in crate::worker) fn mix_buses(&mut self) {
        let mut walk = SlotWalk::default();
        while let Some(bus) = walk.next(&self.buses.active) {
            let (legs, frames) = (&mut self.legs, &self.frames);
            self.buses.sum(bus, |leg, rate, sum| {
                let Some(head) = legs.source_mut(leg) else { return };
                if let Some(frame) = head.spoken().filter(|f| f.rate() == rate) {
                    head.source.share = Some(sum.add(frames.samples(frame), 1.0));
                }
            });
            let Some(plan) = self.buses.plan(bus) else { continue };
            for member in plan.members.iter().filter(|m| m.hears) {
                self.sets.outputs.insert(member.leg.index);
            }
        }
    }

    /// Phase 4 of an output: what it hears, where that is a sum.
    pub(in crate::worker) fn mix_output(&mut self, index: u32, tick: TickNumber) {
        self.mixed.clear(index);
        let Some((head, _)) = self.legs.get(index) else { return };
        match head.output.hearing {
            Hearing::Bus(bus) => self.mix_bus(index, bus, tick),
            Hearing::List => self.mix_list(index),
            Hearing::Nothing | Hearing::Leg(_) => {}
        }
    }

    fn mix_bus(&mut self, index: u32, bus: u32, tick: TickNumber) {
        let Some((total, rate)) = self.buses.total(bus) else { return };
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.switches.hold_outward {
            return head.interrupt(body);
        }
        if head.waits_for_its_turn(body, tick) {
            return;
        }
        crate::worker::planted::spend(Phase::Mix);
        let mixed = &mut self.scratch.mixed[..rate.block_samples()];
        let over = match (head.spoken(), head.source.share) {
            (Some(frame), Some(share)) if head.source.bus == bus => {
                total.without(share, self.frames.samples(frame), mixed)
            }
            _ => total.whole(mixed),
        };
        body.limiter.process(mixed, 1, over);
        let mixed = body.at_own_rate(0, rate, mixed, &mut self.scratch.part);
        self.mixed.room(index, mixed.len()).copy_from_slice(mixed);
    }

    fn mix_list(&mut self, index: u32) {
        let Some(rate) = self.legs.get(index).and_then(|(_, body)| body.output.rate()) else { return };
        let samples = rate.block_samples();
        self.scratch.sum.open(samples);
        let mut heard = false;
        let mut at = 0;
        // Terms are read one by one: the list is in the leg's body, the sources in other legs' heads.
        while let Some(term) = self.legs.get(index).and_then(|(_, b)| b.route.as_ref()?.terms.get(at).copied()) {
            at += 1;
            let gain = term.gain.factor();
            match term.source {
                Source::Leg(key) => {
                    let Some((from, _, body)) = self.legs.pair(key, index).filter(|(from, ..)| from.source.live) else {
                        continue;
                    };
                    let Some(frame) = &from.source.frame else { continue };
                    let pcm = self.frames.samples(frame);
                    let pcm = body.at_own_rate(at - 1, frame.rate(), pcm, &mut self.scratch.part);
                    if pcm.len() == samples {
                        self.scratch.sum.add(pcm, gain);
                        heard = true;
                    }
                }
                Source::Bus(bus) => {
                    let Some((total, bus_rate)) = self.buses.total(bus) else { continue };
                    let Some((head, body)) = self.legs.get(index) else { return };
                    let part = &mut self.scratch.part[..bus_rate.block_samples()];
                    match head.spoken().zip(head.source.share).filter(|_| head.source.bus == bus) {
                        Some((frame, share)) => total.without(share, self.frames.samples(frame), part),
                        None => total.whole(part),
                    };
                    let part = body.at_own_rate(at - 1, bus_rate, part, &mut self.scratch.mixed);
                    if part.len() == samples {
                        self.scratch.sum.add(part, gain);
                        heard = true;
                    }
                }
            }
        }
        self.scratch.sum.seal();
        let Some((head, body)) = self.legs.get(index) else { return };
        if head.switches.hold_outward {
            return head.interrupt(body);
        }
        if !heard {
            return;
        }
        let mixed = self.mixed.room(index, samples);
        let over = self.scratch.sum.whole(mixed);
        body.limiter.process(mixed, 1, over);
    }
}

#[cfg(test)]
mod tests;
