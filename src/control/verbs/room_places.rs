//! Control: the workers of a conference: where a newcomer finds its place, and how a room grows over one worker more.
//!
//! A room is on one worker as long as that has the time and the members are not too many; then newcomers come to another one. Who is there stays
//! there: nobody's leg moves while it is heard.

use crate::control::supervisor::{After, Supervisor};
use crate::error::{ConferenceError, Error};
use crate::flight::{BusRecipe, Recipe};
use crate::rt::Parcel;
use crate::types::{ConferenceId, LegKey, WorkerId};
use crate::worker::{BusLink, BusPlan, MAX_ROOM_WORKERS, Verb};

/// No leg: an order about it changes nothing.
pub(super) const NOBODY: LegKey = LegKey { index: u32::MAX, generation: 0 };

impl Supervisor {
    /// Which of a room's places is a newcomer's whose leg is on worker `at`, and on which worker that is.
    pub(super) fn place_for(&mut self, id: ConferenceId, at: WorkerId) -> Result<(usize, WorkerId), Error> {
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id))?;
        let limit = room.params.members_per_worker;
        let places = || room.places.iter().enumerate().filter(|(_, place)| self.is_running(place.worker));
        let has_time = |worker| !self.is_busy(worker);
        let roomy = || places().filter(|(_, place)| place.members < limit && has_time(place.worker));
        let own = |(_, place): &(usize, &crate::control::records::room::RoomPlace)| place.worker == at;
        let found = roomy().find(own).or_else(|| roomy().min_by_key(|(_, place)| place.members));
        if let Some((n, place)) = found {
            return Ok((n, place.worker));
        }
        if let Some(grown) = self.grow(id, at) {
            return Ok(grown);
        }
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id))?;
        let places = || room.places.iter().enumerate().filter(|(_, place)| self.is_running(place.worker));
        let found = places().find(own).or_else(|| places().min_by_key(|(_, place)| place.members));
        // Of none that runs: what is ordered of it says so.
        let (n, place) = found.or_else(|| room.places.iter().enumerate().next()).ok_or(ConferenceError::Unknown(id))?;
        Ok((n, place.worker))
    }

    /// A room is on one worker more, if there is one that has the time: on that one, or the one with the least to do.
    fn grow(&mut self, id: ConferenceId, at: WorkerId) -> Option<(usize, WorkerId)> {
        let room = self.rooms.get(id)?;
        if room.places.len() >= MAX_ROOM_WORKERS {
            return None;
        }
        let others = || {
            let workers = self.workers.iter().filter(|link| link.runs() && !self.is_busy(link.id));
            workers
                .filter(|link| room.places.iter().all(|place| place.worker != link.id) && !link.free_buses.is_empty())
        };
        let best = || others().min_by_key(|link| (link.load_percent() / 10, link.places.len()));
        let worker = others().find(|link| link.id == at).or_else(best)?.id;
        let bus = self.workers.get_mut(worker.as_usize())?.free_buses.pop()?;
        let room = self.rooms.get_mut(id)?;
        let place = room.grow(worker, bus);
        let vacant: Vec<_> = (0..=place).filter(|place| room.places[*place].seats() == 0).collect();
        let others: Vec<_> = room.places[..place].iter().map(|place| (place.worker, place.bus)).collect();
        // A bus has to be there before it is linked.
        vacant.into_iter().for_each(|place| self.send_bus(id, place, None));
        for (n, (other, other_bus)) in others.into_iter().enumerate() {
            let (there, here) = BusLink::between(n as u8, place as u8);
            self.order(other, Verb::LinkBus(other_bus, Parcel::pack(there)), None);
            self.order(worker, Verb::LinkBus(bus, Parcel::pack(here)), None);
        }
        Some((place, worker))
    }

    fn is_running(&self, worker: WorkerId) -> bool {
        self.workers.get(worker.as_usize()).is_some_and(|link| link.runs())
    }

    /// Whether it has so much to do that newcomers are better off elsewhere: three quarters of what it may have.
    fn is_busy(&self, worker: WorkerId) -> bool {
        let load = self.workers.get(worker.as_usize()).map_or(0, |link| link.load_percent());
        u64::from(load) * 4 >= u64::from(self.plan.config.load_limit_percent) * 3
    }

    /// A place's bus gets as many seats as it is to have, and the room's rate.
    pub(in crate::control) fn send_bus(&mut self, id: ConferenceId, place: usize, after: After) {
        let Some((room, at)) = self.rooms.get(id).and_then(|room| Some((room, room.places.get(place)?))) else {
            return;
        };
        let (rate, seats, look) = (room.rate, at.seats(), room.look());
        let recipe = BusRecipe { rate, seats, number: place as u8, rates: at.rates.clone(), look };
        let plan = BusPlan::new(rate, seats, at.gauges.clone());
        let plan = plan.numbered(place as u8).converting(&at.rates);
        let plan = match room.look() {
            Some(look) => plan.looking(look),
            None => plan,
        };
        let (worker, bus) = (at.worker, at.bus);
        self.flight.describe(|| Recipe::SetBus(bus, recipe));
        self.order(worker, Verb::SetBus(bus, Parcel::pack(plan)), after);
        if place == 0 {
            self.send_room_tap_routes(id);
        }
    }

    /// The buses of a room that is gone end, one after another, once who was heard on them has been faded.
    pub(super) fn clear_places(&mut self, mut places: Vec<(WorkerId, u32)>, answer: After) {
        let Some((worker, bus)) = places.pop() else { return };
        let freed = move |s: &mut Self, receipt| {
            s.workers[worker.as_usize()].free_buses.push(bus);
            match answer {
                _ if !places.is_empty() => s.clear_places(places, answer),
                Some(answer) => answer(s, receipt),
                None => {}
            }
        };
        // By the receipt of an order that changes nothing all that went before has been heard.
        let faded = Self::then(move |s| s.order(worker, Verb::ClearBus(bus), Some(Box::new(freed))));
        self.order(worker, Verb::Publish(NOBODY), faded);
    }
}
