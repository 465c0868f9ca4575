//! Control: speech machines: who is bridged to one, or in a room with one, is listened to for its sake; and in a room it is told what
//! the others do.

use crate::agent_port::MemberAct;
use crate::control::records::session::Session;
use crate::control::supervisor::Supervisor;
use crate::error::Connection;
use crate::processing::audio::barge_in::BargeInParams;
use crate::processing::audio::tone::{Tone, ToneEvent};
use crate::processing::chain::ProcessingParams;
use crate::session::MemberRole;
use crate::types::{ConferenceId, SessionId};
use crate::worker::{Verb, WorkerEventKind};

/// Acts on their way to an agent at a time; more are not told, and counted.
const ON_THE_WAY: u16 = 64;

impl Supervisor {
    /// A session's connection has changed from the one to the other: what it is listened to for may have; and what the members of a
    /// room are, which an agent has joined or left.
    pub(super) fn attend_agents(&mut self, id: SessionId, connections: [Option<Connection>; 2]) {
        let agent = self.sessions.get(id).and_then(|session| session.params.agent);
        let rooms = connections.map(|connection| match connection {
            Some(Connection::Conference(room)) => Some(room),
            _ => None,
        });
        if agent.is_some() {
            for (room, comes) in rooms.into_iter().zip([false, true]) {
                let Some(room) = room.and_then(|room| self.rooms.get_mut(room)) else { continue };
                room.agents.retain(|other| *other != id);
                room.agents.extend(comes.then_some(id));
                let members = room.members.clone();
                if agent.is_some_and(|agent| agent.barge_in.is_some()) {
                    members.into_iter().for_each(|member| self.fit_processing(member));
                }
            }
        }
        if connections.into_iter().any(|connection| self.barge_in_of(connection).is_some()) {
            self.fit_processing(id);
        }
    }

    /// A member of a room has another role.
    pub(super) fn attend_role(&mut self, room: ConferenceId, member: SessionId) {
        if self.barge_in_of(Some(Connection::Conference(room))).is_some() {
            self.fit_processing(member);
        }
    }

    /// Adds what the agent listens for that a session is connected to, unless it is listened for anyway.
    pub(super) fn listen_for_agent(&self, session: &Session, wanted: &mut ProcessingParams) {
        let connection = session.state.connection;
        if let Some(Connection::Conference(room)) = connection {
            let member = self.rooms.get(room).and_then(|room| room.member(session.id));
            let speaks = member.is_some_and(|member| member.params.role == MemberRole::Speak);
            if !speaks || session.params.agent.is_some() {
                return;
            }
        }
        wanted.barge_in = wanted.barge_in.or_else(|| self.barge_in_of(connection));
    }

    fn barge_in_of(&self, connection: Option<Connection>) -> Option<BargeInParams> {
        let of = |agent: &SessionId| self.sessions.get(*agent)?.params.agent?.barge_in;
        match connection? {
            Connection::Bridge(agent) => of(&agent),
            Connection::Conference(room) => self.rooms.get(room)?.agents.iter().find_map(of),
            Connection::Monitor(_) => None,
        }
    }

    /// Agents in a member's room are told what it does.
    pub(in crate::control) fn tell_room_agents(&mut self, member: SessionId, told: &WorkerEventKind) {
        let act = match *told {
            WorkerEventKind::DigitStarted(event) => MemberAct::Digit(event.as_char()),
            WorkerEventKind::Tone(ToneEvent::Begin { tone: Tone::Dtmf(digit), .. }) => {
                MemberAct::Digit(char::from(digit))
            }
            WorkerEventKind::Speech(event) => MemberAct::Speech(event),
            _ => return,
        };
        let Some(session) = self.sessions.get(member) else { return };
        let Some(Connection::Conference(room)) = session.state.connection else { return };
        let agents = self.rooms.get(room).map(|room| room.agents.clone()).unwrap_or_default();
        for agent in agents.into_iter().filter(|agent| *agent != member) {
            self.tell_agent(agent, member, act);
        }
    }

    fn tell_agent(&mut self, agent: SessionId, member: SessionId, act: MemberAct) {
        let place = self.leg_of(agent).ok().flatten();
        let Ok(session) = self.session_mut(agent) else { return };
        let acts = &mut session.acts;
        let Some((worker, key)) = place.filter(|_| acts.on_the_way < ON_THE_WAY) else {
            acts.untold = acts.untold.saturating_add(1);
            return;
        };
        acts.on_the_way += 1;
        let untold = std::mem::take(&mut acts.untold);
        let arrived = Self::then(move |s| {
            if let Ok(session) = s.session_mut(agent) {
                session.acts.on_the_way = session.acts.on_the_way.saturating_sub(1);
            }
        });
        self.order(worker, Verb::TellAgent(key, member, act, untold), arrived);
    }
}
