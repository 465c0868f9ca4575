//! Control: the supervisor's end of each RtpPort: its orders and receipts, the rings to the workers.

use super::{After, Supervisor};
use crate::engine::plan::PLACES_IN_TRANSIT;
use crate::engine::registry::Registry;
use crate::error::SessionError;
use crate::integration::{PortLink, PortOrder, PortReceipt, PortVerb, RtpPort};
use crate::rt::{Depot, Parcel, Wake, packet_ring, shuttle};
use crate::types::{BindingKey, PortId, SessionId, WorkerId};
use crate::worker::{MAX_PORTS, Verb, WorkerPort};
use std::collections::VecDeque;

/// The port through which the supervisor sends strays on.
pub(super) const STRAY_PORT: PortId = PortId(0);
/// Port orders in flight.
const PORT_ORDERS: usize = 1_024;

pub(super) type AfterPort = Option<Box<dyn FnOnce(&mut Supervisor, PortReceipt) + Send>>;

pub(super) struct PortControl {
    depot: Depot<PortOrder, PortReceipt>,
    backlog: VecDeque<(PortOrder, AfterPort)>,
    outstanding: VecDeque<AfterPort>,
    next_seq: u32,
    pub(super) bindings: Registry<BindingKey, SessionId>,
    wake: Option<Box<dyn Wake>>,
    dirty: bool,
    /// Whether the engine's own I/O thread owns it.
    pub(super) io: bool,
    /// The workers' ring ends, until the port is attached.
    unattached: Vec<WorkerPort>,
}

impl PortControl {
    pub(super) fn busy(&self) -> bool {
        !self.outstanding.is_empty() || !self.backlog.is_empty()
    }

    /// Whether a session can be bound.
    pub(super) fn check_room(&self) -> Result<(), SessionError> {
        let limit = self.bindings.limit();
        let full = SessionError::Capacity { what: "bindings of an RTP port", limit, field: "max_sessions" };
        if self.bindings.len() < limit { Ok(()) } else { Err(full) }
    }
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
            return Err(SessionError::Capacity { what: "RTP ports", limit: MAX_PORTS - 1, field: "io_threads" });
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
        let capacity = self.plan.config.max_sessions + PLACES_IN_TRANSIT;
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

    pub(super) fn port_order(&mut self, port: PortId, binding: BindingKey, verb: PortVerb, after: AfterPort) {
        let Some(Some(control)) = self.ports.get_mut(port.as_usize()) else { return };
        let order = PortOrder { seq: control.next_seq, binding, verb };
        control.next_seq = control.next_seq.wrapping_add(1);
        control.backlog.push_back((order, after));
    }

    pub(super) fn collect_port_receipts(&mut self) {
        for index in 0..self.ports.len() {
            while let Some(Some(control)) = self.ports.get_mut(index)
                && let Some(receipt) = control.depot.collect()
            {
                if let Some(Some(after)) = control.outstanding.pop_front() {
                    after(self, receipt);
                }
            }
        }
    }

    pub(super) fn pump_ports(&mut self) {
        for control in self.ports.iter_mut().flatten() {
            while let Some((order, after)) = control.backlog.pop_front() {
                match control.depot.send(order) {
                    Ok(()) => {
                        control.outstanding.push_back(after);
                        control.dirty = true;
                    }
                    Err(order) => {
                        control.backlog.push_front((order, after));
                        break;
                    }
                }
            }
            if std::mem::take(&mut control.dirty)
                && let Some(wake) = &control.wake
            {
                wake.wake();
            }
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
