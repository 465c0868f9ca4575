//! Control: where a session's packets come from and go to: its port, its binding, its address.

use crate::control::supervisor::{AfterPort, Supervisor};
use crate::error::{Error, IoError, SessionError};
use crate::session::{MediaSessionParams, Own, Transport, check_remote};
use crate::telemetry::counters::{LegGauges, TransportGauges};
use crate::transport::{Endpoint, Path, PortVerb, UdpPath};
use crate::types::{BindingKey, LegKey, PortId, SessionId, WorkerId};
use std::sync::Arc;

impl Supervisor {
    /// Where a session's packets are to come from and go to.
    pub(in crate::control) fn endpoint(
        &mut self,
        params: &MediaSessionParams,
        (gauges, leg): (&Arc<TransportGauges>, &Arc<LegGauges>),
    ) -> Result<Option<(PortId, Endpoint)>, Error> {
        let (gauges, leg) = (gauges.clone(), Some(leg.clone()));
        match params.transport {
            Transport::Pcm(_) => Ok(None),
            Transport::Bridge(id) => match self.ports.get(id.as_usize()) {
                Some(Some(port)) if !port.io && !port.closed => {
                    port.check_room()?;
                    Ok(Some((
                        id,
                        Endpoint {
                            gauges,
                            leg,
                            path: Path::Bridge,
                            relay: None,
                            protection: None,
                            retransmission: None,
                        },
                    )))
                }
                _ => Err(SessionError::UnknownPort(id).into()),
            },
            Transport::Socket => {
                let own: Vec<usize> =
                    (0..self.ports.len()).filter(|&i| self.ports[i].as_ref().is_some_and(|p| p.io)).collect();
                // Those that run; one of them that does not says so.
                let runs = |&i: &usize| self.ports[i].as_ref().is_some_and(|p| p.runs());
                if let Some(&stalled) = own.iter().find(|i| !runs(i)).filter(|_| !own.iter().any(runs)) {
                    self.check_carried(PortId(stalled as u8))?;
                }
                let own: Vec<usize> = own.into_iter().filter(runs).collect();
                let (Some(sockets), false) = (&mut self.sockets, own.is_empty()) else {
                    return Err(IoError::no_sockets().into());
                };
                // The thread with the fewest sessions; of equal ones in turn.
                self.next_io = (self.next_io + 1) % own.len();
                let sessions = |i: usize| self.ports[i].as_ref().map_or(usize::MAX, |port| port.bindings.len());
                let turns = (0..own.len()).map(|i| own[(self.next_io + i) % own.len()]);
                let chosen = turns.min_by_key(|&i| sessions(i)).unwrap_or(own[0]);
                if let Some(port) = &self.ports[chosen] {
                    port.check_room()?;
                }
                let lease = sockets.allocate().map_err(IoError::from)?;
                let own = Own::of(lease.local, self.plan.config.rtcp_mux);
                if let Some(Err(error)) = params.remote.map(|remote| check_remote(remote, own)) {
                    self.give_back_port(lease.local, lease.sockets);
                    return Err(error.into());
                }
                let path = Path::Udp(UdpPath {
                    sockets: lease.sockets,
                    local: lease.local,
                    remote: params.remote,
                    latch: params.latch_mode(),
                });
                Ok(Some((
                    PortId(chosen as u8),
                    Endpoint {
                        gauges,
                        leg,
                        path,
                        relay: None,
                        protection: params.build_protection(),
                        retransmission: None,
                    },
                )))
            }
        }
    }

    pub(in crate::control) fn bind(
        &mut self,
        port: PortId,
        session: SessionId,
        worker: WorkerId,
        leg: LegKey,
        endpoint: Endpoint,
    ) -> Option<BindingKey> {
        let control = self.ports.get_mut(port.as_usize())?.as_mut()?;
        let binding = control.bindings.insert_with(|_| session)?;
        let local = match &endpoint.path {
            Path::Udp(path) => Some(path.local),
            Path::Bridge => None,
        };
        let after: AfterPort = Some(Box::new(move |s, receipt| {
            if let (false, Some(local)) = (receipt.done, local) {
                // The thread could not watch the sockets; the session stays without a network.
                s.give_back_port(local, receipt.endpoint);
            }
        }));
        self.port_order(port, binding, PortVerb::Bind { session, worker, leg, endpoint }, after);
        Some(binding)
    }

    pub(in crate::control) fn unbind(&mut self, port: PortId, binding: BindingKey) {
        let after: AfterPort = Some(Box::new(move |s, receipt| {
            if let Some(Some(control)) = s.ports.get_mut(port.as_usize()) {
                control.bindings.remove(binding);
            }
            if let Some(Endpoint { path: Path::Udp(UdpPath { local, .. }), .. }) = &receipt.endpoint {
                let local = *local;
                s.give_back_port(local, receipt.endpoint);
            }
        }));
        self.port_order(port, binding, PortVerb::Unbind, after);
    }

    /// `held`: what holds its sockets.
    pub(in crate::control) fn give_back_port<T>(&mut self, local: std::net::SocketAddr, held: Option<T>) {
        // Closed before the port may be bound again.
        drop(held);
        if let Some(sockets) = &mut self.sockets {
            sockets.release(local);
        }
    }

    /// What to do after a port order, as a worker's receipt is followed.
    pub(in crate::control) fn after_port(then: impl FnOnce(&mut Self) + Send + 'static) -> AfterPort {
        Some(Box::new(move |s, _| then(s)))
    }

    /// Sends an order to a port, in the order of the calls; `after` is done when its receipt comes home.
    pub(in crate::control) fn port_order(
        &mut self,
        port: PortId,
        binding: BindingKey,
        verb: PortVerb,
        after: AfterPort,
    ) {
        if let Some(Some(control)) = self.ports.get_mut(port.as_usize()) {
            control.post(binding, verb, after);
        }
    }
}
