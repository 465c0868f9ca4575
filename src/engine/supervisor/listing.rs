//! Control: sessions and conferences listed and found.

use super::Supervisor;
use crate::engine::handle::MediaHandle;
use crate::engine::listing::{ConferenceSummary, SessionSummary};
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::engine::rooms::Conference;
use crate::engine::session_handle::MediaSessionHandle;
use crate::error::{ConferenceError, Error, Occupation, SessionError};
use crate::types::{ConferenceId, SessionId};

impl Supervisor {
    pub(crate) fn session_summaries(&self) -> Vec<SessionSummary> {
        let sessions = self.sessions.keys().filter_map(|id| self.sessions.get(id));
        let summary = |s: &super::Session| SessionSummary {
            id: s.id,
            dialog: s.dialog.clone(),
            state: s.state,
            codecs: (s.params.receive.to_string(), s.params.send.to_string()),
        };
        sessions.map(summary).collect()
    }

    pub(crate) fn conference_summaries(&self) -> Vec<ConferenceSummary> {
        let rooms = self.rooms.keys().filter_map(|id| Some((id, self.rooms.get(id)?)));
        rooms.map(|(id, room)| ConferenceSummary { id, rate: room.rate, members: room.members.clone() }).collect()
    }

    pub(crate) fn handle_of(&self, engine: &MediaHandle, id: SessionId) -> Result<MediaSessionHandle, Error> {
        let session = self.session(id)?;
        Ok(MediaSessionHandle::new(engine.clone(), id, session.dialog.clone(), session.local, None))
    }

    pub(crate) fn conference_of(&self, engine: &MediaHandle, id: ConferenceId) -> Result<Conference, Error> {
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id))?;
        Ok(Conference::new(engine.clone(), id, room.rate))
    }

    pub(crate) fn leave_any(&mut self, id: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        match self.session(id).map(|session| session.state.occupation) {
            Err(error) => Self::refuse(promise, error),
            Ok(Some(Occupation::Conference(room))) => self.leave(room, id, promise),
            Ok(_) => Self::refuse(promise, SessionError::NotInConference(id)),
        }
    }
}
