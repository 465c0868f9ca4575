//! Control: the supervisor's end of one RtpPort: its link, its bindings, the rings to the workers until it is attached.

use super::link::{Link, Numbered};
use super::newcomers::Newcomers;
use crate::config::ORDER_BACKLOG;
use crate::control::records::registry::Registry;
use crate::error::SessionError;
use crate::rt::{Depot, Wake};
use crate::transport::{PortOrder, PortReceipt, PortVerb};
use crate::types::{BindingKey, SessionId};
use crate::worker::WorkerPort;

/// Port orders in flight.
pub(crate) const PORT_ORDERS: usize = 1_024;

/// What is done after a port's order, with whether somebody waits for its answer.
struct After<A> {
    awaited: bool,
    then: Option<A>,
}

/// One port, with what is done (`A`) after its orders.
pub(crate) struct PortControl<A> {
    link: Link<PortOrder, PortReceipt, After<A>>,
    /// Signs of life: receipts that came home.
    answers: u64,
    pub(crate) bindings: Registry<BindingKey, SessionId>,
    pub(crate) wake: Option<Box<dyn Wake>>,
    /// Whether the engine's own I/O thread owns it.
    pub(crate) io: bool,
    /// The workers' ring ends, until the port is attached.
    pub(crate) unattached: Vec<WorkerPort>,
    /// Its owner is gone: nothing is bound to it any more, and it goes when its last session does.
    pub(crate) closed: bool,
    pub(crate) newcomers: Newcomers,
}

impl Numbered for PortOrder {
    fn seq(&self) -> u32 {
        self.seq
    }
}

impl Numbered for PortReceipt {
    fn seq(&self) -> u32 {
        self.seq
    }
}

/// In place of a receipt that nobody will send.
fn unanswered() -> PortReceipt {
    let binding = BindingKey { index: u32::MAX, generation: 0 };
    PortReceipt::new(0, binding, false)
}

impl<A> PortControl<A> {
    pub(crate) fn new(
        depot: Depot<PortOrder, PortReceipt>,
        io: bool,
        capacity: usize,
        unattached: Vec<WorkerPort>,
    ) -> Self {
        Self {
            link: Link::new(depot, PORT_ORDERS),
            answers: 0,
            bindings: Registry::new(capacity),
            wake: None,
            io,
            unattached,
            closed: false,
            newcomers: Newcomers::default(),
        }
    }

    /// Has an order wait until [`pump`](Self::pump).
    pub(crate) fn post(&mut self, binding: BindingKey, verb: PortVerb, then: Option<A>) {
        let awaited = matches!(verb, PortVerb::SetRemote { .. } | PortVerb::SetRelay(_));
        let order = PortOrder { seq: self.link.number(), binding, verb };
        self.link.push(order, After { awaited, then });
    }

    /// Sends what waits, as far as the shuttle has room, and wakes the thread that is to see it.
    pub(crate) fn pump(&mut self) {
        if !self.closed
            && self.link.pump()
            && let Some(wake) = &self.wake
        {
            wake.wake();
        }
    }

    /// The next receipt with what is to be done after it. Where nobody is left to answer, each order is answered here: not
    /// done, and what it brought comes back with that.
    pub(crate) fn collect(&mut self) -> Option<(PortReceipt, Option<A>)> {
        // Of one that was given up, what it still answers comes too late.
        if (!self.closed || self.link.depot.is_abandoned())
            && let Some((receipt, after)) = self.link.collect()
        {
            self.answers += 1;
            return Some((receipt, after.then));
        }
        if !self.closed {
            return None;
        }
        if let Some(after) = self.link.take_outstanding() {
            return Some((unanswered(), after.then));
        }
        let (order, after) = self.link.take_unsent()?;
        let endpoint = match order.verb {
            PortVerb::Bind { endpoint, .. } | PortVerb::BindRelay { endpoint, .. } => Some(endpoint),
            _ => None,
        };
        Some((PortReceipt { endpoint, ..unanswered() }, after.then))
    }

    /// What is to be done after orders whose answers are awaited of a thread that does not run, each with a receipt in its
    /// place. What is only kept in order by receipts waits for the thread.
    pub(crate) fn give_up_answers(&mut self) -> Vec<(PortReceipt, A)> {
        if !self.io || self.runs() {
            return Vec::new();
        }
        let owed = self.link.afters().filter(|after| after.awaited);
        owed.filter_map(|after| Some((unanswered(), after.then.take()?))).collect()
    }

    /// Signs of life of the thread that owns it.
    pub(crate) fn pulse(&self) -> &crate::telemetry::health::Pulse {
        &self.link.pulse
    }

    /// Whether that thread runs.
    pub(crate) fn runs(&self) -> bool {
        self.link.pulse.runs()
    }

    /// Looks whether the thread answers; tells a change.
    pub(crate) fn look(&mut self, passed: std::time::Duration) -> Option<crate::telemetry::health::ThreadState> {
        self.link.pulse.look(self.answers, passed, false)
    }

    /// Whether the owner's end was dropped, or takes no orders: so many wait for an embedder's thread that it is given up.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.link.depot.is_abandoned() || (!self.io && self.link.backlog() >= ORDER_BACKLOG)
    }

    /// Whether so many orders wait for an I/O thread that runs that requests have to.
    pub(crate) fn holds_back(&self) -> bool {
        self.io && self.runs() && self.link.backlog() >= ORDER_BACKLOG
    }

    /// Whether receipts are to be expected.
    pub(crate) fn busy(&self) -> bool {
        self.link.owes()
    }

    /// Whether a session can be bound.
    pub(crate) fn check_room(&self) -> Result<(), SessionError> {
        let limit = self.bindings.limit();
        let full = SessionError::Capacity { what: "bindings of an RTP port", limit, field: "max_sessions" };
        if self.bindings.len() < limit { Ok(()) } else { Err(full) }
    }
}
