//! Real-time: phase 0: orders, applied at the tick boundary, each answered by one receipt.

use crate::rt::Parcel;
use crate::types::{LegKey, MediaTime, TickNumber};
use crate::worker::boundary::{Cargo, ORDERS_PER_TICK, Outcome, Receipt, Verb};
use crate::worker::leg::{BusPlan, Input, Leg, Member, Output, Place};
use crate::worker::phase::contain;
use crate::worker::state::Worker;

pub(in crate::worker) type Applied = (Outcome, Cargo);

impl Worker {
    pub(in crate::worker) fn apply_orders(&mut self, tick: TickNumber, at: MediaTime) {
        let mut left = ORDERS_PER_TICK;
        while left > 0 {
            let Some(order) = self.next_order() else { break };
            let (outcome, cargo) = match order.verb {
                // Their time is one tick's, so they count as many as they are.
                Verb::Together(mut together) => {
                    left -= together.steps.len().clamp(1, left);
                    for step in &mut together.steps {
                        let Some(verb) = step.verb.take() else { continue };
                        (step.outcome, step.cargo) = self.apply_contained(verb, tick, at);
                    }
                    (Outcome::Done, Cargo::Together(together))
                }
                verb => {
                    left -= 1;
                    self.apply_contained(verb, tick, at)
                }
            };
            self.dock.send_home(Receipt { seq: order.seq, tick, at, outcome, cargo });
        }
    }

    /// Whatever happens, the order is answered: receipts go home in the order of the orders.
    fn apply_contained(&mut self, verb: Verb, tick: TickNumber, at: MediaTime) -> Applied {
        let leg = verb.leg();
        self.counters.orders += 1;
        contain(|| self.apply(verb, tick, at)).unwrap_or_else(|| {
            self.park_after_order(leg);
            (Outcome::Stale, Cargo::None)
        })
    }

    fn apply(&mut self, verb: Verb, tick: TickNumber, at: MediaTime) -> Applied {
        crate::worker::planted::spend(crate::telemetry::Phase::Orders);
        match verb {
            Verb::Insert(key, leg) => self.insert(key, leg),
            Verb::Remove(key) => self.remove(key),
            Verb::Depart(key) => self.depart(key),
            Verb::Arrive(key, leg) => self.arrive(key, leg),
            Verb::Forget(key) => self.forget(key),
            Verb::SetRoute(key, route) => match self.legs.keyed(key).is_some() {
                true => done(self.swap_route(key, Some(route)).map(Cargo::Route)),
                false => (Outcome::Stale, Cargo::Route(route)),
            },
            Verb::ClearRoute(key) => match self.legs.keyed(key).is_some() {
                true => done(self.swap_route(key, None).map(Cargo::Route)),
                false => (Outcome::Stale, Cargo::None),
            },
            Verb::SetBus(bus, plan) => self.swap_bus(bus, Some(plan), tick),
            Verb::ClearBus(bus) => self.swap_bus(bus, None, tick),
            Verb::AddEncoder(bus, encoder) => match self.buses.add_encoder(bus, encoder) {
                Ok(former) => done(former.map(Cargo::Encoder)),
                Err(encoder) => (Outcome::NoRoom, Cargo::Encoder(encoder)),
            },
            Verb::LinkBus(bus, link) => match self.buses.add_link(bus, link) {
                Ok(()) => done(None),
                Err(link) => (Outcome::NoRoom, Cargo::Link(link)),
            },
            Verb::SetMember(bus, seat, member) => self.set_seat((bus, seat), Some(member), tick),
            Verb::ClearMember(bus, seat) => self.set_seat((bus, seat), None, tick),
            Verb::SetOutput(key, plan) => self.set_output(key, plan, at),
            #[cfg(feature = "opus")]
            Verb::ConfigureOpus(key, settings) => self.configure_opus(key, settings),
            Verb::SetEvents(key, events) => self.set_events(key, events),
            Verb::Dial(key, digits) => self.dial(key, &digits),
            Verb::TakeFormer(key) => self.take_former(key),
            Verb::SetInput(key, receive, payload_type) => self.set_input(key, receive, payload_type),
            Verb::SetProcessor(key, processor) => self.set_processor(key, processor),
            Verb::SetPlayer(key, player) => self.set_player(key, player),
            Verb::SetInjection(key, injected) => self.set_injection(key, injected),
            Verb::SetSaid(key, said) => self.set_said(key, said),
            Verb::FitSaid(key, resampler) => self.fit_said(key, resampler),
            Verb::SetSilence(key, plan) => self.set_silence(key, plan, tick),
            Verb::FitPlayer(key, resampler) => self.fit_player(key, resampler),
            Verb::TellAgent(key, member, act, untold) => self.tell_agent(key, member, act, untold),
            Verb::Set(key, switch) => self.set(key, switch),
            Verb::Publish(key) => self.publish(key),
            Verb::AttachPort(id, port) => match self.ports.get_mut(id.as_usize()) {
                Some(place @ None) => {
                    *place = Some(port);
                    done(None)
                }
                _ => (Outcome::NoRoom, Cargo::Port(port)),
            },
            Verb::DetachPort(id) => done(self.ports.get_mut(id.as_usize()).and_then(Option::take).map(Cargo::Port)),
            Verb::Shed(level) => {
                self.shed = level;
                done(None)
            }
            Verb::SwapHistograms(empty) => {
                (Outcome::Done, Cargo::Histograms(std::mem::replace(&mut self.histograms, empty)))
            }
            // In a list of orders there is no other: it goes home as it came.
            Verb::Together(together) => (Outcome::NoRoom, Cargo::Together(together)),
        }
    }

