//! Control: speech machines: who is bridged to one is listened to for its sake.

use crate::control::records::session::Session;
use crate::control::supervisor::Supervisor;
use crate::error::Connection;
use crate::processing::audio::barge_in::BargeInParams;
use crate::processing::chain::ProcessingParams;
use crate::types::SessionId;

impl Supervisor {
    /// A session's connection has changed from the one to the other: what it is listened to for may have.
    pub(super) fn attend_agents(&mut self, id: SessionId, connections: [Option<Connection>; 2]) {
        if connections.into_iter().any(|connection| self.barge_in_of(connection).is_some()) {
            self.fit_processing(id);
        }
    }

    /// Adds what the agent listens for that a session is bridged to, unless it is listened for anyway.
    pub(super) fn listen_for_agent(&self, session: &Session, wanted: &mut ProcessingParams) {
        wanted.barge_in = wanted.barge_in.or_else(|| self.barge_in_of(session.state.connection));
    }

    fn barge_in_of(&self, connection: Option<Connection>) -> Option<BargeInParams> {
        let Some(Connection::Bridge(agent)) = connection else { return None };
        self.sessions.get(agent)?.params.agent?.barge_in
    }
}
