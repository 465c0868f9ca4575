//! Control: plain settings of a living session: hold, mute, gain, metering, remote address.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{ConfigError, SessionError};
use crate::session::{Direction, Own, Transport, check_remote};
use crate::transport::PortVerb;
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::{Switch, Verb};
use std::net::SocketAddr;

impl Supervisor {
    /// One setting.
    pub(crate) fn set(&mut self, id: SessionId, switch: Switch, promise: &mut Option<Promise<()>>) -> Step {
        self.on_leg(id, promise, (), |s, worker, key, after| {
            if let Ok(session) = s.session_mut(id) {
                match switch {
                    Switch::HoldInward(on) => session.held_by_verb.0 = on,
                    Switch::HoldOutward(on) => session.held_by_verb.1 = on,
                    Switch::Mute(on) => session.state.muted = on,
                    Switch::Meter(on) => session.metered = on,
                    _ => {}
                }
            }
            match switch {
                Switch::HoldInward(_) | Switch::HoldOutward(_) => {
                    s.apply_holds(id, worker, key);
                    s.send_expectation(id);
                    s.order(worker, Verb::Publish(key), after);
                }
                _ => s.order(worker, Verb::Set(key, switch), after),
            }
        })
    }

    /// Hold and resume by verb, both ways at once.
    pub(crate) fn set_direction(
        &mut self,
        id: SessionId,
        direction: Direction,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        self.on_leg(id, promise, (), |s, worker, key, after| {
            if let Ok(session) = s.session_mut(id) {
                session.held_by_verb = (!direction.receives(), !direction.sends());
            }
            s.apply_holds(id, worker, key);
            s.send_expectation(id);
            s.order(worker, Verb::Publish(key), after);
        })
    }

    /// Orders hold and resume, each way, where what verbs and parameters ask for together has changed.
    pub(in crate::control) fn apply_holds(&mut self, id: SessionId, worker: WorkerId, key: LegKey) {
        let (now, wall) = (self.now, self.telemetry.wall(self.now));
        let Some(session) = self.sessions.get_mut(id) else { return };
        let (inward, outward) = session.hold_changes();
        let begun = session.causes.hold((inward, outward), (now, wall));
        begun.into_iter().flatten().for_each(|glitch| self.tell_glitch(id, glitch));
        let switches = [inward.map(Switch::HoldInward), outward.map(Switch::HoldOutward)];
        for switch in switches.into_iter().flatten() {
            self.order(worker, Verb::Set(key, switch), None);
        }
    }

    /// The signalled remote address.
    pub(crate) fn set_remote(&mut self, id: SessionId, remote: SocketAddr, promise: &mut Option<Promise<()>>) -> Step {
        let session = match self.session(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(session) => session,
        };
        let (Some((port, binding)), Transport::Socket) = (session.port, session.params.transport) else {
            return Self::refuse(promise, SessionError::NoSocket(id));
        };
        if session.params.shares_port() {
            let legal = "none with ICE: the peer's checks say where it is";
            let why = ConfigError::new("remote", remote, legal);
            return Self::refuse(promise, SessionError::Parameter(why));
        }
        let own = session.local.map(|local| Own::of(local, self.plan.config.rtcp_mux));
        if let Some(Err(error)) = own.map(|own| check_remote(remote, own)) {
            return Self::refuse(promise, error);
        }
        if let Err(error) = self.check_carried(port) {
            return Self::refuse(promise, error);
        }
        if let Ok(session) = self.session_mut(id) {
            session.params.remote = Some(remote);
        }
        self.port_order(port, binding, PortVerb::SetRemote { remote }, Self::promised_by_port(promise));
        self.send_expectation(id);
        Step::Done
    }
}
