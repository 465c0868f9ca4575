//! Real-time: conversions of a new route begin in the midst of sound: filled with what was heard last, and faded into.
//!
//! A filter that begins empty is silent for its delay, up to 3 ms. And where a source has changed its rate, what now comes
//! through two conversions is later by both of their delays than what was heard before: it would begin with an edge. A new
//! encoder, too, begins with what was heard last.

use crate::types::{LegKey, SampleRate};
use crate::worker::leg::{Converter, Hearing, Input, Output, Route, Source};
use crate::worker::state::Worker;

impl Worker {
    /// Prepares the conversions of `route`, which comes to leg `key` in place of `before`.
    pub(in crate::worker) fn prime(&mut self, key: LegKey, route: &mut Route, mut before: Option<&mut Route>) {
        self.scratch.past_length = 0;
        for (at, (term, converter)) in route.terms.iter().zip(route.converters.iter_mut()).enumerate() {
            let Some(converter) = converter else { continue };
            match term.source {
                Source::Leg(source) => {
                    let former = before.as_mut().and_then(|before| before.converters.get_mut(at)?.as_mut());
                    self.prime_from(source, converter, former);
                }
                Source::Bus(bus) => self.prime_from_bus(key, bus, converter),
                Source::BusWithout(bus, other) => self.prime_from_bus(other, bus, converter),
                Source::Prompts(_) => {}
            }
        }
        if let Some(converter) = &mut route.into_bus {
            self.prime_from(key, converter, before.and_then(|before| before.into_bus.as_mut()));
        }
        self.pre_roll(key, route);
    }

    /// For the audio of a leg; `former` is how it was converted before.
    fn prime_from(&mut self, source: LegKey, converter: &mut Converter, former: Option<&mut Converter>) {
        let Some((head, body)) = self.legs.keyed(source) else { return };
        let Input::Rtp(receive) = &body.input else { return };
        let (mut blocks, mut place) = (receive.last_blocks(), 0);
        let length = converter.to().block_samples();
        // As loud as it was heard: not at all of who is muted.
        let gain = head.source.gain;
        // What comes out is what a new encoder begins with.
        while let Some((block, rest)) =
            blocks.split_at_checked(receive.rate().block_samples()).filter(|(b, _)| !b.is_empty())
        {
            let Some(heard) = self.scratch.part.get_mut(..block.len()) else { return };
            heard.iter_mut().zip(block).for_each(|(heard, said)| *heard = gain * said);
            let room = self.scratch.past.get_mut(place..).unwrap_or(&mut []);
            place += converter.convert(heard, room).map_or(0, |_| length);
            blocks = rest;
        }
        self.scratch.past_length = place;
        if !head.is_heard_as_received() {
            return;
        }
        let Some((next, rate)) = receive.other_rate_next() else { return };
        if rate == converter.to() {
            converter.fade_from(next);
        } else if let Some(former) = former.filter(|former| (former.from(), former.to()) == (rate, converter.to())) {
            let next = former.convert(next, &mut self.scratch.part);
            converter.fade_from(next.map_or(&[], |next| next));
        }
    }

    /// Has a new encoder of a leg begin with what it would have heard last.
    fn pre_roll(&mut self, key: LegKey, route: &Route) {
        let converted = std::mem::take(&mut self.scratch.past_length);
        let Some((head, body)) = self.legs.keyed(key) else { return };
        let Output::Rtp(plan) = &mut body.output else { return };
        if !std::mem::take(&mut plan.begins) || head.switches.hold_outward {
            return;
        }
        let rate = plan.rate;
        let length = match Hearing::of(route) {
            Hearing::Leg(source) => self.copy_past(source, rate, converted),
            Hearing::Bus(bus) if self.buses.total(bus).is_some_and(|(_, own)| own == rate) => {
                let blocks = self.bus_past(key, bus).unwrap_or(0);
                self.scratch.past.iter_mut().zip(&self.scratch.part).take(blocks).for_each(|(to, from)| *to = *from);
                blocks
            }
            Hearing::Bus(_) => converted,
            _ => 0,
        };
        let Some((_, body)) = self.legs.keyed(key) else { return };
        let Output::Rtp(plan) = &mut body.output else { return };
        let (past, plan) = (self.scratch.past.get(..length).unwrap_or(&[]), &mut **plan);
        if !past.is_empty() {
            plan.encoder.pre_roll(past, &mut plan.payload);
        }
    }

    /// What a leg played last, in the scratch: `converted` samples of it are there already if it has to be converted.
    fn copy_past(&mut self, source: LegKey, rate: SampleRate, converted: usize) -> usize {
        let Some((head, body)) = self.legs.keyed(source).filter(|(head, _)| head.is_heard_as_received()) else {
            return 0;
        };
        let Input::Rtp(receive) = &body.input else { return 0 };
        if head.source.rate != rate {
            return converted;
        }
        let blocks = receive.last_blocks();
        let Some(room) = self.scratch.past.get_mut(..blocks.len()) else { return 0 };
        room.copy_from_slice(blocks);
        blocks.len()
    }

    /// For the sum of a bus.
    fn prime_from_bus(&mut self, key: LegKey, bus: u32, converter: &mut Converter) {
        let Some(samples) = self.bus_past(key, bus) else { return };
        let last = self.scratch.part.get(..samples).unwrap_or(&[]);
        self.scratch.past_length = converter.convert(last, &mut self.scratch.past).map_or(0, |block| block.len());
    }

    /// A bus' last sum without a leg's own part, in the scratch; `None` where that part is not known exactly.
    fn bus_past(&mut self, key: LegKey, bus: u32) -> Option<usize> {
        let (total, rate) = self.buses.total(bus)?;
        let samples = rate.block_samples();
        let last = self.scratch.part.get_mut(..samples)?;
        total.whole(last);
        if let Some((head, body)) = self.legs.keyed(key).filter(|(head, _)| head.source.live && head.source.bus == bus)
        {
            let Input::Rtp(receive) = &body.input else { return None };
            let own = receive.last_block();
            let plain = head.is_heard_as_received() && self.buses.gain(head.seat()) == Some(1.0);
            if !plain || head.source.converts || own.len() != samples {
                return None;
            }
            last.iter_mut().zip(own).for_each(|(sum, own)| *sum -= own);
        }
        Some(samples)
    }
}
