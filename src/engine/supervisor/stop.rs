//! Control: the end: every leg, bus and port comes home before the threads are told to go.

use super::Supervisor;
use crate::engine::request::Step;
use crate::types::{ConferenceId, PortId, SessionId, WorkerId};
use crate::worker::Verb;

impl Supervisor {
    /// Begins the end: sessions are destroyed, ports detached, further requests refused.
    pub(crate) fn stop(&mut self) -> Step {
        self.stopping = true;
        let rooms: Vec<ConferenceId> = self.rooms.keys().collect();
        for room in rooms {
            self.destroy_room(room, &mut None);
        }
        Step::Done
    }

    pub(super) fn continue_stop(&mut self) {
        if !self.stopping || self.stopped {
            return;
        }
        // Sessions on their way are destroyed when they have arrived.
        let sessions: Vec<SessionId> = self.sessions.keys().collect();
        for &session in &sessions {
            self.destroy(session, &mut None);
        }
        if !self.sessions.is_empty() || self.expects_receipts() {
            return;
        }
        if !self.ports_detached {
            self.ports_detached = true;
            for port in 0..self.ports.len().max(1) as u8 {
                for worker in 0..self.workers.len() as u8 {
                    self.order(WorkerId(worker), Verb::DetachPort(PortId(port)), None);
                }
            }
            return;
        }
        self.subscribers.close();
        self.stopped = true;
    }
}
