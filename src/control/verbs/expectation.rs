//! Control: what a session's I/O thread is told of its peer: the addresses that are possible, what it may send, what keeps its
//! way open.

use crate::control::records::relay::stream_at;
use crate::control::supervisor::Supervisor;
use crate::error::SessionError;
use crate::session::{
    MediaSessionParams, Own, RedundancyFormat, RelayParams, TelephoneEventFormat, Transport, check_remote, is_near,
};
use crate::transport::{
    Equipment, Expectation, KeepAlive, KeepAliveKind, KeepAlivePlan, PortVerb, TransportWide, unused_payload_type,
};
use crate::types::{SessionId, StreamId};
use std::net::SocketAddr;

impl Supervisor {
    /// Checks the remote addresses and keep-alives of parameters; `id`: those of a living session, which knows its ports.
    pub(in crate::control) fn check_addresses(
        &self,
        id: Option<SessionId>,
        params: &MediaSessionParams,
    ) -> Result<(), SessionError> {
        let any = SocketAddr::new(self.plan.config.bind_address, 0);
        let session = id.and_then(|id| self.sessions.get(id));
        if params.transport == Transport::Socket {
            let mux = self.plan.config.rtcp_mux;
            let own = Own::of(session.and_then(|session| session.local).unwrap_or(any), mux);
            params.remote.map_or(Ok(()), |remote| check_remote(remote, own))?;
            params.rtcp.map_or(Ok(()), |rtcp| rtcp.check()).map_err(SessionError::Parameter)?;
            let reports = params.rtcp.and_then(|rtcp| rtcp.remote);
            reports.map_or(Ok(()), |remote| check_remote(remote, own))?;
            let checked = params.keep_alive.map(|keep_alive| keep_alive.check(params.comfort_noise.is_some(), mux));
            checked.unwrap_or(Ok(())).map_err(SessionError::Parameter)?;
        }
        for (place, relay) in params.relays.iter().enumerate() {
            let local = session.and_then(|session| session.relays.get(place)).map_or(any, |relay| relay.local);
            let mux = relay.is_plain() || relay.rtcp_mux.unwrap_or(self.plan.config.rtcp_mux);
            relay.remote.map_or(Ok(()), |remote| check_remote(remote, Own::of(local, mux)))?;
            let checked = relay.keep_alive.map(|keep_alive| keep_alive.check(false, mux && !relay.is_plain()));
            checked.unwrap_or(Ok(())).map_err(SessionError::Parameter)?;
        }
        Ok(())
    }

    /// Tells the I/O thread of a session's audio what is expected of the peer by now.
    pub(in crate::control) fn send_expectation(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get(id) else { return };
        let (Some((port, binding)), Transport::Socket) = (session.port, session.params.transport) else { return };
        let params = &session.params;
        let expectation = Expectation::new(params.inward_payload_types(), !session.state.held_inward)
            .near(near(params.remote, session.local))
            .most_bits(params.most_bits())
            .mode(params.latch_mode());
        let (ssrc, sequence, timestamp) = session.numbers;
        let plan = params.keep_alive.map(|keep_alive| KeepAlivePlan {
            keep_alive,
            payload_type: params.keep_alive_payload_type(keep_alive.kind),
            ssrc,
            sequence,
            timestamp,
            clock_rate: params.send.clock_rate(),
        });
        let reports =
            params.rtcp.map(|rtcp| session.report_plan(rtcp, self.plan.config.rtcp_mux || params.shares_port()));
        self.port_order(port, binding, PortVerb::Expect(expectation, plan), None);
        let Some(session) = self.sessions.get_mut(id).filter(|session| session.reports != reports) else { return };
        session.reports = reports;
        let begins = |wanted: bool, has: &mut bool| wanted && !std::mem::replace(has, true);
        let nacks = reports.is_some_and(|plan| plan.params.nack);
        let retransmits = begins(nacks, &mut session.reporter.retransmits);
        let numbered = reports.filter(|plan| plan.params.transport_wide.is_some());
        let numbers = begins(numbered.is_some(), &mut session.reporter.numbers_packets);
        self.port_order(port, binding, PortVerb::Report(reports), None);
        if retransmits {
            let equipment = Equipment::Retransmission(Box::default());
            self.port_order(port, binding, PortVerb::Equip(equipment), None);
        }
        if let Some(plan) = numbered.filter(|_| numbers) {
            // By chance, as RTP's own (RFC 3550 section 5.1).
            let equipment = Equipment::TransportWide(Box::new(TransportWide::new((plan.seed >> 24) as u16)));
            self.port_order(port, binding, PortVerb::Equip(equipment), None);
        }
    }

