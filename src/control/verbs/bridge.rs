//! Control: bridges: two sessions that hear each other.

use crate::control::records::session::PendingBridge;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error, SessionError};
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::Verb;

impl Supervisor {
    pub(crate) fn bridge(&mut self, a: SessionId, b: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        for (id, other) in [(a, b), (b, a)] {
            match self.sessions.get_mut(id).map(|session| &mut session.pending_bridge) {
                // This bridge itself, which waited.
                Some(pending) if pending.is_some_and(|pending| pending.with == other) => *pending = None,
                _ => {
                    if let Some(mover) = self.waits_behind(id) {
                        return Step::WaitFor(mover);
                    }
                }
            }
        }
        match self.try_bridge(a, b) {
            Err(error) => Self::refuse(promise, error),
            Ok(Ready::Wait(mover)) => {
                for (id, with) in [(a, b), (b, a)] {
                    if let Some(session) = self.sessions.get_mut(id) {
                        session.pending_bridge = Some(PendingBridge { with, mover });
                    }
                }
                Step::WaitFor(mover)
            }
            Ok(Ready::At(worker, leg)) => {
                self.connect(a, Some(Connection::Bridge(b)));
                self.connect(b, Some(Connection::Bridge(a)));
                self.send_bridge_routes(a, b);
                self.connect_relays(a, b);
                let after = self.promised(promise, ());
                self.order(worker, Verb::Publish(leg), after);
                Step::Done
            }
        }
    }

    fn try_bridge(&mut self, a: SessionId, b: SessionId) -> Result<Ready, Error> {
        if a == b {
            return Err(SessionError::BridgeToSelf(a).into());
        }
        let (Some((worker_a, leg_a)), place_b) = (self.leg_of(a)?, self.leg_of(b)?) else {
            return Ok(Ready::Wait(a));
        };
        let Some((worker_b, _)) = place_b else { return Ok(Ready::Wait(b)) };
        self.check_free(a)?;
        self.check_free(b)?;
        if worker_a != worker_b {
            // The one on the busier worker moves: bridging many calls after creating them keeps the load even.
            let legs = |worker: WorkerId| self.workers.get(worker.as_usize()).map_or(0, |link| link.places.len());
            let (mover, to) = if legs(worker_a) > legs(worker_b) { (a, worker_b) } else { (b, worker_a) };
            self.relocate(mover, to)?;
            return Ok(Ready::Wait(mover));
        }
        Ok(Ready::At(worker_a, leg_a))
    }

    pub(crate) fn unbridge(&mut self, id: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        if let Some(mover) = self.waits_behind(id) {
            return Step::WaitFor(mover);
        }
        let connection = match self.session(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(session) => session.state.connection,
        };
        let Some(Connection::Bridge(other)) = connection else {
            return Self::refuse(promise, SessionError::NotBridged(id));
        };
        self.end_bridge(other, id);
        let Ok(Some((worker, key))) = self.leg_of(id) else { return Step::WaitFor(id) };
        let after = self.promised(promise, ());
        // Answers when both clears before it have been applied.
        self.order(worker, Verb::Publish(key), after);
        Step::Done
    }

    pub(in crate::control) fn end_bridge(&mut self, a: SessionId, b: SessionId) {
        self.end_monitors(&[a, b]);
        for id in [a, b] {
            self.clear_route(id);
            self.connect(id, None);
            self.send_heard_routes(id);
        }
        self.disconnect_relays(a);
    }
}

/// Whether a connection can be made now.
enum Ready {
    /// Both legs are on that worker; the first one's place.
    At(WorkerId, LegKey),
    /// That one is on its way.
    Wait(SessionId),
}
