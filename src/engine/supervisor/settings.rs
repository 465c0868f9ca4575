//! Control: what can be changed of a living session: hold, mute, gain, metering, formats, remote address.

use super::Supervisor;
use super::create::rate_of;
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::{ConfigError, Error, Occupation, SessionError};
use crate::integration::PortVerb;
use crate::rt::Parcel;
use crate::session::{MediaSessionParams, Transport, check_remote};
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::{Switch, Verb};

impl Supervisor {
    pub(crate) fn set(&mut self, id: SessionId, switch: Switch, promise: &mut Option<Promise<()>>) -> Step {
        let (worker, key) = match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(place)) => place,
        };
        if let Ok(session) = self.session_mut(id) {
            match switch {
                Switch::HoldInward(on) => session.state.held_inward = on,
                Switch::HoldOutward(on) => session.state.held_outward = on,
                Switch::Mute(on) => session.state.muted = on,
                _ => {}
            }
        }
        if matches!(switch, Switch::HoldInward(_)) {
            self.send_expectation(id);
        }
        let after = promise.take().and_then(|p| self.answer_after(p, ()));
        self.order(worker, Verb::Set(key, switch), after);
        Step::Done
    }

    pub(crate) fn set_remote(
        &mut self,
        id: SessionId,
        remote: std::net::SocketAddr,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let session = match self.session_mut(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(session) => session,
        };
        let (Some((port, binding)), Transport::Socket) = (session.port, session.params.transport) else {
            return Self::refuse(promise, SessionError::NoSocket(id));
        };
        if let Some(Err(error)) = session.local.map(|local| check_remote(remote, local)) {
            return Self::refuse(promise, error);
        }
        session.params.remote = Some(remote);
        let mut promise = promise.take();
        let after = Self::after_port(move |_| {
            if let Some(promise) = promise.take() {
                promise.answer(Ok(()));
            }
        });
        self.port_order(port, binding, PortVerb::SetRemote { remote }, after);
        Step::Done
    }

    /// New parameters from a renegotiation. What is sent, packet time, payload types, direction and remote address change
    /// in place; the transport does not.
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
        self.check_params(params)?;
        self.check_addresses(Some(id), params)?;
        let Some((worker, key)) = self.leg_of(id)? else { return Ok(None) };
        let before = self.session(id)?.params.clone();
        if before.transport != params.transport {
            let legal = "the session's own; destroy it and create another";
            let why = ConfigError::new("transport", format!("{:?}", params.transport), legal);
            return Err(SessionError::Parameter(why).into());
        }
        let pcm = matches!(params.transport, Transport::Pcm(_));
        // Both are built before anything is ordered, so that an update that cannot be is none at all.
        let output = match !pcm && before.output_parts() != params.output_parts() {
            true => {
                let mut plan = self.output_plan(params)?;
                if before.send.clock_rate() != params.send.clock_rate() {
                    plan.ssrc = Some(self.random.next() as u32);
                }
                Some(Parcel::pack(plan))
            }
            false => None,
        };
        let input = match !pcm && before.input_parts() != params.input_parts() {
            true => Some(Parcel::pack(self.receive(params)?.succeeding(before.receive.sample_rate()))),
            false => None,
        };
        self.update_relays(id, params)?;
        if let Some(plan) = output {
            self.order(worker, Verb::SetOutput(key, plan), None);
        }
        if let Some(receive) = input {
            self.order(worker, Verb::SetInput(key, receive, params.receive.payload_type()), None);
        }
        self.follow_processing(id, worker, key, params)?;
        let clocks = |p: &MediaSessionParams| {
            (p.telephone_events, p.receive.clock_rate(), p.send.clock_rate(), p.output_rate(), p.ptime)
        };
        if clocks(&before) != clocks(params) {
            self.order(worker, Verb::SetEvents(key, params.build_events()), None);
        }
        self.order(worker, Verb::Set(key, Switch::HoldInward(!params.direction.receives())), None);
        self.order(worker, Verb::Set(key, Switch::HoldOutward(!params.direction.sends())), None);
        if let (Some((port, binding)), Some(remote)) = (self.session(id)?.port, params.remote)
            && before.remote != params.remote
        {
            self.port_order(port, binding, PortVerb::SetRemote { remote }, None);
        }
        let session = self.session_mut(id)?;
        session.state.held_inward = !params.direction.receives();
        session.state.held_outward = !params.direction.sends();
        session.params = params.clone();
        session.rate = rate_of(params);
        // Whether payloads may pass through, and from which rate to which there is to convert, may have changed.
        match session.state.occupation {
            Some(Occupation::Bridge(other)) => self.send_bridge_routes(id, other),
            Some(Occupation::Conference(room)) => self.send_room_route(room, id, None),
            None => {}
        }
        self.send_tap_routes(id, key);
        self.send_expectations(id);
        Ok(Some((worker, key)))
    }
}