    /// As [`send_expectation`](Self::send_expectation), of a relay stream.
    pub(in crate::control) fn send_relay_expectation(&mut self, id: SessionId, stream: StreamId) {
        let random = self.identifiers.next();
        let Some(relay) = self.relay_mut(id, stream) else { return };
        let Some((port, binding)) = relay.place else { return };
        let (params, plain) = (&relay.params, relay.params.is_plain());
        let expectation = Expectation::new(params.inward_payload_types(), relay.direction().receives())
            .near(near(params.remote, Some(relay.local)));
        let plan = params.keep_alive.map(|keep_alive| KeepAlivePlan {
            keep_alive: match keep_alive.kind {
                KeepAliveKind::Rtp if plain => KeepAlive { kind: KeepAliveKind::Empty, ..keep_alive },
                _ => keep_alive,
            },
            payload_type: unused_payload_type(|payload_type| params.uses(payload_type)),
            ssrc: random as u32,
            sequence: (random >> 32) as u16,
            timestamp: (random >> 16) as u32,
            clock_rate: 0,
        });
        self.port_order(port, binding, PortVerb::Expect(expectation, plan), None);
    }

    /// All streams of a session.
    pub(in crate::control) fn send_expectations(&mut self, id: SessionId) {
        self.send_expectation(id);
        let relays = self.sessions.get(id).map_or(0, |session| session.relays.len());
        (0..relays).for_each(|place| self.send_relay_expectation(id, stream_at(place)));
    }
}

fn near(remote: Option<SocketAddr>, local: Option<SocketAddr>) -> bool {
    remote.zip(local).is_some_and(|(remote, local)| is_near(remote, local))
}

impl MediaSessionParams {
    /// Of every format of the answer, with what goes beside it. Comfort noise is none of them: who sends nothing else says less
    /// than who speaks.
    fn inward_payload_types(&self) -> Vec<u8> {
        let beside = |events: Option<TelephoneEventFormat>, red: Option<RedundancyFormat>| {
            [events.map(|events| events.receive_payload_type), red.map(|red| red.receive_payload_type)]
        };
        let own = beside(self.telephone_events, self.redundancy).into_iter().flatten();
        let further = self.further_telephone_events.iter().map(|events| events.receive_payload_type);
        let first = own.chain(further).chain([self.receive.payload_type()]);
        let others = self.received_beside().into_iter().flat_map(|other| {
            let beside = beside(other.telephone_events, other.redundancy).into_iter().flatten();
            beside.chain([other.receive.payload_type()])
        });
        first.chain(others).collect()
    }

    /// Of none that means anything to the peer, or to us.
    fn keep_alive_payload_type(&self, kind: KeepAliveKind) -> u8 {
        let noise = self.comfort_noise.map(|noise| noise.send_payload_type);
        if let (KeepAliveKind::ComfortNoise, Some(noise)) = (kind, noise) {
            return noise;
        }
        let mut used = self.inward_payload_types();
        for place in 0..=self.others.len() {
            let sent = self.sending(place);
            used.extend([sent.send.payload_type()]);
            used.extend(sent.telephone_events.map(|events| events.send_payload_type));
            used.extend(sent.redundancy.map(|red| red.send_payload_type));
            used.extend(sent.comfort_noise.into_iter().flat_map(|n| [n.send_payload_type, n.receive_payload_type]));
        }
        unused_payload_type(|payload_type| used.contains(&payload_type))
    }
}

impl RelayParams {
    fn inward_payload_types(&self) -> impl Iterator<Item = u8> {
        self.formats().iter().map(|format| format.receive_payload_type)
    }

    fn uses(&self, payload_type: u8) -> bool {
        self.formats().iter().any(|f| f.receive_payload_type == payload_type || f.send_payload_type == payload_type)
    }
}

#[cfg(test)]
mod tests;
