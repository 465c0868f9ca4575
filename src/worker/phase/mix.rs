//! Real-time: phase 4: what buses and outputs hear.
//!
//! One source at unity gain is encoded from the source's own frame. A bus listener gets sum minus own. Anything else is
//! summed from its list. Sums that exceed full scale go through the output's limiter.

use crate::conference::apply_gain_ramp;
use crate::telemetry::Phase;
use crate::types::{LegKey, SampleRate, TickNumber};
use crate::worker::leg::{Hearing, Source, heard};
use crate::worker::state::Worker;

impl Worker {
    /// Phase 4 of an output: what it hears, where that is a sum.
    pub(in crate::worker) fn mix_output(&mut self, index: u32, tick: TickNumber) {
        self.mixed.clear(index);
        let Some((head, _)) = self.legs.get(index) else { return };
        let gains = head.output.listening.step();
        match head.output.hearing {
            Hearing::Bus(bus) => self.mix_bus(index, bus, gains, tick),
            Hearing::List => self.mix_list(index, gains, tick),
            Hearing::Nothing | Hearing::Leg(_) => {}
        }
    }

    fn mix_bus(&mut self, index: u32, bus: u32, gains: (f32, f32), tick: TickNumber) {
        let Some((head, body)) = self.legs.get(index) else { return };
        if self.buses.total(bus).is_none() {
            return;
        }
        if head.switches.hold_outward {
            return head.interrupt(body);
        }
        if head.waits_for_its_turn(body, tick) {
            return;
        }
        crate::worker::planted::spend(Phase::Mix);
        let follows = head.output.listening.follows;
        if head.part_in(bus).is_none() && gains == (1.0, 1.0) && self.buses.share(bus, follows, body) {
            head.output.listening.follows = true;
            self.mixed.share(index);
            let gain = self.buses.limiter_gain(bus);
            return self.note_limit(index, tick, gain);
        }
        self.buses.go_alone(Some(bus), head, body);
        let Some((total, rate)) = self.buses.total(bus) else { return };
        let mixed = &mut self.scratch.mixed[..rate.block_samples()];
        let over = match head.part_in(bus) {
            Some((frame, share)) => total.without(share, self.frames.samples(frame), mixed),
            None => total.whole(mixed),
        };
        let over = heard(mixed, gains, over);
        body.limiter.process(mixed, 1, over);
        let mixed = body.at_own_rate(0, rate, mixed, &mut self.scratch.part);
        self.mixed.room(index, mixed.len()).copy_from_slice(mixed);
        let gain = body.limiter.gain();
        self.note_limit(index, tick, gain);
    }

    fn mix_list(&mut self, index: u32, gains: (f32, f32), tick: TickNumber) {
        let Some(rate) = self.legs.get(index).and_then(|(_, body)| body.output.rate()) else { return };
        let samples = rate.block_samples();
        let Some((head, body)) = self.legs.get(index) else { return };
        let Some(route) = body.route.as_deref() else { return };
        let (bus, terms, prompted) = (route.bus(), route.terms.len(), route.prompted());
        self.buses.go_alone(bus, head, body);
        self.scratch.sum.open_beside_part(samples, terms);
        let mut some = false;
        // Of several buses all but the first have one member: who whispers from another worker.
        let mut one = false;
        let mut at = 0;
        let beside = prompted.and_then(|leg| self.beside_prompts(leg)).unwrap_or((1.0, 1.0));
        // Terms are read one by one: the list is in the leg's body, the sources in other legs' heads.
        while let Some(term) = self.legs.get(index).and_then(|(_, b)| b.route.as_ref()?.terms.get(at).copied()) {
            at += 1;
            let route = self.legs.get(index).and_then(|(_, body)| body.route.as_deref());
            let (mut begin, mut gain) = route.map_or((0.0, 0.0), |route| route.gains(at - 1));
            if !matches!(term.source, Source::Leg(own) | Source::Prompts(own) if Some(own) == prompted) {
                (begin, gain) = (begin * beside.0, gain * beside.1);
            }
            if (begin, gain) == (0.0, 0.0) {
                continue;
            }
            match term.source {
                Source::Leg(key) => {
                    let Some((from, _, body)) = self.legs.pair(key, index).filter(|(from, ..)| from.source.live) else {
                        continue;
                    };
                    let Some(frame) = &from.source.frame else { continue };
                    let pcm = self.frames.samples(frame);
                    let pcm = body.at_own_rate(at - 1, frame.rate(), pcm, &mut self.scratch.part);
                    if pcm.len() == samples {
                        let moved = &mut self.scratch.mixed[..samples];
                        if begin == gain {
                            self.scratch.sum.add(pcm, gain);
                        } else {
                            moved.copy_from_slice(pcm);
                            apply_gain_ramp(moved, begin, gain);
                            self.scratch.sum.add(moved, 1.0);
                        }
                        some = true;
                    }
                }
                Source::Bus(bus) => {
                    some |= self.add_bus((index, at - 1), (bus, None), (begin, gain), one);
                    one = true;
                }
                Source::Prompts(leg) => some |= self.add_prompts((index, at - 1), leg),
                Source::BusWithout(bus, other) => {
                    some |= self.add_bus((index, at - 1), (bus, Some(other)), (begin, gain), one);
                    one = true;
                }
            }
        }
        self.scratch.sum.seal();
        let Some((head, body)) = self.legs.get(index) else { return };
        if let Some(route) = &mut body.route {
            route.begun = true;
        }
        if head.switches.hold_outward {
            return head.interrupt(body);
        }
        if !some {
            return;
        }
        let mixed = self.mixed.room(index, samples);
        let over = self.scratch.sum.whole(mixed);
        let over = heard(mixed, gains, over);
        body.limiter.process(mixed, 1, over);
        let gain = body.limiter.gain();
        self.note_limit(index, tick, gain);
    }

    /// Adds a term of a list that is a bus, less the hearing leg's own part, or another's; whether there was any.
    fn add_bus(
        &mut self,
        (index, at): (u32, usize),
        (bus, other): (u32, Option<LegKey>),
        (begin, gain): (f32, f32),
        one: bool,
    ) -> bool {
        let Some((total, bus_rate)) = self.buses.total(bus) else { return false };
        let part = &mut self.scratch.part[..bus_rate.block_samples()];
        let own = self.legs.get(index).map(|(head, _)| &*head);
        let less = match other {
            None => own,
            Some(other) => self.legs.source_mut(other).map(|head| &*head),
        };
        match less.and_then(|head| head.part_in(bus)) {
            Some((frame, share)) => total.without(share, self.frames.samples(frame), part),
            None => total.whole(part),
        };
        let Some((_, body)) = self.legs.get(index) else { return false };
        let samples = body.output.rate().map(SampleRate::block_samples);
        if (begin, gain) != (1.0, 1.0) {
            apply_gain_ramp(part, begin, gain);
        }
        let part = body.at_own_rate(at, bus_rate, part, &mut self.scratch.mixed);
        if samples != Some(part.len()) {
            return false;
        }
        match one {
            false => self.scratch.sum.add_part(part, 1.0),
            true => _ = self.scratch.sum.add(part, 1.0),
        }
        true
    }
}

#[cfg(test)]
mod tests;
