//! Control: what is asked of living relay streams: their state, their numbers, hold, remote address, a new list of them.

use super::Supervisor;
use super::relays::stream_at;
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::{Error, Occupation, SessionError};
use crate::integration::{PortVerb, RelaySetting};
use crate::session::{Direction, MediaSessionParams, RelayState, RelayStatistics, check_remote};
use crate::types::{SessionId, StreamId};
use std::net::SocketAddr;

impl Supervisor {
    pub(crate) fn relay_states(&mut self, id: SessionId, promise: &mut Option<Promise<Vec<RelayState>>>) -> Step {
        let states = self.session(id).map(|session| {
            let state = |(place, relay): (usize, &super::relays::Relay)| {
                let partner = relay.partner.and_then(|(other, at)| self.sessions.get(other)?.relays.get(at));
                RelayState {
                    stream: stream_at(place),
                    local: relay.local,
                    rtcp_mux: relay.rtcp_mux,
                    direction: relay.params.direction,
                    partner: relay.partner.map(|(other, at)| (other, stream_at(at))),
                    passes: partner.map_or(Vec::new(), |to| relay.params.passes_to(&to.params).iter().collect()),
                }
            };
            session.relays.iter().enumerate().map(state).collect()
        });
        self.settle(promise, states.map_err(Into::into))
    }

    pub(crate) fn relay_statistics(
        &mut self,
        id: SessionId,
        stream: StreamId,
        promise: &mut Option<Promise<RelayStatistics>>,
    ) -> Step {
        let known = self.check_relay(id, stream);
        let relay = self.relay_mut(id, stream);
        let statistics = relay.map(|relay| RelayStatistics::read(&relay.transport, &relay.gauges));
        let answer = known.and_then(|()| statistics.ok_or(SessionError::NoRelay(id, stream)));
        self.settle(promise, answer.map_err(Into::into))
    }

    /// Hold and resume, each way.
    pub(crate) fn set_relay_direction(
        &mut self,
        id: SessionId,
        stream: StreamId,
        direction: Direction,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Err(error) = self.check_relay(id, stream) {
            return Self::refuse(promise, error);
        }
        let Some(relay) = self.relay_mut(id, stream) else { return Step::Done };
        relay.params.direction = direction;
        let flow = RelaySetting::Flow { inward: direction.receives(), outward: direction.sends() };
        let place = relay.place;
        self.keep_relay_params(id);
        self.send_relay_expectation(id, stream);
        match place {
            Some(place) => {
                let promise = promise.take();
                let answer = Self::after_port(move |_| answer_ok(promise));
                self.set_relay(place, flow, answer);
                Step::Done
            }
            // What is on its way lands as it is wished now.
            None => self.settle(promise, Ok(())),
        }
    }

    pub(crate) fn set_relay_remote(
        &mut self,
        id: SessionId,
        stream: StreamId,
        remote: SocketAddr,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Err(error) = self.check_relay(id, stream) {
            return Self::refuse(promise, error);
        }
        let Some(relay) = self.relay_mut(id, stream) else { return Step::Done };
        if let Err(error) = check_remote(remote, relay.local) {
            return Self::refuse(promise, error);
        }
        relay.params.remote = Some(remote);
        let place = relay.place;
        self.keep_relay_params(id);
        match place {
            Some((port, binding)) => {
                let promise = promise.take();
                let answer = Self::after_port(move |_| answer_ok(promise));
                self.port_order(port, binding, PortVerb::SetRemote { remote }, answer);
                Step::Done
            }
            None => self.settle(promise, Ok(())),
        }
    }

    fn check_relay(&self, id: SessionId, stream: StreamId) -> Result<(), SessionError> {
        let session = self.session(id)?;
        let there = (1..=session.relays.len()).contains(&stream.as_usize());
        if there { Ok(()) } else { Err(SessionError::NoRelay(id, stream)) }
    }

    /// What was set of single streams is what the session was asked for from now on.
    fn keep_relay_params(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.params.relays = session.relays.iter().map(|relay| relay.params.clone()).collect();
        }
    }

    /// A new list of streams from a renegotiation. A stream that stays what it is keeps its port; from the first that does
    /// not on, streams end, and begin anew.
    pub(super) fn update_relays(&mut self, id: SessionId, params: &MediaSessionParams) -> Result<(), Error> {
        let session = self.session(id)?;
        let occupation = session.state.occupation;
        if session.params.relays == params.relays {
            return Ok(());
        }
        let stays = |(old, new): &(&super::relays::Relay, &crate::session::RelayParams)| {
            let mux = new.rtcp_mux.unwrap_or(self.plan.config.rtcp_mux) || new.is_plain();
            old.params.is_plain() == new.is_plain() && old.rtcp_mux == mux && old.params.latch == new.latch
        };
        let kept = session.relays.iter().zip(&params.relays).take_while(stays).count();
        let (more, fewer) = (params.relays.len() - kept, session.relays.len() - kept);
        self.check_relays(params, more.saturating_sub(fewer))?;
        let leases = self.lease_relays(params.relays.get(kept..).unwrap_or(&[]))?;
        self.disconnect_relays(id);
        let session = self.session_mut(id)?;
        let ended: Vec<_> = session.relays.drain(kept..).collect();
        let mut orders = Vec::new();
        for (relay, new) in session.relays.iter_mut().zip(&params.relays) {
            let remote = new.remote.filter(|remote| relay.params.remote != Some(*remote));
            relay.params = new.clone();
            orders.extend(relay.place.map(|place| (place, new.direction, remote)));
        }
        self.end_relays(ended);
        for (place, direction, remote) in orders {
            let flow = RelaySetting::Flow { inward: direction.receives(), outward: direction.sends() };
            self.set_relay(place, flow, None);
            if let Some(remote) = remote {
                self.port_order(place.0, place.1, PortVerb::SetRemote { remote }, None);
            }
        }
        self.begin_relays(id, leases);
        if let Some(Occupation::Bridge(other)) = occupation {
            self.connect_relays(id, other);
        }
        Ok(())
    }
}

fn answer_ok(promise: Option<Promise<()>>) {
    if let Some(promise) = promise {
        promise.answer(Ok(()));
    }
}
