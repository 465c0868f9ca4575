//! Control: the supervisor's end of each RtpPort: its orders and receipts, its bindings, the rings to the workers.

use super::port_control::{AfterPort, PORT_ORDERS, PortControl};
use super::{After, Supervisor};
use crate::engine::health::Pulse;
use crate::engine::plan::PLACES_IN_TRANSIT;
use crate::engine::registry::Registry;
use crate::error::{Error, IoError, SessionError};
use crate::integration::{Endpoint, Path, PortLink, PortVerb, RtpPort, TransportGauges, UdpPath};
use crate::rt::{Parcel, Wake, packet_ring, shuttle};
use crate::session::{MediaSessionParams, Own, Transport, check_remote};
use crate::types::{BindingKey, LegKey, PortId, SessionId, WorkerId};
use crate::worker::{MAX_PORTS, Verb, WorkerPort};
use std::collections::VecDeque;
use std::sync::Arc;

/// The port through which the supervisor sends strays on.
pub(super) const STRAY_PORT: PortId = PortId(0);
impl Supervisor {
    /// Makes a port with its rings to every worker. [`attach_port`](Self::attach_port) makes it live.
    pub(crate) fn create_port(&mut self, io: bool) -> Result<RtpPort, SessionError> {
        if self.ports.is_empty() {
            // Port 0 is the supervisor's own, made with the workers.
            self.ports.push(None);
        }
        let vacant = self.ports.iter().skip(1).position(Option::is_none).map(|i| i + 1);
        let index = vacant.unwrap_or(self.ports.len());
        if index >= MAX_PORTS {
            return Err(SessionError::Ports(MAX_PORTS - 1));
        }
        let id = PortId(index as u8);
        let octets = self.plan.config.ring_octets;
        let mut unattached = Vec::new();
        let links: Box<[PortLink]> = self
            .workers
            .iter()
            .map(|_| {
                let (to_worker, from_port) = packet_ring(octets);
                let (to_port, from_worker) = packet_ring(octets);
                unattached.push(WorkerPort::new(from_port, to_port, None));
                PortLink { to_worker, from_worker }
            })
            .collect();
        let (depot, dock) = shuttle(PORT_ORDERS);
        let capacity = self.plan.config.max_sessions + self.plan.config.max_relays + PLACES_IN_TRANSIT;
        let control = PortControl {
            depot,
            backlog: VecDeque::new(),
            outstanding: VecDeque::new(),
            next_seq: 0,
            bindings: Registry::new(capacity),
            wake: None,
            dirty: false,
            io,
            unattached,
            closed: false,
            answers: 0,
            pulse: Pulse::new(),
        };
        if index == self.ports.len() {
            self.ports.push(Some(control));
        } else {
            self.ports[index] = Some(control);
        }
        Ok(RtpPort::new(id, dock, links, capacity))
    }

    /// Gives the workers their ring ends; `wake` makes a wake-up of the port's thread for each, and one for us.
    pub(crate) fn attach_port(
        &mut self,
        id: PortId,
        wake: impl Fn() -> Option<Box<dyn Wake>>,
        then: impl FnOnce(&mut Self) + Send + 'static,
    ) {
        let Some(Some(port)) = self.ports.get_mut(id.as_usize()) else { return };
        port.wake = wake();
        let ends = std::mem::take(&mut port.unattached);
        let gather = self.gather(ends.len(), Box::new(then));
        for (index, mut end) in ends.into_iter().enumerate() {
            end.wake = wake();
            self.order(WorkerId(index as u8), Verb::AttachPort(id, Parcel::pack(end)), Self::gathered(gather));
        }
    }

    /// Where a session's packets are to come from and go to.
    pub(super) fn endpoint(
        &mut self,
        params: &MediaSessionParams,
        gauges: &Arc<TransportGauges>,
    ) -> Result<Option<(PortId, Endpoint)>, Error> {
        let gauges = gauges.clone();
        match params.transport {
            Transport::Pcm(_) => Ok(None),
            Transport::Bridge(id) => match self.ports.get(id.as_usize()) {
                Some(Some(port)) if !port.io && !port.closed => {
                    port.check_room()?;
                    Ok(Some((id, Endpoint { gauges, path: Path::Bridge, relay: None })))
                }
                _ => Err(SessionError::UnknownPort(id).into()),
            },
            Transport::Socket => {
                let own: Vec<usize> =
                    (0..self.ports.len()).filter(|&i| self.ports[i].as_ref().is_some_and(|p| p.io)).collect();
                // Those that run; one of them that does not says so.
                let runs = |&i: &usize| self.ports[i].as_ref().is_some_and(|p| p.pulse.runs());
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
                    latch: params.latch,
                });
                Ok(Some((PortId(chosen as u8), Endpoint { gauges, path, relay: None })))
            }
        }
    }

    pub(super) fn bind(
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

    pub(super) fn unbind(&mut self, port: PortId, binding: BindingKey) {
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
    pub(super) fn give_back_port<T>(&mut self, local: std::net::SocketAddr, held: Option<T>) {
        // Closed before the port may be bound again.
        drop(held);
        if let Some(sockets) = &mut self.sockets {
            sockets.release(local);
        }
    }

    /// What to do after a port order, as a worker's receipt is followed.
    pub(super) fn after_port(then: impl FnOnce(&mut Self) + Send + 'static) -> AfterPort {
        Some(Box::new(move |s, _| then(s)))
    }

    /// An [`After`] that only does something.
    pub(super) fn then(then: impl FnOnce(&mut Self) + Send + 'static) -> After {
        Some(Box::new(move |s, _| then(s)))
    }
}
