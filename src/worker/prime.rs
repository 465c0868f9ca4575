//! Real-time: conversions of a new route begin in the midst of sound: filled with what was heard last, and faded into.
//!
//! A filter that begins empty is silent for its delay, up to 3 ms. And where a source has changed its rate, what now comes
//! through two conversions is later by both of their delays than what was heard before: it would begin with an edge.

use super::convert::Converter;
use super::leg::Input;
use super::route::{Route, Source};
use super::tick::Worker;
use crate::rt::MAX_BLOCK_SAMPLES;
use crate::types::LegKey;

impl Worker {
    /// Prepares the conversions of `route`, which comes to leg `key` in place of `before`.
    pub(super) fn prime(&mut self, key: LegKey, route: &mut Route, mut before: Option<&mut Route>) {
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
    }

    /// For the audio of a leg; `former` is how it was converted before.
    fn prime_from(&mut self, source: LegKey, converter: &mut Converter, former: Option<&mut Converter>) {
        let Some((head, body)) = self.legs.keyed(source) else { return };
        let Input::Rtp(receive) = &body.input else { return };
        let _ = converter.convert(receive.last_block(), &mut self.scratch.part);
        // What is processed or muted is not heard as it was received.
        if head.processes || head.switches.mute || head.gain != 1.0 {
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

