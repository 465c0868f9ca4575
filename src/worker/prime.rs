//! Real-time: conversions of a new route begin in the midst of sound: filled with what was heard last, and faded into.
//!
//! A filter that begins empty is silent for its delay, up to 3 ms. And where a source has changed its rate, what now comes
//! through two conversions is later by both of their delays than what was heard before: it would begin with an edge. A new
//! encoder, too, begins with what was heard last.

use super::convert::Converter;
use super::leg::{Input, LegHead, Output};
use super::route::{Hearing, Route, Source};
use super::tick::Worker;
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::LegKey;

impl Worker {
    /// Prepares the conversions of `route`, which comes to leg `key` in place of `before`.
    pub(super) fn prime(&mut self, key: LegKey, route: &mut Route, mut before: Option<&mut Route>) {
        self.scratch.past_length = 0;
        for (at, (term, converter)) in route.terms.iter().zip(route.converters.iter_mut()).enumerate() {
            let Some(converter) = converter else { continue };
            match term.source {
                Source::Leg(source) => {
                    let former = before.as_mut().and_then(|before| before.converters.get_mut(at)?.as_mut());
                    self.prime_from(source, converter, former);
                }
                Source::Bus(bus) => self.prime_from_bus(key, bus, converter),
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
        // What comes out is what a new encoder begins with.
        while let Some((block, rest)) =
            blocks.split_at_checked(receive.rate().block_samples()).filter(|(b, _)| !b.is_empty())
        {
            let room = self.scratch.past.get_mut(place..).unwrap_or(&mut []);
            place += converter.convert(block, room).map_or(0, |_| length);
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

    /// Has a new encoder of a leg begin with what its one source played last.
    fn pre_roll(&mut self, key: LegKey, route: &Route) {
        let Hearing::Leg(source) = Hearing::of(route) else { return };
        let length = std::mem::take(&mut self.scratch.past_length);
        let Some((from, to, body)) = self.legs.pair(source, key.index) else { return };
        let Output::Rtp(plan) = &mut body.output else { return };
        if !std::mem::take(&mut plan.begins) || to.switches.hold_outward || !from.is_heard_as_received() {
            return;
        }
        let as_it_is = from.rate == plan.rate;
        // Already converted, or to be had as it is.
        let length = if as_it_is { self.copy_past(source) } else { length };
        let Some((_, body)) = self.legs.keyed(key) else { return };
        let Output::Rtp(plan) = &mut body.output else { return };
        let (past, plan) = (self.scratch.past.get(..length).unwrap_or(&[]), &mut **plan);
        if !past.is_empty() {
            plan.encoder.begin_after(past, &mut plan.payload);
        }
    }

    fn copy_past(&mut self, source: LegKey) -> usize {
        let Some((_, body)) = self.legs.keyed(source) else { return 0 };
        let Input::Rtp(receive) = &body.input else { return 0 };
        let blocks = receive.last_blocks();
        let Some(room) = self.scratch.past.get_mut(..blocks.len()) else { return 0 };
        room.copy_from_slice(blocks);
        blocks.len()
    }

    /// For the sum of a bus without this leg's own part, as far as that can be told from what the leg played last.
    fn prime_from_bus(&mut self, key: LegKey, bus: u32, converter: &mut Converter) {
        let Some((total, rate)) = self.buses.total(bus) else { return };
        let Some(last) = self.scratch.part.get_mut(..rate.block_samples()) else { return };
        total.whole(last);
        if let Some((head, body)) = self.legs.keyed(key).filter(|(head, _)| head.live && head.bus == bus) {
            let Input::Rtp(receive) = &body.input else { return };
            let own = receive.last_block();
            if head.processes || head.converts || own.len() != last.len() {
                return;
            }
            let gain = head.gain;
            last.iter_mut().zip(own).for_each(|(sum, own)| *sum -= own * gain);
        }
        let mut unheard = [0.0; MAX_BLOCK_SAMPLES];
        let _ = converter.convert(last, &mut unheard);
    }
}

impl LegHead {
    /// Whether neither stages nor gain nor mute change what it received before others hear it.
    fn is_heard_as_received(&self) -> bool {
        !self.processes && !self.switches.mute && self.gain == 1.0
    }
}
