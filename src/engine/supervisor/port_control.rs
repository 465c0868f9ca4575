//! Control: the supervisor's end of one RtpPort: orders out in order, receipts home in order.

use super::Supervisor;
use crate::engine::registry::Registry;
use crate::error::SessionError;
use crate::integration::{PortOrder, PortReceipt, PortVerb};
use crate::rt::{Depot, Wake};
use crate::types::{BindingKey, PortId, SessionId};
use crate::worker::WorkerPort;
use std::collections::VecDeque;

/// Port orders in flight.
pub(super) const PORT_ORDERS: usize = 1_024;

/// What is done when a port's receipt comes home.
pub(super) type AfterPort = Option<Box<dyn FnOnce(&mut Supervisor, PortReceipt) + Send>>;

pub(super) struct PortControl {
    pub(super) depot: Depot<PortOrder, PortReceipt>,
    pub(super) backlog: VecDeque<(PortOrder, AfterPort)>,
    pub(super) outstanding: VecDeque<AfterPort>,
    pub(super) next_seq: u32,
    pub(super) bindings: Registry<BindingKey, SessionId>,
    pub(super) wake: Option<Box<dyn Wake>>,
    pub(super) dirty: bool,
    /// Whether the engine's own I/O thread owns it.
    pub(super) io: bool,
    /// The workers' ring ends, until the port is attached.
    pub(super) unattached: Vec<WorkerPort>,
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
}