    fn insert(&mut self, key: LegKey, leg: Parcel<Leg>) -> Applied {
        let pauses = leg.body.output.may_pause();
        let always = matches!(leg.body.input, Input::Pcm(_) | Input::Agent(_)) || leg.body.said.is_some();
        let (playing, watched) = (leg.head.output.playing, leg.body.silence.is_some());
        let clocked = matches!(leg.body.output, Output::Pcm(_));
        // Silence counts, though nothing has come yet.
        let awaits = leg.body.processor.as_ref().is_some_and(|processor| processor.awaits_an_end());
        match self.legs.insert(key, leg) {
            Ok(()) => {
                if always {
                    self.sets.always.insert(key.index);
                }
                if awaits {
                    self.sets.live.insert(key.index);
                }
                if clocked {
                    self.sets.clocked.insert(key.index);
                }
                if pauses {
                    self.sets.eventful.insert(key.index);
                }
                if watched {
                    self.sets.watched.insert(key.index);
                }
                if playing {
                    self.sets.playing.insert(key.index);
                }
                done(None)
            }
            Err(leg) => (Outcome::NoRoom, Cargo::Leg(leg)),
        }
    }

    fn unhook(&mut self, key: LegKey, leave: Place) -> Option<Parcel<Leg>> {
        // A parked leg's route no longer counts at its sources' heads only if it is taken off here too.
        let parked = self.legs.holds(key, Place::Parked);
        if parked {
            self.legs.heads[key.index as usize].place = Place::Live;
        }
        let route = self.swap_route(key, None);
        let mut leg = self.legs.take(key, leave)?;
        if parked {
            leg.head.place = Place::Parked;
        }
        leg.body.route = route;
        self.sets.remove(key.index);
        Some(leg)
    }

    fn remove(&mut self, key: LegKey) -> Applied {
        let Some(mut leg) = self.unhook(key, Place::Vacant) else { return (Outcome::Stale, Cargo::None) };
        let whole = leg.head.place != Place::Parked;
        leg.body.flush();
        debug_assert!(!whole || leg.body.waiting() == 0, "a payload was kept and forgotten");
        leg.body.publish();
        (Outcome::Done, Cargo::Leg(leg))
    }

    /// The leg goes as it is: what waits for its playout goes along.
    fn depart(&mut self, key: LegKey) -> Applied {
        let Some(mut leg) = self.unhook(key, Place::Departed) else { return (Outcome::Stale, Cargo::None) };
        leg.body.flush_former();
        (Outcome::Done, Cargo::Leg(leg))
    }

    fn arrive(&mut self, key: LegKey, mut leg: Parcel<Leg>) -> Applied {
        leg.begin_elsewhere();
        let facts = leg.head.facts;
        let applied = self.insert(key, leg);
        if applied.0 == Outcome::Done {
            self.sets.eventful.insert(key.index);
            self.sets.glitched.insert(key.index);
            self.sets.live.insert(key.index);
            if facts != 0 {
                self.sets.unreported.insert(key.index);
            }
        }
        applied
    }

    fn forget(&mut self, key: LegKey) -> Applied {
        if !self.legs.holds(key, Place::Departed) {
            return (Outcome::Stale, Cargo::None);
        }
        self.legs.heads[key.index as usize].place = Place::Vacant;
        done(None)
    }

    fn swap_bus(&mut self, bus: u32, plan: Option<Parcel<BusPlan>>, tick: TickNumber) -> Applied {
        match self.buses.swap(bus, plan, tick, &mut self.legs) {
            Ok(before) => done(before.map(Cargo::Bus)),
            Err(plan) => (Outcome::NoRoom, plan.map_or(Cargo::None, Cargo::Bus)),
        }
    }

    fn set_seat(&mut self, place: (u32, u32), member: Option<Member>, tick: TickNumber) -> Applied {
        match self.buses.set_seat(place, member, tick, &mut self.legs) {
            true => done(None),
            false => (Outcome::NoRoom, Cargo::None),
        }
    }
}

pub(in crate::worker) fn done(cargo: Option<Cargo>) -> Applied {
    (Outcome::Done, cargo.unwrap_or(Cargo::None))
}

#[cfg(test)]
mod tests;
