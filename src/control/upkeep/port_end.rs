//! Control: the end of an embedder's port: its `RtpBridge` was dropped, or ended with its thread.
//!
//! The port is closed at once, and free for another once no session is bound to it any more: packets of such a one must never
//! leave by another's port.

use crate::control::records::session::Session;
use crate::control::supervisor::Supervisor;
use crate::session::EventKind;
use crate::types::{PortId, SessionId, WorkerId};
use crate::worker::Verb;

impl Supervisor {
    /// Closes a port whose owner is gone.
    pub(in crate::control) fn close_abandoned(&mut self, index: usize) {
        let Some(Some(control)) = self.ports.get_mut(index) else { return };
        if control.closed || control.io || !control.is_abandoned() {
            return;
        }
        control.closed = true;
        let id = PortId(index as u8);
        for worker in 0..self.workers.len() as u8 {
            self.order(WorkerId(worker), Verb::DetachPort(id), None);
        }
        let bound = |session: &Session| session.port.is_some_and(|(port, _)| port == id);
        let bound = |key: &SessionId| self.sessions.get(*key).is_some_and(bound);
        let sessions: Vec<SessionId> = self.sessions.keys().filter(bound).collect();
        for session in sessions {
            self.tell(session, EventKind::BridgeClosed(id));
        }
    }

    /// Gives a closed port's place back when nothing is bound to it.
    pub(in crate::control) fn give_back_closed(&mut self, index: usize) {
        let Some(Some(control)) = self.ports.get(index) else { return };
        if control.closed && control.bindings.is_empty() && !control.busy() {
            self.ports[index] = None;
        }
    }
}
