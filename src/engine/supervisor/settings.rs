//! Control: what can be changed of a living session: hold, mute, gain, metering, formats, remote address.

use super::Supervisor;
use super::session::rate_of;
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::{ConfigError, Error, Occupation, SessionError};
use crate::integration::PortVerb;
use crate::rt::Parcel;
use crate::session::{MediaSessionParams, Own, Transport, check_remote};
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::{Switch, Verb};

impl Supervisor {
    pub(crate) fn set(&mut self, id: SessionId, switch: Switch, promise: &mut Option<Promise<()>>) -> Step {
        let (worker, key) = match self.place_of(id, promise) {
            Ok(place) => place,
            Err(step) => return step,
        };
        if let Ok(session) = self.session_mut(id) {
            match switch {
                Switch::HoldInward(on) => session.held_by_verb.0 = on,
                Switch::HoldOutward(on) => session.held_by_verb.1 = on,
                Switch::Mute(on) => session.state.muted = on,
                _ => {}
            }
        }
        let after = promise.take().and_then(|p| self.answer_after(p, ()));
        match switch {
            Switch::HoldInward(_) | Switch::HoldOutward(_) => {
                self.follow_holds(id, worker, key);
                self.send_expectation(id);
                self.order(worker, Verb::Publish(key), after);
            }
            _ => self.order(worker, Verb::Set(key, switch), after),
        }
        Step::Done
    }

    /// Orders hold and resume, each way, where what verbs and parameters ask for together has changed.
    fn follow_holds(&mut self, id: SessionId, worker: WorkerId, key: LegKey) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        let direction = session.params.direction;
        let inward = session.held_by_verb.0 || !direction.receives();
        let outward = session.held_by_verb.1 || !direction.sends();
        let before = (session.state.held_inward, session.state.held_outward);
        (session.state.held_inward, session.state.held_outward) = (inward, outward);
        if before.0 != inward {
            self.order(worker, Verb::Set(key, Switch::HoldInward(inward)), None);
        }
        if before.1 != outward {
            self.order(worker, Verb::Set(key, Switch::HoldOutward(outward)), None);
        }
    }

    pub(crate) fn set_remote(
        &mut self,
        id: SessionId,
        remote: std::net::SocketAddr,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let session = match self.session(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(session) => session,
        };
        let (Some((port, binding)), Transport::Socket) = (session.port, session.params.transport) else {
            return Self::refuse(promise, SessionError::NoSocket(id));
        };
        if let Some(Err(error)) =
            session.local.map(|local| check_remote(remote, Own::of(local, self.plan.config.rtcp_mux)))
        {
            return Self::refuse(promise, error);
        }
        if let Err(error) = self.check_carried(port) {
            return Self::refuse(promise, error);
        }
        if let Ok(session) = self.session_mut(id) {
            session.params.remote = Some(remote);
        }
        let mut promise = promise.take();
        let after = Self::after_port(move |s| {
            if let Some(promise) = promise.take() {
                promise.answer(s.port_answer());
            }
        });
        self.port_order(port, binding, PortVerb::SetRemote { remote }, after);
        self.send_expectation(id);
        Step::Done
    }

    /// New parameters from a renegotiation. What is sent, packet time, payload types, direction and remote address change
    /// in place; the transport does not. What they do not mention stays.
    pub(crate) fn update(
        &mut self,
        id: SessionId,
        params: &MediaSessionParams,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        match self.try_update(id, params) {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(id),
            Ok(Some((worker, key))) => {
                let after = promise.take().and_then(|p| self.answer_after(p, ()));
                self.order(worker, Verb::Publish(key), after);
                Step::Done
            }
        }
    }

    fn try_update(&mut self, id: SessionId, params: &MediaSessionParams) -> Result<Option<(WorkerId, LegKey)>, Error> {
        let session = self.session(id)?;
        let (before, was_sent) = (session.params.clone(), session.sending());
        let params = &params.clone().following(&before);
        self.check_params(params)?;
        self.check_addresses(Some(id), params)?;
        let Some((worker, key)) = self.leg_of(id)? else { return Ok(None) };
        let sends = self.sends_after(id, params)?;
        let sent = params.sending(sends);
        if before.transport != params.transport {
            let legal = "the session's own; destroy it and create another";
            let why = ConfigError::new("transport", format!("{:?}", params.transport), legal);
            return Err(SessionError::Parameter(why).into());
        }
        let pcm = matches!(params.transport, Transport::Pcm(_));
        // All that can fail comes before anything is ordered, so that an update that cannot be is none at all.
        let output = match !pcm && was_sent.output_parts() != sent.output_parts() {
            true => {
                let mut plan = self.output_plan(&sent)?;
                if was_sent.send.clock_rate() != sent.send.clock_rate() {
                    plan.ssrc = Some(self.identifiers.next() as u32);
                }
                Some(Parcel::pack(plan))
            }
            false => None,
        };
        let input = match !pcm && before.input_parts() != params.input_parts() {
            true => Some(Parcel::pack(self.receive(params)?.succeeding(before.receive.sample_rate()))),
            false => None,
        };
        let chain = self.plan_processing(id, worker, &sent)?;
        // The last that can fail: it holds ports.
        let relays = self.plan_relays(id, params)?;
        self.update_relays(id, params, relays);
        if let Some(plan) = output {
            self.renumbered(id, plan.ssrc);
            self.order(worker, Verb::SetOutput(key, plan), None);
        }
        if let Some(receive) = input {
            self.order(worker, Verb::SetInput(key, receive, params.receive.payload_type()), None);
        }
        self.follow_processing(id, worker, key, chain);
        let types = params.event_types();
        if was_sent.event_parts() != sent.event_parts() || before.event_types() != types {
            self.order(worker, Verb::SetEvents(key, sent.build_events(types)), None);
        }
        if let (Some((port, binding)), Some(remote)) = (self.session(id)?.port, params.remote)
            && before.remote != params.remote
        {
            self.port_order(port, binding, PortVerb::SetRemote { remote }, None);
        }
        let session = self.session_mut(id)?;
        session.params = params.clone();
        session.sends = sends;
        session.rate = rate_of(params);
        let occupation = session.state.occupation;
        self.follow_holds(id, worker, key);
        // Whether payloads may pass through, and from which rate to which there is to convert, may have changed.
        match occupation {
            Some(Occupation::Bridge(other)) => self.send_bridge_routes(id, other),
            Some(Occupation::Conference(room)) => self.send_room_route(room, id, None),
            None => {}
        }
        self.send_tap_routes(id, key);
        self.send_expectations(id);
        Ok(Some((worker, key)))
    }
}
