//! Real-time: who hears whom, kept at the source, so that a tick visits only outputs that have something to hear.
//!
//! A source with one listener names it; one with several leaves them to be looked at each tick; who hears a bus is looked at
//! each tick, too, as whoever is connected is.

use crate::rt::Parcel;
use crate::types::LegKey;
use crate::worker::leg::{Hearing, Input, NOBODY, Route, SEVERAL, Source};
use crate::worker::state::Worker;

impl Worker {
    /// Puts a route (or none) at a leg and returns the former one.
    pub(in crate::worker) fn swap_route(
        &mut self,
        key: LegKey,
        mut route: Option<Parcel<Route>>,
    ) -> Option<Parcel<Route>> {
        let mut before = self.legs.keyed(key).and_then(|(_, body)| body.route.take());
        if route.as_ref().and_then(|route| route.bus()) != before.as_ref().and_then(|before| before.bus()) {
            // While the encoder that it followed is where its far decoder is; and the next bus of that number may be another.
            self.part_leg(key);
        }
        if let Some(before) = &before {
            self.unlisten(key, before);
        }
        if let Some(route) = &route {
            self.listen(key, route);
        }
        if let Some(route) = &mut route {
            self.prime(key, route, before.as_deref_mut());
        }
        if let (Some(route), Some(before)) = (&mut route, &mut before) {
            route.carry_on(before);
        }
        let bus = route.as_ref().and_then(|route| route.bus());
        let joins = bus.is_some() && bus != before.as_ref().and_then(|before| before.bus());
        if let Some((head, body)) = self.legs.keyed(key) {
            if joins {
                head.output.listening.begin();
            }
            head.source.converts = route.as_ref().is_some_and(|r| r.into_bus.is_some());
            head.output.hearing = route.as_ref().map_or(Hearing::Nothing, |r| Hearing::of(r));
            head.output.pass_through = route.as_ref().is_some_and(|r| passes(r));
            head.output.pass_seen = None;
            body.route = route;
        }
        before
    }

    fn listen(&mut self, key: LegKey, route: &Route) {
        if Hearing::of(route) != Hearing::Nothing {
            self.sets.connected.insert(key.index);
        }
        let single = !matches!(Hearing::of(route), Hearing::List);
        if !single {
            self.sets.polled.insert(key.index);
        }
        let taps = self.is_tap(key);
        for term in &route.terms {
            let Source::Leg(source) = term.source else { continue };
            let Some((head, body)) = self.legs.keyed(source) else { continue };
            if let Input::Agent(agent) = &mut body.input
                && !taps
            {
                agent.count_listener(true);
            }
            if passes(route) {
                head.source.pass_listeners += 1;
                head.source.pass_formats &= route.passes();
            } else {
                head.source.pcm_listeners += 1;
            }
            if head.source.listener == NOBODY && single {
                head.source.listener = key.index;
            } else {
                if head.source.listener < SEVERAL {
                    self.sets.polled.insert(head.source.listener);
                }
                head.source.listener = SEVERAL;
                self.sets.polled.insert(key.index);
            }
        }
    }

    fn unlisten(&mut self, key: LegKey, route: &Route) {
        self.sets.polled.remove(key.index);
        self.sets.connected.remove(key.index);
        let taps = self.is_tap(key);
        for term in &route.terms {
            let Source::Leg(source) = term.source else { continue };
            let Some((head, body)) = self.legs.keyed(source) else { continue };
            if let Input::Agent(agent) = &mut body.input
                && !taps
            {
                agent.count_listener(false);
            }
            if passes(route) {
                head.source.pass_listeners = head.source.pass_listeners.saturating_sub(1);
                if head.source.pass_listeners == 0 {
                    head.source.pass_formats = u16::MAX;
                }
            } else {
                head.source.pcm_listeners = head.source.pcm_listeners.saturating_sub(1);
            }
            if head.source.listener == key.index || head.source.pass_listeners + head.source.pcm_listeners == 0 {
                head.source.listener = NOBODY;
            }
        }
    }

    /// Whether a leg only notes what others say.
    fn is_tap(&mut self, key: LegKey) -> bool {
        self.legs.keyed(key).is_some_and(|(_, body)| matches!(body.input, Input::Nothing))
    }
}

fn passes(route: &Route) -> bool {
    route.pass_through && matches!(Hearing::of(route), Hearing::Leg(_))
}
