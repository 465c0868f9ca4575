//! Control: the end: every leg, bus and port comes home before the threads are told to go.

use crate::control::request::Step;
use crate::control::supervisor::{Port, Supervisor};
use crate::types::{ConferenceId, PortId, SessionId, WorkerId};
use crate::worker::Verb;

impl Supervisor {
    /// Begins the end: sessions are destroyed, ports detached, further requests refused.
    pub(crate) fn stop(&mut self) -> Step {
        self.stopping.begun = true;
        let rooms: Vec<ConferenceId> = self.rooms.keys().collect();
        for room in rooms {
            self.destroy_room(room, &mut None);
        }
        Step::Done
    }

    pub(in crate::control) fn continue_stop(&mut self) {
        if !self.stopping.begun || self.stopping.done {
            return;
        }
        // Sessions on their way are destroyed when they have arrived.
        let sessions: Vec<SessionId> = self.sessions.keys().collect();
        for &session in &sessions {
            self.destroy(session, &mut None);
        }
        if !self.sessions.is_empty() || self.awaits_own() || !self.ports_have_answered() {
            return;
        }
        let recorded = self.recordings.len();
        if recorded > 0 && !self.stopping.ports_detached && !self.stopping.gives_up_recordings(recorded, self.now) {
            return;
        }
        if !self.stopping.ports_detached {
            self.stopping.ports_detached = true;
            for port in 0..self.ports.len().max(1) as u8 {
                for worker in 0..self.workers.len() as u8 {
                    self.order(WorkerId(worker), Verb::DetachPort(PortId(port)), None);
                }
            }
            return;
        }
        self.subscribers.close();
        self.requests.close();
        self.stopping.done = true;
    }

    /// Whether a worker or an I/O thread of ours owes a receipt.
    fn awaits_own(&self) -> bool {
        let ports = || self.ports.iter().flatten().filter(|port| port.io && port.runs());
        self.workers.iter().any(|worker| worker.busy()) || ports().any(|port| port.busy())
    }

    /// Whether the embedders' stacks have answered, or had time enough. What an order to a silent one brought it (no
    /// sockets: those are ours) is freed with its `RtpBridge`.
    fn ports_have_answered(&mut self) -> bool {
        let busy = |(index, port): (usize, &Option<Port>)| {
            port.as_ref().is_some_and(|port| !port.io && !port.closed && port.busy()).then_some(PortId(index as u8))
        };
        let silent: Vec<PortId> = self.ports.iter().enumerate().filter_map(busy).collect();
        silent.is_empty() || self.stopping.gives_up(silent, self.now)
    }

    /// A port whose owner did not answer before the end.
    pub(crate) fn silent_port(&self) -> Option<PortId> {
        self.stopping.silent_port()
    }
}
