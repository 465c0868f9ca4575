//! Control: members of conferences: what they are there, what they hear, and how they are listed.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::{After, Supervisor};
use crate::error::ConferenceError;
use crate::session::{ConferenceStatistics, EventKind, MemberParams, MemberRole, Participant};
use crate::types::{ConferenceId, MediaTime, SessionId};
use crate::worker::{Member, Switch, Verb};
use std::time::Duration;

impl Supervisor {
    /// Changes what a member is.
    pub(crate) fn change_member(
        &mut self,
        id: ConferenceId,
        member: SessionId,
        edit: &dyn Fn(&mut MemberParams),
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let Some(room) = self.rooms.get(id) else { return Self::refuse(promise, ConferenceError::Unknown(id)) };
        let Some(mut params) = room.member(member).map(|member| member.params.clone()) else {
            return Self::refuse(promise, ConferenceError::NotMember(id, member));
        };
        edit(&mut params);
        if let Err(error) = self.check_role(id, member, &params.role) {
            return Self::refuse(promise, error);
        }
        let heard = Switch::ListeningGain(params.heard());
        let role = params.role.clone();
        let before = self.rooms.get_mut(id).and_then(|room| room.change(member, params));
        self.fit_whisper_bus(id, member);
        // A member's leg is at rest: it lives where its room does.
        if let Ok(Some((worker, key))) = self.leg_of(member) {
            self.order(worker, Verb::Set(key, heard), None);
        }
        let mut after = self.promised(promise, ());
        if role != MemberRole::Speak {
            after = Self::begins(id, member, after);
            self.note_talk(id, member, false);
        }
        self.send_seat(id, member, after);
        let before = before.map(|before| before.role).unwrap_or_default();
        self.send_whispers(id, &[&before, &role]);
        if before != role {
            self.attend_role(id);
            self.tell(member, EventKind::ConferenceRoleChanged(id));
        }
        Step::Done
    }

    /// Who is in it, in the order of joining.
    pub(crate) fn members_of(&self, id: ConferenceId, promise: &mut Option<Promise<Vec<SessionId>>>) -> Step {
        let members = self.rooms.get(id).map(|room| room.members.clone());
        Self::settle(promise, members.ok_or(ConferenceError::Unknown(id)))
    }

    /// The same, with what each is there.
    pub(crate) fn participants(&self, id: ConferenceId, promise: &mut Option<Promise<Vec<Participant>>>) -> Step {
        let Some(room) = self.rooms.get(id) else { return Self::refuse(promise, ConferenceError::Unknown(id)) };
        let participant = |session: &SessionId| {
            let member = room.member(*session)?;
            let spoke_now = member.talking.map_or(0, |begun| self.now.nanos_since(begun));
            Some(Participant {
                session: *session,
                params: member.params.clone(),
                member_for: self.since(member.joined),
                talking: member.talking.is_some(),
                spoke_for: Duration::from_nanos(member.spoke_ns + spoke_now),
                level: member.level,
                health: member.health,
            })
        };
        Self::settle::<Vec<_>>(promise, Ok::<_, ConferenceError>(room.members.iter().filter_map(participant).collect()))
    }

    /// What a conference has counted.
    pub(crate) fn room_statistics(
        &self,
        id: ConferenceId,
        promise: &mut Option<Promise<ConferenceStatistics>>,
    ) -> Step {
        let statistics = self.rooms.get(id).map(|room| ConferenceStatistics {
            rate: room.rate,
            members: room.members.len(),
            speakers: room.speakers(),
            workers: room.places.len(),
            blocks: room.most(|gauges| &gauges.blocks),
            loud_blocks: room.most(|gauges| &gauges.loud_blocks),
            heard: room.places.first().map_or(0, |place| place.gauges.heard.get()),
            most_heard: room.most(|gauges| &gauges.most_heard),
            left_out: room.sum(|gauges| &gauges.left_out),
            missing_blocks: room.sum(|gauges| &gauges.missing),
            shared_encodes: room.sum(|gauges| &gauges.shared_encodes),
            shared_packets: room.sum(|gauges| &gauges.shared_packets),
            dominant: room.dominant,
            talking: room.talking(),
            age: self.since(room.begun),
        });
        Self::settle(promise, statistics.ok_or(ConferenceError::Unknown(id)))
    }

    fn since(&self, then: MediaTime) -> Duration {
        Duration::from_nanos(self.now.nanos_since(then))
    }

    /// Orders what a member is on its bus.
    pub(in crate::control) fn send_seat(&mut self, id: ConferenceId, member: SessionId, after: After) {
        let (Some(room), Ok(Some((_, leg)))) = (self.rooms.get(id), self.leg_of(member)) else { return };
        let (Some(place), Some(known)) = (room.place_of(member), room.member(member)) else { return };
        let (bus, seat, params) = (place.bus, known.seat, &known.params);
        let state = Member { leg, speaks: params.role == MemberRole::Speak, gain: params.said() };
        self.order_of_member(id, member, Verb::SetMember(bus, seat, state), after);
    }

    /// Gives an order to the worker of a room's member.
    pub(in crate::control) fn order_of_member(
        &mut self,
        id: ConferenceId,
        member: SessionId,
        verb: Verb,
        after: After,
    ) {
        let place = self.rooms.get(id).and_then(|room| room.place_of(member));
        let Some(worker) = place.map(|place| place.worker) else { return };
        self.order(worker, verb, after);
    }

    /// A member's codecs are others, and with them the rates of what it says and hears.
    pub(in crate::control) fn refit_member(&mut self, id: ConferenceId, member: SessionId) {
        self.fit_rate(id, member);
        self.share_encoding(id, member);
        self.send_room_route(id, member, None);
        let role = self.rooms.get(id).and_then(|room| room.member(member)).map(|member| member.params.role.clone());
        self.send_whispers(id, &[&role.unwrap_or_default()]);
    }

    /// The room of a new member takes its rate, where that is higher and the room's is not fixed.
    pub(in crate::control) fn fit_rate(&mut self, id: ConferenceId, newcomer: SessionId) {
        let rate = self.sessions.get(newcomer).map(|session| session.rate.max(session.output_rate()));
        let Some(room) = self.rooms.get_mut(id).filter(|room| room.params.rate.is_none()) else { return };
        let Some(rate) = rate.filter(|rate| *rate > room.rate) else { return };
        room.rate = rate;
        let (members, places) = (room.members.clone(), room.places.len());
        (0..places).for_each(|place| self.send_bus(id, place, None));
        self.send_whisper_buses(id);
        for member in members.into_iter().filter(|member| *member != newcomer) {
            self.send_room_route(id, member, None);
        }
    }
}
