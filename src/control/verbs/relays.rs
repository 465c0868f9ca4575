//! Control: relay streams of sessions: their ports, their bindings, their end.

use crate::control::records::relay::{Relay, RelayLease, stream_at};
use crate::control::supervisor::{AfterPort, Supervisor};
use crate::error::{ConfigError, Error, IoError, SessionError};
use crate::session::{Direction, MediaSessionParams, Own, RelayParams, Transport, check_remote};
use crate::telemetry::counters::{RelayGauges, TransportGauges};
use crate::transport::io::PortLease;
use crate::transport::{Endpoint, Path, PortVerb, RelayEnd, RelaySetting, UdpPath};
use crate::types::{BindingKey, PortId, SessionId, StreamId};
use std::sync::Arc;

impl Supervisor {
    /// Whether relay streams are possible for such a session, and how many more there can be.
    pub(in crate::control) fn check_relays(&self, params: &MediaSessionParams, more: usize) -> Result<(), Error> {
        if params.relays.is_empty() {
            return Ok(());
        }
        if matches!(params.transport, Transport::Bridge(_)) {
            return Err(SessionError::RelayTransport.into());
        }
        if params.relays.len() >= usize::from(u8::MAX) {
            let why = ConfigError::new("relays", format!("{} streams", params.relays.len()), "up to 254");
            return Err(SessionError::Parameter(why).into());
        }
        if self.plan.config.rtcp_mux && params.relays.iter().any(|relay| relay.rtcp_mux == Some(false)) {
            let legal = "true or none where MediaEngineConfig::rtcp_mux is set";
            return Err(SessionError::Parameter(ConfigError::new("rtcp_mux", false, legal)).into());
        }
        let limit = self.plan.config.max_relays;
        if self.relays + more > limit {
            return Err(SessionError::Capacity { what: "relay streams", limit, field: "max_relays" }.into());
        }
        Ok(())
    }

    /// Takes a port for each stream; none if there is not one for all.
    pub(in crate::control) fn lease_relays(&mut self, relays: &[RelayParams]) -> Result<Vec<RelayLease>, Error> {
        let mut leases = Vec::new();
        for params in relays {
            let rtcp_mux = params.rtcp_mux.unwrap_or(self.plan.config.rtcp_mux) || params.is_plain();
            let lease = match &mut self.sockets {
                Some(sockets) => sockets.allocate_one(!rtcp_mux).map_err(IoError::from),
                None => Err(IoError::no_sockets()),
            };
            match lease {
                Ok(lease) => leases.push(RelayLease { params: params.clone(), lease, rtcp_mux }),
                Err(error) => {
                    self.return_leases(leases);
                    return Err(error.into());
                }
            }
            let last = leases.last().map(|last| Own::of(last.lease.local, rtcp_mux));
            if let Some(Err(error)) = params.remote.zip(last).map(|(remote, own)| check_remote(remote, own)) {
                self.return_leases(leases);
                return Err(error.into());
            }
        }
        Ok(leases)
    }

    /// Gives ports back that no stream came to use.
    pub(in crate::control) fn return_leases(&mut self, leases: Vec<RelayLease>) {
        for RelayLease { lease: PortLease { local, sockets }, .. } in leases {
            drop(sockets);
            if let Some(ports) = &mut self.sockets {
                ports.release(local);
            }
        }
    }

    /// Begins a session's further streams at the I/O thread of its audio, or at the one with the least to do.
    pub(in crate::control) fn begin_relays(&mut self, id: SessionId, leases: Vec<RelayLease>) {
        for RelayLease { params, lease: PortLease { local, sockets }, rtcp_mux } in leases {
            let Some(session) = self.sessions.get_mut(id) else { return };
            let (audio, stream) = (session.port, stream_at(session.relays.len()));
            let (transport, gauges) = (Arc::<TransportGauges>::default(), Arc::<RelayGauges>::default());
            let mut end = RelayEnd::new(stream, params.is_plain(), rtcp_mux, gauges.clone());
            (end.inward, end.outward) = (params.direction.receives(), params.direction.sends());
            let by_verb = Direction::SendReceive;
            let path = Path::Udp(UdpPath { sockets, local, remote: params.remote, latch: params.latch });
            let endpoint = Endpoint { relay: Some(Box::new(end)), ..Endpoint::new(transport.clone(), path) };
            let relay = Relay { params, by_verb, local, rtcp_mux, place: None, transport, gauges, partner: None };
            session.relays.push(relay);
            self.relays += 1;
            let port = self.io_port_like(audio.map(|(port, _)| port));
            self.bind_relay(id, stream, port, endpoint);
        }
    }

    fn io_port_like(&self, wished: Option<PortId>) -> PortId {
        let io = |port: &PortId| matches!(self.ports.get(port.as_usize()), Some(Some(c)) if c.io && c.runs());
        let all = (0..self.ports.len()).map(|i| PortId(i as u8)).filter(io);
        let busy = |port: &PortId| self.ports[port.as_usize()].as_ref().map_or(0, |control| control.bindings.len());
        wished.filter(io).or_else(|| all.min_by_key(busy)).unwrap_or_default()
    }

    /// Binds a stream to an I/O thread.
    pub(in crate::control) fn bind_relay(&mut self, id: SessionId, stream: StreamId, port: PortId, endpoint: Endpoint) {
        let Some(local) = endpoint.local() else { return };
        let control = self.ports.get_mut(port.as_usize()).and_then(Option::as_mut);
        let now = self.now;
        let bound = control.and_then(|control| {
            let binding = control.bindings.insert_with(|_| id)?;
            control.newcomers.join(now);
            Some(binding)
        });
        let Some(binding) = bound else {
            // There is room for as many as the limits allow; without an I/O thread there is no port to lease.
            return self.give_back_port(local, Some(endpoint));
        };
        if let Some(relay) = self.relay_mut(id, stream) {
            relay.place = Some((port, binding));
        }
        let after: AfterPort = Some(Box::new(move |s, receipt| {
            if !receipt.done {
                // The thread could not watch the sockets; the stream stays without a network.
                s.give_back_port(local, receipt.endpoint);
            }
        }));
        self.port_order(port, binding, PortVerb::BindRelay { session: id, endpoint }, after);
        self.send_relay_expectation(id, stream);
    }

    pub(in crate::control) fn relay_mut(&mut self, id: SessionId, stream: StreamId) -> Option<&mut Relay> {
        self.sessions.get_mut(id)?.relays.get_mut(stream.as_usize().checked_sub(1)?)
    }

    /// Ends streams that are no longer in their session's list. One that is on its way ends when it comes by.
    pub(in crate::control) fn end_relays(&mut self, ended: impl IntoIterator<Item = Relay>) {
        for relay in ended {
            self.relays -= 1;
            if let Some((port, binding)) = relay.place {
                self.unbind(port, binding);
            }
        }
    }

    /// Orders a setting of a stream.
    pub(in crate::control) fn set_relay(
        &mut self,
        place: (PortId, BindingKey),
        setting: RelaySetting,
        after: AfterPort,
    ) {
        self.port_order(place.0, place.1, PortVerb::SetRelay(setting), after);
    }
}
