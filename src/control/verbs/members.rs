//! Control: members of conferences: what they are there, what they hear, and how they are listed.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::{After, Supervisor};
use crate::error::ConferenceError;
use crate::rt::Parcel;
use crate::session::{ConferenceStatistics, EventKind, MemberParams, MemberRole, Participant};
use crate::types::{ConferenceId, Gain, MediaTime, SessionId};
use crate::worker::{Converter, Member, Route, Source, Switch, Term, Verb};
use std::collections::BTreeSet;
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
            blocks: room.gauges.blocks.get(),
            loud_blocks: room.gauges.loud_blocks.get(),
            heard: room.gauges.heard.get(),
            most_heard: room.gauges.most_heard.get(),
            left_out: room.gauges.left_out.get(),
            shared_encodes: room.gauges.shared_encodes.get(),
            shared_packets: room.gauges.shared_packets.get(),
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
        let (bus, Some(member)) = (room.bus, room.member(member)) else { return };
        let (seat, params) = (member.seat, &member.params);
        let member = Member { leg, speaks: params.role == MemberRole::Speak, gain: params.said() };
        self.order_of_room(id, Verb::SetMember(bus, seat, member), after);
    }

    /// Gives an order to the worker of a room.
    pub(in crate::control) fn order_of_room(&mut self, id: ConferenceId, verb: Verb, after: After) {
        let Some(worker) = self.rooms.get(id).map(|room| room.worker) else { return };
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
        let members = room.members.clone();
        self.send_bus(id, None);
        for member in members.into_iter().filter(|member| *member != newcomer) {
            self.send_room_route(id, member, None);
        }
    }

    /// Tells those who are whispered to by those roles what they hear by now; each once, as an order in the same tick would
    /// end the fade of the one before.
    pub(in crate::control) fn send_whispers(&mut self, id: ConferenceId, roles: &[&MemberRole]) {
        let whispered = roles.iter().flat_map(|role| match role {
            MemberRole::Whisper(to) => to.as_slice(),
            _ => &[],
        });
        for listener in whispered.copied().collect::<BTreeSet<_>>() {
            self.send_room_route(id, listener, None);
        }
    }

    /// Compiles what a member hears, and how it comes to the room's rate and back, and swaps it in.
    pub(in crate::control) fn send_room_route(&mut self, id: ConferenceId, member: SessionId, after: After) {
        let (Some(room), Some(session)) = (self.rooms.get(id), self.sessions.get(member)) else { return };
        let (Ok(Some((worker, leg))), Some(membership)) = (self.leg_of(member), room.member(member)) else { return };
        let (own, before, now) = (session.output_rate(), &membership.whispers, room.whispers_to(member));
        let ended = before.iter().filter(|(from, _)| now.iter().all(|(other, _)| other != from));
        let ended: Vec<_> = ended.map(|(from, _)| (*from, Gain::MUTE)).collect();
        let whispers = now.iter().chain(&ended).filter_map(|(from, gain)| {
            let (Ok(Some((_, leg))), Some(whisperer)) = (self.leg_of(*from), self.sessions.get(*from)) else {
                return None;
            };
            let begin = before.iter().find(|(other, _)| other == from).map_or(Gain::MUTE, |(_, gain)| *gain);
            let converter = Converter::between(whisperer.rate, own);
            Some((Term { source: Source::Leg(leg), gain: *gain }, begin, converter))
        });
        let bus = Term { source: Source::Bus(room.bus), gain: Gain::UNITY };
        let bus = (bus, Gain::UNITY, Converter::between(room.rate, own));
        let route =
            Route::list(std::iter::once(bus).chain(whispers)).speaking(Converter::between(session.rate, room.rate));
        if let Some(member) = self.rooms.get_mut(id).and_then(|room| room.member_mut(member)) {
            member.whispers = now;
        }
        // A whisper that ended is in the list once more, to be faded.
        let after = match ended.is_empty() {
            true => after,
            false => Some(Box::new(move |s: &mut Self, receipt| {
                s.send_room_route(id, member, None);
                if let Some(after) = after {
                    after(s, receipt);
                }
            }) as _),
        };
        self.order(worker, Verb::SetRoute(leg, Parcel::pack(route)), after);
        self.send_heard_routes(member);
    }
}
