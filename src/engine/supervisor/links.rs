//! Control: the supervisor's end of one worker: orders out in order, receipts home in order, the places it has given out.

use super::After;
use crate::engine::contain::end;
use crate::engine::health::{Pulse, ThreadState};
use crate::engine::plan::{ORDER_BACKLOG, ORDERS_IN_FLIGHT};
use crate::engine::registry::Registry;
use crate::error::SessionError;
use crate::rt::{Depot, LaneRx, PacketRx, PacketTx};
use crate::telemetry::TimingGauges;
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::{Order, Receipt, Verb, WorkerEvent, WorkerGauges};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Whose a worker's place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A session's leg.
    Session(SessionId),
    /// A tap at a session's.
    Tap(SessionId),
    /// A session's leg that moved away: packets may still come.
    Departed(SessionId),
}

pub(crate) struct WorkerLink {
    pub(crate) id: WorkerId,
    depot: Depot<Order, Receipt>,
    backlog: VecDeque<(Order, After)>,
    outstanding: VecDeque<(u32, After)>,
    /// What is to be done after orders that a thread which does not run owes an answer to.
    lost: VecDeque<After>,
    pub(crate) pulse: Pulse,
    next_seq: u32,
    pub(crate) places: Registry<LegKey, Owner>,
    pub(crate) free_buses: Vec<u32>,
    pub(crate) events: LaneRx<WorkerEvent>,
    pub(crate) strays: PacketRx,
    pub(crate) forward: PacketTx,
    pub(crate) gauges: Arc<WorkerGauges>,
    pub(crate) timing: Arc<TimingGauges>,
}

/// Ring ends of a worker.
pub(crate) struct WorkerRings {
    pub(crate) depot: Depot<Order, Receipt>,
    pub(crate) events: LaneRx<WorkerEvent>,
    pub(crate) strays: PacketRx,
    pub(crate) forward: PacketTx,
}

impl WorkerLink {
    pub(crate) fn new(
        id: WorkerId,
        rings: WorkerRings,
        legs: usize,
        buses: usize,
        gauges: Arc<WorkerGauges>,
        timing: Arc<TimingGauges>,
    ) -> Self {
        Self {
            id,
            depot: rings.depot,
            backlog: VecDeque::new(),
            outstanding: VecDeque::with_capacity(ORDERS_IN_FLIGHT),
            lost: VecDeque::new(),
            pulse: Pulse::new(),
            next_seq: 0,
            places: Registry::new(legs),
            free_buses: (0..buses as u32).rev().collect(),
            events: rings.events,
            strays: rings.strays,
            forward: rings.forward,
            gauges,
            timing,
        }
    }

    pub(crate) fn post(&mut self, verb: Verb, after: After) {
        let order = Order { seq: self.next_seq, verb };
        self.next_seq = self.next_seq.wrapping_add(1);
        if self.pulse.runs() {
            self.backlog.push_back((order, after));
            return self.pump();
        }
        self.lost.push_back(after);
        if self.backlog.len() >= ORDER_BACKLOG {
            // Given up: an order left out would be missed by all that come after it.
            self.pulse.state = ThreadState::Ended;
        }
        match self.pulse.state {
            ThreadState::Ended => end("what an order to a thread that has ended brought", order),
            _ => self.backlog.push_back((order, None)),
        }
    }

    /// Looks whether the thread ticks; tells a change.
    pub(crate) fn look(&mut self, passed: Duration) -> Option<ThreadState> {
        self.pulse.look(self.gauges.ticks.get(), passed, self.depot.is_abandoned())
    }

    /// Whoever waits for a thread that does not run is answered without it; what it was ordered it still finds, should it
    /// come back.
    pub(crate) fn give_up_answers(&mut self) {
        if self.pulse.runs() {
            return;
        }
        let owed = self.outstanding.iter_mut().map(|(_, after)| after.take());
        self.lost.extend(owed.filter(Option::is_some));
        self.lost.extend(self.backlog.iter_mut().map(|(_, after)| after.take()).filter(Option::is_some));
        if self.pulse.state == ThreadState::Ended {
            end("what orders to a thread that has ended brought", std::mem::take(&mut self.backlog));
        }
    }

    /// Sends what waits, as far as the shuttle has room.
    pub(crate) fn pump(&mut self) {
        while self.pulse.state != ThreadState::Ended
            && let Some((order, after)) = self.backlog.pop_front()
        {
            let seq = order.seq;
            match self.depot.send(order) {
                Ok(()) => self.outstanding.push_back((seq, after)),
                Err(order) => {
                    self.backlog.push_front((order, after));
                    break;
                }
            }
        }
    }

    /// The next receipt with what is to be done after it. Receipts come home in the order of the orders.
    pub(crate) fn collect(&mut self) -> Option<(Receipt, After)> {
        let Some(receipt) = self.depot.collect() else {
            let after = self.lost.pop_front()?;
            return Some((Receipt::lost(), after));
        };
        let (seq, after) = self.outstanding.pop_front()?;
        debug_assert_eq!(seq, receipt.seq, "receipts come home in order");
        Some((receipt, after))
    }

    pub(crate) fn busy(&self) -> bool {
        let owes = !self.outstanding.is_empty() || !self.backlog.is_empty();
        !self.lost.is_empty() || (self.pulse.runs() && owes)
    }

    /// Orders that wait for a thread that runs.
    pub(crate) fn backlog(&self) -> usize {
        if self.pulse.runs() { self.backlog.len() } else { 0 }
    }

    /// Whether a leg can be placed. There are places for every session and tap and for many that are on their way out.
    pub(crate) fn check_room(&self) -> Result<(), SessionError> {
        let limit = self.places.limit();
        let full = SessionError::Capacity { what: "places of a media thread", limit, field: "max_sessions" };
        if self.places.len() < limit { Ok(()) } else { Err(full) }
    }

    /// The load that admission goes by.
    pub(crate) fn load_percent(&self) -> u32 {
        self.timing.load_percent()
    }
}
