//! Control: sessions and conferences listed, and found again.

use crate::control::records::recording::Subject;
use crate::control::records::session::{Place, Session};
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{ConferenceError, Connection, Error, SessionError};
use crate::playback::PlaybackId;
use crate::session::{ConferenceSummary, SessionSummary};
use crate::types::{ConferenceId, DialogId, RecordingId, SessionId};
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// A session that was found: what a handle to it knows.
pub(crate) struct FoundSession {
    pub(crate) id: SessionId,
    pub(crate) dialog: DialogId,
    pub(crate) local: Option<SocketAddr>,
}

impl FoundSession {
    fn of(session: &Session) -> Self {
        Self { id: session.id, dialog: session.dialog.clone(), local: session.local }
    }
}

impl Supervisor {
    pub(crate) fn session_summaries(&self, promise: &mut Option<Promise<Vec<SessionSummary>>>) -> Step {
        let sessions = self.sessions.keys().filter_map(|id| self.sessions.get(id));
        Self::settle(promise, Ok::<_, Error>(sessions.map(|session| self.summary_of(session)).collect()))
    }

    pub(crate) fn session_summary(&self, id: SessionId, promise: &mut Option<Promise<SessionSummary>>) -> Step {
        Self::settle(promise, self.session(id).map(|session| self.summary_of(session)))
    }

    fn summary_of(&self, s: &Session) -> SessionSummary {
        let mode = |id: SessionId| self.sessions.get(id).map(|monitor| (id, monitor.monitors_by));
        let recordings: BTreeSet<_> = s.taps.iter().filter_map(|tap| tap.recording).collect();
        SessionSummary {
            id: s.id,
            dialog: s.dialog.clone(),
            state: s.state,
            codecs: (s.params.receive.to_string(), s.params.send.to_string()),
            worker: match s.place {
                Place::At(worker, _) => Some(worker),
                Place::Moving => None,
            },
            monitors_by: matches!(s.state.connection, Some(Connection::Monitor(_))).then_some(s.monitors_by),
            monitored_by: s.monitors.iter().filter_map(|monitor| mode(*monitor)).collect(),
            prompts: self.prompts_of(s.id),
            recordings: recordings.into_iter().collect(),
            taps: s.taps.iter().filter(|tap| tap.recording.is_none()).count(),
        }
    }

    /// What plays, and waits behind that, in its order.
    fn prompts_of(&self, id: SessionId) -> Vec<PlaybackId> {
        let prompts = self.playbacks.players.get(&id).into_iter().flat_map(|player| &player.prompts);
        prompts.filter(|prompt| !prompt.told && prompt.cut.is_none()).map(|prompt| prompt.id).collect()
    }

    fn recordings_of_room(&self, id: ConferenceId) -> Vec<RecordingId> {
        let of_it = |recording: &RecordingId| {
            let of = self.recordings.get(*recording).filter(|recording| recording.end.is_none());
            of.is_some_and(|recording| matches!(recording.of, Subject::Room(room, _) if room == id))
        };
        self.recordings.keys().filter(of_it).collect()
    }

    pub(crate) fn conference_summaries(&self, promise: &mut Option<Promise<Vec<ConferenceSummary>>>) -> Step {
        let rooms = self.rooms.keys().filter_map(|id| Some((id, self.rooms.get(id)?)));
        let prompts = |id| {
            let speaker = self.playbacks.rooms.get(&id);
            speaker.map_or_else(Vec::new, |speaker| self.prompts_of(speaker.session))
        };
        let rooms = rooms.map(|(id, room)| ConferenceSummary {
            id,
            rate: room.rate,
            members: room.members.clone(),
            prompts: prompts(id),
            recordings: self.recordings_of_room(id),
        });
        Self::settle(promise, Ok::<_, Error>(rooms.collect()))
    }

    /// Does something with the session of a dialog.
    pub(crate) fn of_dialog<T>(
        &mut self,
        dialog: &DialogId,
        promise: &mut Option<Promise<T>>,
        act: impl FnOnce(&mut Self, SessionId, &mut Option<Promise<T>>) -> Step,
    ) -> Step {
        match self.dialogs.get(dialog).copied() {
            None => Self::refuse(promise, SessionError::UnknownDialog(dialog.clone())),
            Some(id) => act(self, id, promise),
        }
    }

    /// The session of a dialog.
    pub(crate) fn find(&self, dialog: &DialogId, promise: &mut Option<Promise<FoundSession>>) -> Step {
        let session = self.dialogs.get(dialog).and_then(|id| self.sessions.get(*id));
        let found = session.map(FoundSession::of).ok_or_else(|| SessionError::UnknownDialog(dialog.clone()));
        Self::settle(promise, found)
    }

    /// The session of an identifier.
    pub(crate) fn find_session(&self, id: SessionId, promise: &mut Option<Promise<FoundSession>>) -> Step {
        Self::settle(promise, self.session(id).map(FoundSession::of))
    }

    /// Makes a subscription to a session that lives: from here on it misses nothing.
    pub(crate) fn subscribe_to<T>(
        &self,
        id: SessionId,
        make: impl FnOnce() -> T,
        promise: &mut Option<Promise<T>>,
    ) -> Step {
        Self::settle(promise, self.session(id).map(|_| make()))
    }

    /// The conference that the session of a dialog is in.
    pub(crate) fn find_conference_of(&self, dialog: &DialogId, promise: &mut Option<Promise<ConferenceId>>) -> Step {
        let session = self.dialogs.get(dialog).and_then(|id| self.sessions.get(*id));
        let room = match session.map(|session| (session.id, session.state.connection)) {
            None => Err(SessionError::UnknownDialog(dialog.clone())),
            Some((_, Some(Connection::Conference(room)))) => Ok(room),
            Some((id, _)) => Err(SessionError::NotInConference(id)),
        };
        Self::settle(promise, room)
    }

    /// The conference of an identifier.
    pub(crate) fn find_conference(&self, id: ConferenceId, promise: &mut Option<Promise<ConferenceId>>) -> Step {
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id));
        Self::settle(promise, room.map(|_| id))
    }
}
