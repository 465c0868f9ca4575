//! Control: conferences: rooms in which each member hears the sum of the others.
//!
//! Nothing begins or ends in the midst of a sound: who leaves is heard, and hears, for one block more, in which it is faded; its
//! route is cleared, and its leg removed, when that block has been.

use super::room_places::NOBODY;
use crate::control::records::room::Room;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::{After, Supervisor};
use crate::error::{ConferenceError, Connection, Error, SessionError};
use crate::session::{ConferenceParams, EventKind, MemberParams, MemberRole};
use crate::types::{ConferenceId, Gain, LegKey, SessionId};
use crate::worker::{MAX_BUS_SPEAKERS, Switch, Verb};

const _: () = assert!(ConferenceParams::MAX_SPEAKERS == MAX_BUS_SPEAKERS);

impl Supervisor {
    /// A conference begins.
    pub(crate) fn create_room(
        &mut self,
        params: ConferenceParams,
        promise: &mut Option<Promise<ConferenceId>>,
    ) -> Step {
        if let Err(error) = params.check() {
            return Self::refuse(promise, error);
        }
        let worker = match self.least_loaded() {
            Err(error) => return Self::refuse(promise, error),
            Ok(worker) => worker,
        };
        let (now, bus) = (self.now, self.workers[worker.as_usize()].free_buses.pop());
        let room = bus.and_then(|bus| self.rooms.insert_with(|_| Room::new(worker, bus, params, now)));
        match (room, bus) {
            (Some(room), _) => {
                self.tell_all(EventKind::ConferenceCreated(room));
                Self::settle(promise, Ok::<_, Error>(room))
            }
            (None, bus) => {
                self.workers[worker.as_usize()].free_buses.extend(bus);
                let limit = self.rooms.limit();
                let full = SessionError::Capacity { what: "conferences", limit, field: "max_conferences" };
                Self::refuse(promise, full)
            }
        }
    }

    pub(crate) fn destroy_room(&mut self, id: ConferenceId, promise: &mut Option<Promise<()>>) -> Step {
        let Some(room) = self.rooms.get(id) else { return Self::refuse(promise, ConferenceError::Unknown(id)) };
        let (places, members) = (room.places.iter().map(|place| (place.worker, place.bus)), room.members.clone());
        let places: Vec<_> = places.collect();
        for &member in members.iter().rev() {
            self.leave_room(id, member);
        }
        self.end_recordings_of_room(id);
        self.rooms.remove(id);
        self.tell_all(EventKind::ConferenceDestroyed(id));
        let answer = self.promised(promise, ());
        self.clear_places(places, answer);
        Step::Done
    }

    pub(crate) fn join(
        &mut self,
        id: ConferenceId,
        member: SessionId,
        params: &MemberParams,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Some(mover) = self.waits_behind(member) {
            return Step::WaitFor(mover);
        }
        match self.try_join(id, member, params) {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(member),
            Ok(Some(key)) => {
                let after = self.promised(promise, ());
                self.seat(id, (member, key), params, after);
                Step::Done
            }
        }
    }

    /// Who is a member by now is heard, and hears.
    pub(super) fn seat(
        &mut self,
        id: ConferenceId,
        (member, key): (SessionId, LegKey),
        params: &MemberParams,
        after: After,
    ) {
        self.connect(member, Some(Connection::Conference(id)));
        self.fit_rate(id, member);
        self.share_encoding(id, member);
        self.send_room_route(id, member, None);
        let heard = Switch::ListeningGain(params.heard());
        let after = Self::begins(id, member, after);
        self.order_of_member(id, member, Verb::Set(key, heard), None);
        self.send_seat(id, member, after);
        self.fit_whisper_bus(id, member);
        self.send_whispers(id, &[&params.role]);
        self.tell(member, EventKind::ConferenceJoined(id));
        self.judge_health(member, false);
    }

