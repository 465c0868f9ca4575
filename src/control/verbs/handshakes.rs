//! Control: a session's handshake begins, and follows its parameters.

use crate::control::records::handshake::Handshake;
use crate::control::supervisor::Supervisor;
use crate::transport::{Handshakes, PortVerb};
use crate::types::SessionId;

impl Supervisor {
    /// As the session's parameters ask for it by now.
    pub(in crate::control) fn follow_handshake(&mut self, id: SessionId) {
        let now = self.now;
        let Some(session) = self.sessions.get_mut(id) else { return };
        let (Some((port, binding)), Some(local)) = (session.port, session.local) else { return };
        let params = &session.params;
        let takes = Handshakes { stun: params.ice.is_some(), dtls: params.dtls.is_some() };
        match &mut session.handshake {
            Some(handshake) => handshake.follow(params, now),
            None => session.handshake = Handshake::new(params, local, now),
        }
        if session.handshake.is_some() {
            self.port_order(port, binding, PortVerb::Handshakes(takes), None);
            self.attend_handshake(id, |_| {});
        }
    }

    /// The session is gone.
    pub(in crate::control) fn end_handshake(&mut self, id: SessionId, handshake: Option<&Handshake>) {
        if let Some(handshake) = handshake {
            self.handshakes.reschedule(id, handshake.due, None);
        }
    }
}
