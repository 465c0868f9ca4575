//! Control: a third session hears a bridged call, and is heard by nobody, one or both of it: listen, whisper, barge.
//!
//! All of them are on one worker; what they hear is compiled to lists of legs, so that the call is changed by no more than who is
//! heard in it.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error, SessionError};
use crate::session::{EventKind, MonitorMode};
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::Verb;

/// So many sessions monitor one call at most.
const MONITORS: usize = 8;

/// Whether a session can monitor a call now.
enum Ready {
    /// On that worker, with that leg; who is bridged with whom it monitors.
    At(WorkerId, LegKey, SessionId),
    /// That one is on its way.
    Wait(SessionId),
}

impl Supervisor {
    /// A session monitors another's call, or does so in another way.
    pub(crate) fn monitor(
        &mut self,
        id: SessionId,
        party: SessionId,
        mode: MonitorMode,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Some(mover) = self.waits_for_others(&[id, party]) {
            return Step::WaitFor(mover);
        }
        match self.check_monitor(id, party) {
            Err(error) => {
                self.stand_down_monitored(party);
                if self.sessions.get(id).is_some_and(|session| session.state.connection.is_none()) {
                    self.stand_down(id);
                }
                Self::refuse(promise, error)
            }
            Ok(Ready::Wait(mover)) => self.wait_together(&[id], mover),
            Ok(Ready::At(worker, key, other)) => {
                // Who is heard from one block to the next is decoded before; the monitor as long as it is one.
                let unready: Vec<_> = [id, party, other].into_iter().filter(|one| !self.is_ready(*one)).collect();
                if let Some(unready) = unready.first() {
                    // None of them leaves until then: it would be decoded for good, and waited for where it goes.
                    return self.wait_together(&[id, party, other], *unready);
                }
                let after = self.promised(promise, ());
                self.in_one_tick(worker, |s| {
                    s.begin_monitor(id, party, mode);
                    s.send_bridge_routes(party, other);
                    s.stand_down_monitored(party);
                    s.order(worker, Verb::Publish(key), after);
                });
                Step::Done
            }
        }
    }

    fn stand_down_monitored(&mut self, party: SessionId) {
        let other = self.partner_of(party);
        [Some(party), other].into_iter().flatten().for_each(|id| self.stand_down(id));
    }

    fn check_monitor(&mut self, id: SessionId, party: SessionId) -> Result<Ready, Error> {
        if id == party {
            return Err(SessionError::MonitorsSelf(id).into());
        }
        let (Some((worker, _)), place) = (self.leg_of(party)?, self.leg_of(id)?) else { return Ok(Ready::Wait(party)) };
        let Some((at, key)) = place else { return Ok(Ready::Wait(id)) };
        let other = self.partner_of(party).ok_or(SessionError::NotBridged(party))?;
        match self.session(id)?.state.connection {
            Some(Connection::Monitor(before)) if before == party || before == other => {}
            Some(connection) => return Err(SessionError::Connected(id, connection).into()),
            None if self.monitors_of(party).len() + self.monitors_of(other).len() >= MONITORS => {
                return Err(SessionError::TooManyMonitors(party, MONITORS).into());
            }
            None => {}
        }
        if at != worker {
            self.relocate(id, worker)?;
            return Ok(Ready::Wait(id));
        }
        Ok(Ready::At(worker, key, other))
    }

    fn begin_monitor(&mut self, id: SessionId, party: SessionId, mode: MonitorMode) {
        let before = self.sessions.get(id).and_then(|session| session.state.connection);
        if let Some(Connection::Monitor(before)) = before
            && let Ok(of) = self.session_mut(before)
        {
            of.monitors.retain(|monitor| *monitor != id);
        }
        if let Ok(of) = self.session_mut(party) {
            of.monitors.push(id);
        }
        if let Ok(session) = self.session_mut(id) {
            session.monitors_by = mode;
        }
        self.connect(id, Some(Connection::Monitor(party)));
        self.tell(id, EventKind::MonitorBegan(party, mode));
    }

    /// A session monitors no more.
    pub(crate) fn end_monitor(&mut self, id: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        if let Some(mover) = self.waits_behind(id) {
            return Step::WaitFor(mover);
        }
        match self.session(id).map(|session| session.state.connection) {
            Err(error) => return Self::refuse(promise, error),
            Ok(Some(Connection::Monitor(_))) => {}
            Ok(_) => return Self::refuse(promise, SessionError::NotMonitoring(id)),
        }
        let Ok(Some((worker, key))) = self.leg_of(id) else { return Step::WaitFor(id) };
        let after = self.promised(promise, ());
        self.in_one_tick(worker, |s| {
            s.leave_call(id);
            s.order(worker, Verb::Publish(key), after);
        });
        Step::Done
    }

    /// It hears, and is heard, for one block more, in which it is faded.
    pub(in crate::control) fn leave_call(&mut self, id: SessionId) {
        let connection = self.sessions.get(id).and_then(|session| session.state.connection);
        let Some(Connection::Monitor(party)) = connection else { return };
        if let Ok(of) = self.session_mut(party) {
            of.monitors.retain(|monitor| *monitor != id);
        }
        self.connect(id, None);
        self.stand_down(id);
        self.stay_for_a_fade(id);
        self.send_call_route(id);
        self.send_heard_routes(id);
        if let Some(other) = self.partner_of(party) {
            self.send_bridge_routes(party, other);
        }
        self.tell(id, EventKind::MonitorEnded(party));
    }

    /// Those who monitor calls for the sake of these do so no more, as they leave theirs.
    pub(super) fn end_monitors(&mut self, of: &[SessionId]) {
        for party in of {
            let monitors = self.sessions.get_mut(*party).map(|session| std::mem::take(&mut session.monitors));
            for monitor in monitors.into_iter().flatten() {
                of.iter().for_each(|party| self.stay_for_a_fade(*party));
                self.leave_call(monitor);
            }
        }
    }

    /// A session is heard for one block more: its leg stays until then.
    pub(super) fn stay_for_a_fade(&mut self, id: SessionId) {
        let Ok(Some((worker, key))) = self.leg_of(id) else { return };
        let Ok(session) = self.session_mut(id) else { return };
        session.connecting.fades = true;
        let faded = Self::then(move |s| {
            if let Ok(session) = s.session_mut(id) {
                session.connecting.fades = false;
            }
        });
        self.order(worker, Verb::Publish(key), faded);
    }
}
