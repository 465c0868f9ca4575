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
                    Ok(Some((id, Endpoint { leg, ..Endpoint::new(gauges, Path::Bridge) })))
                }
                _ => Err(SessionError::UnknownPort(id).into()),
            },
            Transport::Socket => {
                let chosen = self.least_used_io()?;
                let Some(sockets) = &mut self.sockets else { return Err(IoError::no_sockets().into()) };
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
                    chosen,
                    Endpoint { leg, protection: params.build_protection(), ..Endpoint::new(gauges, path) },
                )))
            }
        }
    }

    /// The I/O thread with the fewest sessions, if it can take one more.
    fn least_used_io(&mut self) -> Result<PortId, Error> {
        let own = || self.ports.iter().enumerate().filter_map(|(i, port)| Some((i, port.as_ref().filter(|p| p.io)?)));
        let running: Vec<_> = own().filter(|(_, port)| port.runs()).collect();
        if running.is_empty() {
            // One of them that does not run says so.
            own().next().map_or(Ok(()), |(stalled, _)| self.check_carried(PortId(stalled as u8)))?;
            return Err(IoError::no_sockets().into());
        }
        // Of equal ones in turn; one that is full only where all are, and then it says so.
        let turn = (self.next_io + 1) % running.len();
        let turns = running.iter().cycle().skip(turn).take(running.len());
        let full = |chosen: usize| self.check_io_load(PortId(chosen as u8));
        let Some((chosen, port)) = turns.min_by_key(|(i, port)| (full(*i).is_err(), port.bindings.len())) else {
            return Err(IoError::no_sockets().into());
        };
        port.check_room()?;
        full(*chosen)?;
        let chosen = PortId(*chosen as u8);
        self.next_io = turn;
        Ok(chosen)
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
        control.newcomers.join(self.now);
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
