//! Real-time: who hears whom, kept at the source, so that a tick visits only outputs that have something to hear.
//!
//! A source with one listener names it; one with several leaves them to be looked at each tick; bus members are named by
//! the bus.

use crate::rt::Parcel;
use crate::types::LegKey;
use crate::worker::leg::{Hearing, NOBODY, Place, Route, SEVERAL, Source};
use crate::worker::state::Worker;

impl Worker {
    /// Puts a route (or none) at a leg and returns the former one.
    pub(in crate::worker) fn swap_route(
        &mut self,
        key: LegKey,
        mut route: Option<Parcel<Route>>,
    ) -> Option<Parcel<Route>> {
        let mut before = self.legs.keyed(key).and_then(|(_, body)| body.route.take());
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
        if let Some((head, body)) = self.legs.keyed(key) {
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
        for term in &route.terms {
            let Source::Leg(source) = term.source else { continue };
            let Some((head, _)) = self.legs.keyed(source) else { continue };
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
        for term in &route.terms {
            let Source::Leg(source) = term.source else { continue };
            let Some((head, _)) = self.legs.keyed(source) else { continue };
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

    /// Tells the members of a bus that they are (or no longer are) in it.
    pub(in crate::worker) fn mark_members(&mut self, bus: u32, entering: bool) {
        let Some(plan) = self.buses.plan(bus) else { return };
        for member in plan.members.iter().filter(|m| m.speaks) {
            let Some(head) = self.legs.heads.get_mut(member.leg.index as usize) else { continue };
            if head.generation != member.leg.generation || !matches!(head.place, Place::Live | Place::Parked) {
                continue;
            }
            if entering {
                head.source.pcm_listeners += 1;
                head.source.bus = bus;
            } else {
                head.source.pcm_listeners = head.source.pcm_listeners.saturating_sub(1);
                head.source.bus = NOBODY;
            }
        }
    }
}

fn passes(route: &Route) -> bool {
    route.pass_through && matches!(Hearing::of(route), Hearing::Leg(_))
}
