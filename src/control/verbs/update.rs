//! Control: a session's parameters change, by a renegotiation.

use super::answers::LegPlace;
use crate::control::records::session::rate_of;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{ConfigError, Error, SessionError};
use crate::rt::Parcel;
use crate::session::{MediaSessionParams, Transport};
use crate::transport::PortVerb;
use crate::types::SessionId;
use crate::worker::Verb;

impl Supervisor {
    /// New parameters from a renegotiation. What is sent, packet time, payload types, direction and remote address change
    /// in place; the transport does not. What they do not mention stays.
    pub(crate) fn update(
        &mut self,
        id: SessionId,
        params: &MediaSessionParams,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let ordered = self.try_update(id, params);
        self.answer_when_applied(id, promise, ordered)
    }

    fn try_update(&mut self, id: SessionId, params: &MediaSessionParams) -> Result<Option<LegPlace>, Error> {
        let session = self.session(id)?;
        let (before, was_sent) = (session.params.clone(), session.sending());
        let params = &params.clone().following(&before);
        self.check_params(params)?;
        self.check_addresses(Some(id), params)?;
        params.check_new_keys(&before, &self.session(id)?.spent_keys)?;
        let Some((worker, key)) = self.leg_of(id)? else { return Ok(None) };
        if let Some((port, _)) = self.session(id)?.port {
            self.check_carried(port)?;
        }
        let sends = self.sends_after(id, params)?;
        let sent = params.sending(sends);
        if before.transport != params.transport {
            let legal = "the session's own; destroy it and create another";
            let why = ConfigError::new("transport", format!("{:?}", params.transport), legal);
            return Err(SessionError::Parameter(why).into());
        }
        if before.agent != params.agent {
            let legal = "the session's own; destroy it and create another";
            let why = ConfigError::new("agent", format!("{:?}", params.agent), legal);
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
            self.renumber(id, plan.ssrc);
            self.describe_output(key, (params, sends), plan.ssrc);
            self.order(worker, Verb::SetOutput(key, plan), None);
        }
        if let Some(receive) = input {
            self.describe_input(key, (params, sends), before.receive.sample_rate());
            self.order(worker, Verb::SetInput(key, receive, params.receive.payload_type()), None);
        }
        self.order_processing(id, worker, key, chain);
        let types = params.event_types();
        if was_sent.event_parts() != sent.event_parts() || before.event_types() != types {
            self.describe_events(key, (params, sends));
            self.order(worker, Verb::SetEvents(key, sent.build_events(types)), None);
        }
        if let (Some((port, binding)), Some(remote)) = (self.session(id)?.port, params.remote)
            && before.remote != params.remote
        {
            self.port_order(port, binding, PortVerb::SetRemote { remote }, None);
        }
        if let (Some((port, binding)), Some(new)) = (self.session(id)?.port, params.build_new_protection(&before)) {
            // What it takes the place of is overwritten and freed with the receipt.
            self.port_order(port, binding, PortVerb::Protect(new), None);
        }
        let session = self.session_mut(id)?;
        session.spent_keys.note(&before, params);
        session.params = params.clone();
        session.sends = sends;
        session.rate = rate_of(params);
        self.fit_player(id, worker, key);
        self.fit_said(id, worker, key);
        self.apply_holds(id, worker, key);
        // Whether payloads may pass through, and from which rate to which there is to convert, may have changed.
        self.refit_connection(id);
        self.send_tap_routes(id);
        self.send_expectations(id);
        self.follow_handshake(id);
        Ok(Some((worker, key)))
    }
}
