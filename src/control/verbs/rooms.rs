//! Control: conferences: rooms in which each member hears the sum of the others.

use crate::control::records::room::Room;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::{After, Supervisor};
use crate::error::{ConferenceError, Connection, Error, SessionError};
use crate::rt::Parcel;
use crate::types::{ConferenceId, LegKey, SampleRate, SessionId};
use crate::worker::{BusPlan, Converter, MAX_BUS_MEMBERS, Member, Route, Source, Verb};

impl Supervisor {
    /// A conference begins.
    pub(crate) fn create_room(&mut self, rate: SampleRate, promise: &mut Option<Promise<ConferenceId>>) -> Step {
        let worker = match self.least_loaded() {
            Err(error) => return Self::refuse(promise, error),
            Ok(worker) => worker,
        };
        let bus = self.workers[worker.as_usize()].free_buses.pop();
        let room = bus.and_then(|bus| self.rooms.insert_with(|_| Room { worker, bus, rate, members: Vec::new() }));
        match (room, bus) {
            (Some(room), _) => Self::settle(promise, Ok::<_, Error>(room)),
            (None, bus) => {
                self.workers[worker.as_usize()].free_buses.extend(bus);
                let limit = self.rooms.limit();
                let full = SessionError::Capacity { what: "conferences", limit, field: "max_conferences" };
                Self::refuse(promise, full)
            }
        }
    }

    pub(crate) fn destroy_room(&mut self, id: ConferenceId, promise: &mut Option<Promise<()>>) -> Step {
        let Some(room) = self.rooms.remove(id) else { return Self::refuse(promise, ConferenceError::Unknown(id)) };
        for &member in &room.members {
            self.clear_route(member);
            self.connect(member, None);
        }
        let (worker, bus) = (room.worker, room.bus);
        let answer = self.promised(promise, ());
        let after = move |s: &mut Self, receipt| {
            s.workers[worker.as_usize()].free_buses.push(bus);
            if let Some(answer) = answer {
                answer(s, receipt);
            }
        };
        self.order(worker, Verb::ClearBus(bus), Some(Box::new(after)));
        Step::Done
    }

    pub(crate) fn join(&mut self, id: ConferenceId, member: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        if let Some(mover) = self.waits_behind(member) {
            return Step::WaitFor(mover);
        }
        match self.try_join(id, member) {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(member),
            Ok(Some(_)) => {
                self.connect(member, Some(Connection::Conference(id)));
                let after = self.promised(promise, ());
                self.send_room_route(id, member, after);
                self.send_members(id);
                Step::Done
            }
        }
    }

    fn try_join(&mut self, id: ConferenceId, member: SessionId) -> Result<Option<LegKey>, Error> {
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id))?;
        let worker = room.worker;
        let full = room.members.len() >= MAX_BUS_MEMBERS;
        let Some((at, leg)) = self.leg_of(member)? else { return Ok(None) };
        if self.session(member)?.state.connection == Some(Connection::Conference(id)) {
            return Err(ConferenceError::AlreadyMember(id, member).into());
        }
        self.check_free(member)?;
        if full {
            return Err(ConferenceError::Full(id, MAX_BUS_MEMBERS).into());
        }
        if at != worker {
            self.relocate(member, worker)?;
            return Ok(None);
        }
        if let Some(room) = self.rooms.get_mut(id) {
            room.members.push(member);
        }
        Ok(Some(leg))
    }

    pub(crate) fn leave(&mut self, id: ConferenceId, member: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        let Some(room) = self.rooms.get(id) else { return Self::refuse(promise, ConferenceError::Unknown(id)) };
        if !room.members.contains(&member) {
            return Self::refuse(promise, ConferenceError::NotMember(id, member));
        }
        let worker = room.worker;
        self.leave_room(id, member);
        let after = self.promised(promise, ());
        // Answers when the orders before it have been applied.
        let key = self.leg_of(member).ok().flatten().map_or(LegKey { index: 0, generation: 0 }, |(_, key)| key);
        self.order(worker, Verb::Publish(key), after);
        Step::Done
    }

    pub(in crate::control) fn leave_room(&mut self, id: ConferenceId, member: SessionId) {
        self.clear_route(member);
        self.connect(member, None);
        if let Some(room) = self.rooms.get_mut(id) {
            room.members.retain(|m| *m != member);
        }
        self.send_members(id);
    }

    /// Who is in it, in the order of joining.
    pub(crate) fn members_of(&self, id: ConferenceId, promise: &mut Option<Promise<Vec<SessionId>>>) -> Step {
        let members = self.rooms.get(id).map(|room| room.members.clone());
        Self::settle(promise, members.ok_or(ConferenceError::Unknown(id)))
    }

    /// Leaves the conference that a session is in, whichever that is.
    pub(crate) fn leave_any(&mut self, id: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        match self.session(id).map(|session| session.state.connection) {
            Err(error) => Self::refuse(promise, error),
            Ok(Some(Connection::Conference(room))) => self.leave(room, id, promise),
            Ok(_) => Self::refuse(promise, SessionError::NotInConference(id)),
        }
    }

    /// Compiles what a member hears, and how it comes to the room's rate and back, and swaps it in.
    pub(in crate::control) fn send_room_route(&mut self, id: ConferenceId, member: SessionId, after: After) {
        let (Some(room), Some(session)) = (self.rooms.get(id), self.sessions.get(member)) else { return };
        let Ok(Some((worker, leg))) = self.leg_of(member) else { return };
        let route = Route::single(Source::Bus(room.bus), false)
            .converting(Converter::between(room.rate, session.output_rate()))
            .speaking(Converter::between(session.rate, room.rate));
        self.order(worker, Verb::SetRoute(leg, Parcel::pack(route)), after);
    }

    /// Compiles the member list and swaps it in.
    fn send_members(&mut self, id: ConferenceId) {
        let Some(room) = self.rooms.get(id) else { return };
        let legs = room.members.iter().filter_map(|m| self.leg_of(*m).ok().flatten());
        let members = legs.map(|(_, leg)| Member { leg, speaks: true, hears: true }).collect();
        let (worker, bus, plan) = (room.worker, room.bus, BusPlan::new(room.rate, members));
        self.order(worker, Verb::SetBus(bus, Parcel::pack(plan)), None);
    }
}
