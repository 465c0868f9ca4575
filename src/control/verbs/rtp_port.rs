//! Control: ports: made with their rings to every worker, attached, given to the embedder; and who reads their RTCP.

use crate::config::PLACES_IN_TRANSIT;
use crate::control::links::port::{PORT_ORDERS, PortControl};
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, IoError, SessionError};
use crate::rt::{LaneTx, Parcel, Wake, packet_ring, shuttle};
use crate::transport::io::TransportNotice;
use crate::transport::{OwnStreams, PortLink, RtcpReader, RtcpSender, RtpPort};
use crate::types::{PortId, WorkerId};
use crate::worker::{MAX_PORTS, Verb, WorkerPort};

/// A port for the embedder, and its ways to here.
pub(crate) struct OpenPort {
    pub(crate) port: RtpPort,
    pub(crate) rtcp: RtcpSender,
    pub(crate) own: OwnStreams,
    pub(crate) notices: LaneTx<TransportNotice>,
}

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
        let control = PortControl::new(depot, io, capacity, unattached);
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
        let countdown = self.after_all(ends.len(), then);
        for (index, mut end) in ends.into_iter().enumerate() {
            end.wake = wake();
            self.order(WorkerId(index as u8), Verb::AttachPort(id, Parcel::pack(end)), Self::arrival(countdown));
        }
    }

    /// Gives away what reads the RTCP of all I/O machines; once.
    pub(crate) fn take_rtcp(&mut self, promise: &mut Option<Promise<RtcpReader>>) -> Step {
        let reader: Result<_, Error> = match self.rtcp.take() {
            None => Err(IoError::RtcpReaderTaken.into()),
            Some(rings) if rings.is_empty() => {
                self.rtcp = Some(rings);
                Err(IoError::no_sockets().into())
            }
            Some(rings) => Ok(RtcpReader::new(rings, self.rtcp_receivers.clone())),
        };
        Self::settle(promise, reader)
    }

    /// Makes a port for the embedder and answers when every worker serves it.
    pub(crate) fn open_bridge(&mut self, promise: &mut Option<Promise<OpenPort>>) -> Step {
        let port = match self.create_port(false) {
            Err(error) => return Self::refuse(promise, error),
            Ok(port) => port,
        };
        let id = port.id();
        let (rtcp, own, notices) = (self.rtcp_sender(), self.hairpins.own.clone(), self.transport_notices());
        let promise = promise.take();
        let open = move |_: &mut Self| {
            if let Some(promise) = promise {
                promise.answer(Ok(OpenPort { port, rtcp, own, notices }));
            }
        };
        self.attach_port(id, || None, open);
        Step::Done
    }
}
