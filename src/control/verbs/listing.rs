//! Control: sessions and conferences listed, and found again.

use crate::control::records::session::Session;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{ConferenceError, Error, SessionError};
use crate::session::{ConferenceSummary, SessionSummary};
use crate::types::{ConferenceId, DialogId, SessionId};
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
        let summary = |s: &Session| SessionSummary {
            id: s.id,
            dialog: s.dialog.clone(),
            state: s.state,
            codecs: (s.params.receive.to_string(), s.params.send.to_string()),
        };
        Self::settle(promise, Ok::<_, Error>(sessions.map(summary).collect()))
    }

    pub(crate) fn conference_summaries(&self, promise: &mut Option<Promise<Vec<ConferenceSummary>>>) -> Step {
        let rooms = self.rooms.keys().filter_map(|id| Some((id, self.rooms.get(id)?)));
        let rooms = rooms.map(|(id, room)| ConferenceSummary { id, rate: room.rate, members: room.members.clone() });
        Self::settle(promise, Ok::<_, Error>(rooms.collect()))
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

    /// The conference of an identifier.
    pub(crate) fn find_conference(&self, id: ConferenceId, promise: &mut Option<Promise<ConferenceId>>) -> Step {
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id));
        Self::settle(promise, room.map(|_| id))
    }
}
