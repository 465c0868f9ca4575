//! Control: what is asked of living relay streams: their state, their numbers, hold, remote address, a new list of them.

use crate::control::records::relay::{NextRelays, Relay, stream_at};
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error, SessionError};
use crate::session::{Direction, MediaSessionParams, Own, RelayState, RelayStatistics, check_remote};
use crate::transport::{PortVerb, RelaySetting};
use crate::types::{SessionId, StreamId};
use std::net::SocketAddr;

impl Supervisor {
    pub(crate) fn relay_states(&mut self, id: SessionId, promise: &mut Option<Promise<Vec<RelayState>>>) -> Step {
        let states = self.session(id).map(|session| {
            let state = |(place, relay): (usize, &Relay)| {
                let partner = relay.partner.and_then(|(other, at)| self.sessions.get(other)?.relays.get(at));
                RelayState {
                    stream: stream_at(place),
                    local: relay.local,
                    rtcp_mux: relay.rtcp_mux,
                    direction: relay.direction(),
                    partner: relay.partner.map(|(other, at)| (other, stream_at(at))),
                    passes: partner.map_or(Vec::new(), |to| relay.params.passes_to(&to.params).iter().collect()),
                }
            };
            session.relays.iter().enumerate().map(state).collect()
        });
        Self::settle(promise, states)
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
        Self::settle(promise, answer)
    }

    /// Hold and resume, each way, beside what the parameters hold.
    pub(crate) fn set_relay_direction(
        &mut self,
        id: SessionId,
        stream: StreamId,
        direction: Direction,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Err(error) = self.check_relay(id, stream).map_err(Error::from).and_then(|()| self.check_reached(id)) {
            return Self::refuse(promise, error);
        }
        let Some(relay) = self.relay_mut(id, stream) else { return Step::Done };
        relay.by_verb = direction;
        let direction = relay.direction();
        let flow = RelaySetting::Flow { inward: direction.receives(), outward: direction.sends() };
        let place = relay.place;
        self.send_relay_expectation(id, stream);
        match place {
            Some(place) => {
                self.set_relay(place, flow, Self::promised_by_port(promise));
                Step::Done
            }
            // What is on its way lands as it is wished now.
            None => Self::settle(promise, Ok::<_, Error>(())),
        }
    }

    pub(crate) fn set_relay_remote(
        &mut self,
        id: SessionId,
        stream: StreamId,
        remote: SocketAddr,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Err(error) = self.check_relay(id, stream).map_err(Error::from).and_then(|()| self.check_reached(id)) {
            return Self::refuse(promise, error);
        }
        let Some(relay) = self.relay_mut(id, stream) else { return Step::Done };
        if let Err(error) = check_remote(remote, Own::of(relay.local, relay.rtcp_mux || relay.params.is_plain())) {
            return Self::refuse(promise, error);
        }
        relay.params.remote = Some(remote);
        let place = relay.place;
        self.keep_relay_params(id);
        match place {
            Some((port, binding)) => {
                let answer = Self::promised_by_port(promise);
                self.port_order(port, binding, PortVerb::SetRemote { remote }, answer);
                self.send_relay_expectation(id, stream);
                Step::Done
            }
            None => Self::settle(promise, Ok::<_, Error>(())),
        }
    }

    fn check_relay(&self, id: SessionId, stream: StreamId) -> Result<(), SessionError> {
        let session = self.session(id)?;
        let there = (1..=session.relays.len()).contains(&stream.as_usize());
        if there { Ok(()) } else { Err(SessionError::NoRelay(id, stream)) }
    }

    /// Whether the I/O threads of a session's streams can be asked for anything: what they do not take would wait without end.
    fn check_reached(&self, id: SessionId) -> Result<(), Error> {
        let places = self.session(id)?.relays.iter().filter_map(|relay| relay.place);
        places.into_iter().try_for_each(|(port, _)| self.check_carried(port))
    }

    /// What was set of single streams is what the session was asked for from now on.
    fn keep_relay_params(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.params.relays = session.relays.iter().map(|relay| relay.params.clone()).collect();
        }
    }

    /// Whether a new list of streams is possible, and the ports for it. A stream that stays what it is keeps its port; from
    /// the first that does not on, streams end, and begin anew. Nothing but the ports is taken yet.
    pub(in crate::control) fn plan_relays(
        &mut self,
        id: SessionId,
        params: &MediaSessionParams,
    ) -> Result<Option<NextRelays>, Error> {
        let session = self.session(id)?;
        if session.params.relays == params.relays {
            return Ok(None);
        }
        self.check_reached(id)?;
        let session = self.session(id)?;
        let stays = |(old, new): &(&Relay, &crate::session::RelayParams)| {
            let mux = new.rtcp_mux.unwrap_or(self.plan.config.rtcp_mux) || new.is_plain();
            old.params.is_plain() == new.is_plain() && old.rtcp_mux == mux && old.params.latch == new.latch
        };
        let kept = session.relays.iter().zip(&params.relays).take_while(stays).count();
        let (more, fewer) = (params.relays.len() - kept, session.relays.len() - kept);
        self.check_relays(params, more.saturating_sub(fewer))?;
        let leases = self.lease_relays(params.relays.get(kept..).unwrap_or(&[]))?;
        Ok(Some(NextRelays { kept, leases }))
    }

    /// Carries a planned list of streams out.
    pub(in crate::control) fn update_relays(
        &mut self,
        id: SessionId,
        params: &MediaSessionParams,
        next: Option<NextRelays>,
    ) {
        let Some(NextRelays { kept, leases }) = next else { return };
        self.disconnect_relays(id);
        let Some(session) = self.sessions.get_mut(id) else { return self.return_leases(leases) };
        let connection = session.state.connection;
        let ended: Vec<_> = session.relays.drain(kept..).collect();
        let mut orders = Vec::new();
        for (relay, new) in session.relays.iter_mut().zip(&params.relays) {
            let remote = new.remote.filter(|remote| relay.params.remote != Some(*remote));
            relay.params = new.clone();
            orders.extend(relay.place.map(|place| (place, relay.direction(), remote)));
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
        if let Some(Connection::Bridge(other)) = connection {
            self.connect_relays(id, other);
        }
    }
}
