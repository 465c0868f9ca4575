//! Control: the supervisor's end of one RtpPort: orders out in order, receipts home in order.

use super::Supervisor;
use crate::engine::health::Pulse;
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
    /// With whether somebody waits for the answer.
    pub(super) outstanding: VecDeque<(bool, AfterPort)>,
    /// Signs of life: receipts that came home.
    pub(super) answers: u64,
    pub(super) pulse: Pulse,
    pub(super) next_seq: u32,
    pub(super) bindings: Registry<BindingKey, SessionId>,
    pub(super) wake: Option<Box<dyn Wake>>,
    pub(super) dirty: bool,
    /// Whether the engine's own I/O thread owns it.
    pub(super) io: bool,
    /// The workers' ring ends, until the port is attached.
    pub(super) unattached: Vec<WorkerPort>,
    /// Its owner is gone: nothing is bound to it any more, and it goes when its last session does.
    pub(super) closed: bool,
}

impl PortControl {
    pub(super) fn busy(&self) -> bool {
        !self.outstanding.is_empty() || !self.backlog.is_empty()
    }

    /// The next receipt with what is to be done after it. Where nobody is left to answer, each order is answered here: not
    /// done, and what it brought comes back with that.
    fn collect(&mut self) -> Option<(PortReceipt, AfterPort)> {
        if let Some(receipt) = self.depot.collect() {
            self.answers += 1;
            return Some((receipt, self.outstanding.pop_front()?.1));
        }
        if !self.closed {
            return None;
        }
        let binding = BindingKey { index: u32::MAX, generation: 0 };
        let lost = PortReceipt { seq: 0, binding, done: false, endpoint: None };
        if let Some((_, after)) = self.outstanding.pop_front() {
            return Some((lost, after));
        }
        let (order, after) = self.backlog.pop_front()?;
        let endpoint = match order.verb {
            PortVerb::Bind { endpoint, .. } | PortVerb::BindRelay { endpoint, .. } => Some(endpoint),
            _ => None,
        };
        Some((PortReceipt { endpoint, ..lost }, after))
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
            self.close_abandoned(index);
            while let Some(Some(control)) = self.ports.get_mut(index)
                && let Some((receipt, after)) = control.collect()
            {
                if let Some(after) = after {
                    after(self, receipt);
                }
            }
            self.answer_for(index);
            self.give_back_closed(index);
        }
    }

    /// Answers who waits for an I/O thread that does not run. What is only kept in order by receipts waits for it.
    fn answer_for(&mut self, index: usize) {
        let Some(Some(control)) = self.ports.get_mut(index) else { return };
        if !control.io || control.pulse.runs() {
            return;
        }
        let owed = control.outstanding.iter_mut().filter(|(awaited, _)| *awaited).map(|(_, after)| after.take());
        let held =
            control.backlog.iter_mut().filter(|(order, _)| is_awaited(&order.verb)).map(|(_, after)| after.take());
        let owed: Vec<_> = owed.chain(held).flatten().collect();
        self.watch.answering = Some(super::watch::io_thread(PortId(index as u8)));
        for after in owed {
            let binding = BindingKey { index: u32::MAX, generation: 0 };
            after(self, PortReceipt { seq: 0, binding, done: false, endpoint: None });
        }
        self.watch.answering = None;
    }

    pub(super) fn pump_ports(&mut self) {
        for control in self.ports.iter_mut().flatten() {
            while !control.closed
                && let Some((order, after)) = control.backlog.pop_front()
            {
                let awaited = is_awaited(&order.verb);
                match control.depot.send(order) {
                    Ok(()) => {
                        control.outstanding.push_back((awaited, after));
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

/// Whether a request is answered after it.
fn is_awaited(verb: &PortVerb) -> bool {
    matches!(verb, PortVerb::SetRemote { .. } | PortVerb::SetRelay(_))
}