    fn try_join(
        &mut self,
        id: ConferenceId,
        member: SessionId,
        params: &MemberParams,
    ) -> Result<Option<LegKey>, Error> {
        let (now, room) = (self.now, self.rooms.get(id).ok_or(ConferenceError::Unknown(id))?);
        let most = room.params.max_members;
        let full = room.members.len() >= most;
        let Some((at, leg)) = self.leg_of(member)? else { return Ok(None) };
        if self.session(member)?.state.connection == Some(Connection::Conference(id)) {
            return Err(ConferenceError::AlreadyMember(id, member).into());
        }
        self.check_free(member)?;
        if full {
            return Err(ConferenceError::Full(id, most).into());
        }
        self.check_role(id, member, &params.role)?;
        let (place, worker) = self.place_for(id, at)?;
        // Before it moves for nothing, and once it is there.
        self.check_whispers(id, (member, Some(place)), &params.role)?;
        if at != worker {
            self.relocate(member, worker)?;
            return Ok(None);
        }
        if let Some(room) = self.rooms.get_mut(id)
            && room.add(member, place, params.clone(), now)
        {
            self.send_bus(id, place, None);
        }
        Ok(Some(leg))
    }

    /// Whether a member may have that role.
    pub(in crate::control) fn check_role(
        &self,
        id: ConferenceId,
        member: SessionId,
        role: &MemberRole,
    ) -> Result<(), ConferenceError> {
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id))?;
        let is_heard = room.member(member).is_some_and(|member| member.params.role != MemberRole::Listen);
        let most = ConferenceParams::MAX_SPEAKERS;
        match role {
            MemberRole::Speak | MemberRole::Whisper(_) if !is_heard && room.heard() >= most => {
                Err(ConferenceError::TooManySpeakers(id, most))
            }
            MemberRole::Whisper(to) => match to.iter().find(|to| **to == member || room.member(**to).is_none()) {
                Some(to) if *to == member => Err(ConferenceError::WhispersToSelf(id, member)),
                Some(stranger) => Err(ConferenceError::NotMember(id, *stranger)),
                None => self.check_whispers(id, (member, room.member(member).map(|member| member.place)), role),
            },
            _ => Ok(()),
        }
    }

    pub(crate) fn leave(&mut self, id: ConferenceId, member: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        let Some(room) = self.rooms.get(id) else { return Self::refuse(promise, ConferenceError::Unknown(id)) };
        let Some(worker) = room.place_of(member).map(|place| place.worker) else {
            return Self::refuse(promise, ConferenceError::NotMember(id, member));
        };
        self.leave_room(id, member);
        let after = self.promised(promise, ());
        // Answers when the orders before it have been applied.
        self.order(worker, Verb::Publish(self.key_of(member)), after);
        Step::Done
    }

    /// A member hears and is heard for one block more, and is none then.
    pub(in crate::control) fn leave_room(&mut self, id: ConferenceId, member: SessionId) {
        let now = self.now;
        let Some(room) = self.rooms.get_mut(id) else { return };
        let Some((worker, bus)) = room.place_of(member).map(|place| (place.worker, place.bus)) else { return };
        let Some(left) = room.remove(member, now) else { return };
        let key = self.key_of(member);
        self.order(worker, Verb::ClearMember(bus, left.seat), None);
        self.fit_whisper_bus(id, member);
        self.connect(member, None);
        self.send_heard_routes(member);
        let Ok(session) = self.session_mut(member) else { return };
        session.connecting.fades = true;
        let connected = session.connecting.changes;
        let faded = Self::then(move |s| {
            let Ok(session) = s.session_mut(member) else { return };
            session.connecting.fades = false;
            // Unless it was connected otherwise meanwhile.
            if session.connecting.changes == connected {
                s.clear_route(member);
            }
        });
        self.order(worker, Verb::Set(key, Switch::ListeningGain(Gain::MUTE)), faded);
        self.send_whispers(id, &[&left.params.role]);
        if left.talking.is_some() {
            self.tell(member, EventKind::TalkEnded(id));
        }
        self.tell(member, EventKind::ConferenceLeft(id));
    }

    /// Leaves the conference that a session is in, whichever that is.
    pub(crate) fn leave_any(&mut self, id: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        match self.session(id).map(|session| session.state.connection) {
            Err(error) => Self::refuse(promise, error),
            Ok(Some(Connection::Conference(room))) => self.leave(room, id, promise),
            Ok(_) => Self::refuse(promise, SessionError::NotInConference(id)),
        }
    }

    fn key_of(&self, member: SessionId) -> LegKey {
        self.leg_of(member).ok().flatten().map_or(NOBODY, |(_, key)| key)
    }
}
