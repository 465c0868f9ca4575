//! Control: a session's entry in an RtpPort: the address that it gets, the binding to its leg, and the end of both.

use super::Supervisor;
use super::ports::AfterPort;
use crate::error::{Error, IoError, SessionError};
use crate::integration::{Endpoint, Path, PortVerb, TransportGauges, UdpPath};
use crate::session::{MediaSessionParams, Transport};
use crate::types::{BindingKey, LegKey, PortId, SessionId, WorkerId};
use std::sync::Arc;

impl Supervisor {
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
                Some(Some(port)) if !port.io => {
                    port.check_room()?;
                    Ok(Some((id, Endpoint { gauges, path: Path::Bridge })))
                }
                _ => Err(SessionError::UnknownPort(id).into()),
            },
            Transport::Socket => {
                let own: Vec<usize> =
                    (0..self.ports.len()).filter(|&i| self.ports[i].as_ref().is_some_and(|p| p.io)).collect();
                let (Some(sockets), false) = (&mut self.sockets, own.is_empty()) else {
                    return Err(IoError::NoSockets.into());
                };
                self.next_io = (self.next_io + 1) % own.len();
                if let Some(port) = &self.ports[own[self.next_io]] {
                    port.check_room()?;
                }
                let lease = sockets.allocate().map_err(IoError::from)?;
                let path = Path::Udp(UdpPath {
                    sockets: lease.sockets,
                    local: lease.local,
                    remote: params.remote,
                    latch: params.latch,
                });
                Ok(Some((PortId(own[self.next_io] as u8), Endpoint { gauges, path })))
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

    fn give_back_port(&mut self, local: std::net::SocketAddr, endpoint: Option<Endpoint>) {
        // Closed before the port may be bound again.
        drop(endpoint);
        if let Some(sockets) = &mut self.sockets {
            sockets.release(local);
        }
    }
}
