//! Control: whispers from one worker of a conference to another: a bus of its own for who whispers, on each of them.
//!
//! On its own worker a whisperer's leg is heard as it is. Others hear it as they hear the room's members who live there: it is alone
//! on a bus that is linked to one of theirs.

use super::room_places::NOBODY;
use crate::control::records::room::WhisperBus;
use crate::control::supervisor::Supervisor;
use crate::error::ConferenceError;
use crate::rt::Parcel;
use crate::session::MemberRole;
use crate::types::{ConferenceId, SessionId, WorkerId};
use crate::worker::{BusLink, BusPlan, Member, Verb};

impl Supervisor {
    /// Whether there is a bus for each worker on which somebody is to be whispered to from another. `own`: the place of who
    /// whispers; `None`: where it comes to is not known yet.
    pub(super) fn check_whispers(
        &self,
        id: ConferenceId,
        (member, own): (SessionId, Option<usize>),
        role: &MemberRole,
    ) -> Result<(), ConferenceError> {
        let (Some(room), Some(at), MemberRole::Whisper(to)) = (self.rooms.get(id), own, role) else { return Ok(()) };
        let further = room.places_whispered_to((member, at), to);
        let own = room.places.get(at).filter(|_| !further.is_empty() && room.whisper_bus(member).is_none());
        let mut places = further.iter().filter_map(|place| room.places.get(*place)).chain(own);
        let free =
            |worker: WorkerId| self.workers.get(worker.as_usize()).is_some_and(|link| !link.free_buses.is_empty());
        match places.all(|place| free(place.worker)) {
            true => Ok(()),
            false => Err(ConferenceError::TooManyWhispers(id)),
        }
    }

    /// A member whispers to others than before, or is another than before, or whispers no more: so does its bus, if it needs one.
    pub(super) fn fit_whisper_bus(&mut self, id: ConferenceId, member: SessionId) {
        let Some(room) = self.rooms.get(id) else { return };
        let Some(known) = room.member(member) else { return self.end_whisper_bus(id, member) };
        let MemberRole::Whisper(to) = &known.params.role else { return self.end_whisper_bus(id, member) };
        let begun = room.whisper_bus(member).map(|bus| bus.own);
        let further = room.places_whispered_to((member, known.place), to);
        for place in further {
            self.link_whisper_bus(id, member, place);
        }
        let own = self.rooms.get(id).and_then(|room| room.whisper_bus(member)).map(|bus| bus.own);
        match own {
            // It is on the room's bus for one block more, in which it is faded, and not to hear itself there.
            Some(bus) if begun.is_none() => {
                let faded = Self::then(move |s| s.take_whisper_seat(id, member, bus));
                self.order(bus.0, Verb::Publish(NOBODY), faded);
            }
            _ => self.send_whisper_seat(id, member),
        }
    }

    /// It speaks on that bus from now on, if that is still the one that it has.
    fn take_whisper_seat(&mut self, id: ConferenceId, member: SessionId, own: (WorkerId, u32)) {
        let bus = self.rooms.get_mut(id).and_then(|room| room.whisper_buses.get_mut(&member));
        if let Some(bus) = bus.filter(|bus| bus.own == own) {
            bus.seated = true;
            self.send_whisper_seat(id, member);
        }
    }

    /// Orders what it is on its bus, if it speaks there by now.
    fn send_whisper_seat(&mut self, id: ConferenceId, member: SessionId) {
        let Some(room) = self.rooms.get(id) else { return };
        let (Some(bus), Some(known)) = (room.whisper_bus(member), room.member(member)) else { return };
        if !bus.seated {
            return;
        }
        let ((worker, bus), gain) = (bus.own, known.params.said());
        if let Ok(Some((_, leg))) = self.leg_of(member) {
            self.order(worker, Verb::SetMember(bus, 0, Member { leg, speaks: true, gain }), None);
        }
    }

    /// Another of the room's places hears it.
    fn link_whisper_bus(&mut self, id: ConferenceId, member: SessionId, place: usize) {
        let Some(room) = self.rooms.get(id) else { return };
        let (Some(at), Some(there)) = (room.place_of(member), room.places.get(place)) else { return };
        let (worker, elsewhere) = (at.worker, there.worker);
        let begun = room.whisper_bus(member).map(|bus| bus.own);
        let Some(own) = begun.or_else(|| self.begin_bus(id, worker, 1)) else { return };
        let other = self.begin_bus(id, elsewhere, 0);
        let Some(room) = self.rooms.get_mut(id) else { return };
        let bus =
            room.whisper_buses.entry(member).or_insert_with(|| WhisperBus { own, others: Vec::new(), seated: false });
        let Some(other) = other else { return };
        bus.others.push((place, other));
        let (here, there) = BusLink::between(0, bus.others.len() as u8);
        self.order(own.0, Verb::LinkBus(own.1, Parcel::pack(here)), None);
        self.order(other.0, Verb::LinkBus(other.1, Parcel::pack(there)), None);
    }

    /// A bus of so many seats at the room's rate, where its worker has one to spare.
    fn begin_bus(&mut self, id: ConferenceId, worker: WorkerId, seats: usize) -> Option<(WorkerId, u32)> {
        let bus = self.workers.get_mut(worker.as_usize())?.free_buses.pop()?;
        self.send_plain_bus(id, (worker, bus), seats);
        Some((worker, bus))
    }

    fn send_plain_bus(&mut self, id: ConferenceId, (worker, bus): (WorkerId, u32), seats: usize) {
        let Some(rate) = self.rooms.get(id).map(|room| room.rate) else { return };
        let plan = BusPlan::new(rate, seats, Default::default());
        self.order(worker, Verb::SetBus(bus, Parcel::pack(plan)), None);
    }

    /// The rate of a room is another: so is that of its whispers.
    pub(super) fn send_whisper_buses(&mut self, id: ConferenceId) {
        let Some(room) = self.rooms.get(id) else { return };
        let buses = room.whisper_buses.values();
        let all: Vec<_> = buses
            .flat_map(|bus| std::iter::once((bus.own, 1)).chain(bus.others.iter().map(|(_, other)| (*other, 0))))
            .collect();
        all.into_iter().for_each(|(bus, seats)| self.send_plain_bus(id, bus, seats));
    }

    /// It whispers no more, or is gone: its buses end, after the last word on them has been faded.
    pub(super) fn end_whisper_bus(&mut self, id: ConferenceId, member: SessionId) {
        let Some(bus) = self.rooms.get_mut(id).and_then(|room| room.whisper_buses.remove(&member)) else { return };
        self.order(bus.own.0, Verb::ClearMember(bus.own.1, 0), None);
        let others = bus.others.into_iter().map(|(_, other)| other);
        // The last one ends first: where the whisper comes from.
        self.clear_places(others.chain([bus.own]).collect(), None);
    }
}
