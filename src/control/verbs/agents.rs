//! Control: speech machines: who is bridged to one, or in a room with one, is listened to for its sake; and in a room it is told what
//! the others do.

use crate::agent_port::MemberAct;
use crate::control::records::session::Session;
use crate::control::supervisor::Supervisor;
use crate::error::Connection;
use crate::processing::audio::barge_in::BargeInParams;
use crate::processing::audio::tone::{Tone, ToneEvent};
use crate::processing::chain::ProcessingParams;
use crate::types::{ConferenceId, SessionId};
use crate::worker::{Verb, WorkerEventKind};

/// Acts on their way to an agent at a time; more are not told, and counted.
const ON_THE_WAY: u16 = 64;

/// Members of a room that are listened to for the sake of its agents, at most: a detector takes up to 22 µs of a tick.
const LISTENED_MEMBERS: usize = 32;

impl Supervisor {
    /// A session's connection has changed from the one to the other: what it is listened to for may have; and what the members of a
    /// room are, which an agent has joined or left.
    pub(super) fn attend_agents(&mut self, id: SessionId, connections: [Option<Connection>; 2]) {
        let agent = self.sessions.get(id).and_then(|session| session.params.agent);
        let rooms = connections.map(|connection| match connection {
            Some(Connection::Conference(room)) => Some(room),
            _ => None,
        });
        for (room, comes) in rooms.into_iter().zip([false, true]).filter(|_| agent.is_some()) {
            let Some(room) = room.and_then(|room| self.rooms.get_mut(room)) else { continue };
            room.agents.retain(|other| *other != id);
            room.agents.extend(comes.then_some(id));
        }
        let anew = agent.is_some_and(|agent| agent.barge_in.is_some());
        rooms.into_iter().flatten().for_each(|room| self.listen_in_room(room, anew));
        let bridged = |connection: &Option<Connection>| matches!(connection, Some(Connection::Bridge(_)));
        if connections.into_iter().filter(bridged).any(|connection| self.barge_in_of(connection).is_some()) {
            self.fit_processing(id);
        }
    }

    /// A member of a room has another role.
    pub(super) fn attend_role(&mut self, room: ConferenceId) {
        self.listen_in_room(room, false);
    }

    /// Who of a room is listened to for the sake of its agents: whoever was is as long as he may be, and places that are free are given in
    /// the order of joining. `anew`: by other parameters, maybe.
    fn listen_in_room(&mut self, id: ConferenceId, anew: bool) {
        let listens = self.barge_in_of(Some(Connection::Conference(id))).is_some();
        let Some(room) = self.rooms.get(id).filter(|room| listens || !room.listened.is_empty()) else { return };
        let may = |member: &SessionId| listens && self.may_be_listened_to(id, *member);
        let mut listened: Vec<_> = room.listened.iter().copied().filter(may).collect();
        let speaks = |agent: &&SessionId| room.member(**agent).is_some_and(|member| member.speaks());
        let (free, known) =
            (LISTENED_MEMBERS - listened.len(), listened.len() + room.agents.iter().filter(speaks).count());
        // A room of many who only listen is not searched each time that one of them comes.
        if listens && free > 0 && room.speakers() > known {
            let others = room.members.iter().copied().filter(|member| may(member) && !listened.contains(member));
            let others: Vec<_> = others.take(free).collect();
            listened.extend(others);
        }
        let Some(room) = self.rooms.get_mut(id) else { return };
        let former = std::mem::replace(&mut room.listened, listened.clone());
        let parted = former.iter().filter(|member| !listened.contains(member));
        let others = listened.iter().filter(|member| anew || !former.contains(member));
        parted.chain(others).for_each(|member| self.fit_processing(*member));
    }

    /// Whether a member speaks to all, and is neither an agent nor one of ours.
    fn may_be_listened_to(&self, room: ConferenceId, member: SessionId) -> bool {
        let speaks = self.rooms.get(room).and_then(|room| room.member(member)).is_some_and(|member| member.speaks());
        let theirs = |session: &Session| {
            session.params.agent.is_none() && session.state.connection == Some(Connection::Conference(room))
        };
        let ours = self.playbacks.injectors.contains_key(&member)
            || self.playbacks.rooms.get(&room).is_some_and(|speaker| speaker.session == member);
        speaks && !ours && self.sessions.get(member).is_some_and(theirs)
    }

    /// Adds what the agent listens for that a session is connected to, unless it is listened for anyway.
    pub(super) fn listen_for_agent(&self, session: &Session, wanted: &mut ProcessingParams) {
        let connection = session.state.connection;
        if let Some(Connection::Conference(room)) = connection
            && self.rooms.get(room).is_none_or(|room| !room.listened.contains(&session.id))
        {
            return;
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
