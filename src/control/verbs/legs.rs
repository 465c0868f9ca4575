//! Control: sessions found, their legs, and what they are connected to.

use super::answers::LegPlace;
use crate::control::records::session::{Place, Readied, Session};
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, SessionError};
use crate::session::EventKind;
use crate::types::SessionId;

impl Supervisor {
    pub(in crate::control) fn session(&self, id: SessionId) -> Result<&Session, SessionError> {
        self.sessions.get(id).ok_or(SessionError::Unknown(id))
    }

    pub(in crate::control) fn session_mut(&mut self, id: SessionId) -> Result<&mut Session, SessionError> {
        self.sessions.get_mut(id).ok_or(SessionError::Unknown(id))
    }

    /// Where a session's leg is; `Ok(None)` while it moves.
    pub(in crate::control) fn leg_of(&self, id: SessionId) -> Result<Option<LegPlace>, SessionError> {
        Ok(match self.session(id)?.place {
            Place::At(worker, key) => Some((worker, key)),
            Place::Moving => None,
        })
    }

    /// The session whose leg a bridge of this one waits for: what is asked of this one later waits there as well.
    pub(in crate::control) fn waits_behind(&self, id: SessionId) -> Option<SessionId> {
        let mover = self.sessions.get(id)?.pending_bridge?.mover;
        let comes = |session: &Session| session.place == Place::Moving || session.readied == Readied::Soon;
        self.sessions.get(mover).is_some_and(comes).then_some(mover)
    }

    /// A session's stream has another SSRC from now on: its clock rate is another (RFC 7160 section 4.1), or the SSRC is taken.
    pub(in crate::control) fn renumber(&mut self, id: SessionId, ssrc: Option<u32>) {
        if let (Some(session), Some(ssrc)) = (self.sessions.get_mut(id), ssrc) {
            self.hairpins.sends(id, ssrc, Some(session.numbers.0));
            session.numbers.0 = ssrc;
        }
    }

    pub(in crate::control) fn check_free(&self, id: SessionId) -> Result<(), SessionError> {
        match self.session(id)?.state.connection {
            Some(connection) => Err(SessionError::Connected(id, connection)),
            None => Ok(()),
        }
    }

    /// Notes what a session is connected to.
    pub(in crate::control) fn connect(&mut self, id: SessionId, connection: Option<Connection>) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        let before = std::mem::replace(&mut session.state.connection, connection);
        session.connecting.changes += 1;
        // Who monitors the same call for the other's sake goes on to hear it.
        let goes_on = matches!((before, connection), (Some(Connection::Monitor(_)), Some(Connection::Monitor(_))));
        // Who leaves a bridge hears nothing at once: what was to be faded there is not.
        let parts = matches!(before, Some(Connection::Bridge(_)));
        if parts || (connection.is_some() && !goes_on) {
            session.heard.forget();
        }
        self.hairpins.reconsider(id);
        if let Some(Connection::Bridge(with)) = before {
            self.tell(id, EventKind::Unbridged(with));
        }
        if let Some(Connection::Bridge(with)) = connection {
            self.tell(id, EventKind::Bridged(with));
        }
        self.attend_agents(id, [before, connection]);
    }
}
