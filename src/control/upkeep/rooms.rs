//! Control: what is learnt of the members of conferences: who speaks, who has the floor, how loud, and whether they are there.

use crate::control::supervisor::{After, Supervisor};
use crate::error::Connection;
use crate::session::{EventKind, MemberHealth, Transport};
use crate::types::{ConferenceId, Decibels, SessionId, TickNumber};
use crate::worker::Facts;

/// How often it is looked at who is there, beside what tells of it.
const JUDGED_EACH_NS: u64 = 1_000_000_000;

impl Supervisor {
    /// What is done when an order has made a member what it is: from then on it is believed what is told of it.
    pub(in crate::control) fn begins(id: ConferenceId, member: SessionId, after: After) -> After {
        Some(Box::new(move |s: &mut Self, receipt| {
            if let Some(member) = s.rooms.get_mut(id).and_then(|room| room.member_mut(member)) {
                member.since = Some(receipt.tick);
            }
            if let Some(after) = after {
                after(s, receipt);
            }
        }))
    }

    /// What a worker tells of a session as a member.
    pub(in crate::control) fn hear_member(&mut self, session: SessionId, tick: TickNumber, facts: Facts) {
        let Some(room) = self.room_since(session, tick) else { return };
        if !self.rooms.get(room).is_some_and(|room| room.params.speakers) {
            return;
        }
        for (fact, talks) in [(Facts::TALK_BEGAN, true), (Facts::TALK_ENDED, false)] {
            if facts.contains(fact) {
                self.note_talk(room, session, talks);
            }
        }
        if facts.contains(Facts::DOMINANT)
            && let Some(of) = self.rooms.get_mut(room)
        {
            of.dominant = Some(session);
            self.tell(session, EventKind::DominantSpeaker(room));
        }
    }

    /// How loud a member is.
    pub(in crate::control) fn hear_level(
        &mut self,
        session: SessionId,
        tick: TickNumber,
        level: Decibels,
        heard: bool,
    ) {
        let Some(conference) = self.room_since(session, tick) else { return };
        let told = self.rooms.get_mut(conference).filter(|room| room.params.level_interval.is_some());
        let Some(member) = told.and_then(|room| room.member_mut(session)) else { return };
        member.level = Some(level);
        self.tell(session, EventKind::MemberLevel { conference, level, heard });
    }

    /// A member speaks, or does not.
    pub(in crate::control) fn note_talk(&mut self, id: ConferenceId, session: SessionId, talks: bool) {
        let now = self.now;
        let Some(member) = self.rooms.get_mut(id).and_then(|room| room.member_mut(session)) else { return };
        if member.talks(talks, now) {
            self.tell(session, if talks { EventKind::TalkBegan(id) } else { EventKind::TalkEnded(id) });
        }
    }

    /// The room of a session, if it was a member in that tick as it is now.
    fn room_since(&self, session: SessionId, tick: TickNumber) -> Option<ConferenceId> {
        let Some(Connection::Conference(id)) = self.sessions.get(session)?.state.connection else { return None };
        let member = self.rooms.get(id)?.member(session)?;
        member.since.is_some_and(|since| tick >= since).then_some(id)
    }

    /// Whether the audio of a member comes; if that is new, and `tells`, it is told.
    pub(in crate::control) fn judge_health(&mut self, session: SessionId, tells: bool) {
        let now = self.now;
        let Some(known) = self.sessions.get(session) else { return };
        let Some(Connection::Conference(id)) = known.state.connection else { return };
        let expected = !matches!(known.params.transport, Transport::Pcm(_)) && !known.state.held_inward;
        let comes = known.state.receiving || !expected;
        let Some(room) = self.rooms.get_mut(id) else { return };
        let grace = room.params.grace;
        let Some(member) = room.member_mut(session) else { return };
        let in_time = u128::from(now.nanos_since(member.joined)) < grace.as_nanos();
        let health = match member.health {
            _ if comes => MemberHealth::Active,
            MemberHealth::Active | MemberHealth::Dropout => MemberHealth::Dropout,
            _ if in_time => MemberHealth::Newcomer,
            _ => MemberHealth::Inactive,
        };
        if std::mem::replace(&mut member.health, health) != health && tells {
            self.tell(session, EventKind::MemberHealth(id, health));
        }
    }

    /// Looks at all members, once a second: grace periods end, holds begin.
    pub(in crate::control) fn judge_members(&mut self) {
        if self.now.nanos_since(self.judged) < JUDGED_EACH_NS {
            return;
        }
        self.judged = self.now;
        let rooms = self.rooms.keys().filter_map(|id| self.rooms.get(id));
        let members: Vec<_> = rooms.flat_map(|room| room.members.iter().copied()).collect();
        members.into_iter().for_each(|member| self.judge_health(member, true));
    }
}
