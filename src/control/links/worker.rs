//! Control: the supervisor's end of one worker: its link, its ring ends, and the places of legs and buses that are given out.

use super::link::{Link, Numbered};
use super::newcomers::Newcomers;
use crate::config::{ORDER_BACKLOG, ORDERS_IN_FLIGHT};
use crate::control::records::registry::Registry;
use crate::error::SessionError;
use crate::rt::contain::end;
use crate::rt::{Depot, LaneRx, PacketRx, PacketTx};
use crate::telemetry::TimingGauges;
use crate::telemetry::counters::WorkerGauges;
use crate::telemetry::health::{Pulse, ThreadState};
use crate::types::{LegKey, MediaTime, SessionId, WorkerId};
use crate::worker::{Order, Receipt, Verb, WorkerEvent};
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
    /// A tap of a conference.
    RoomTap,
    /// A session's leg that moved away: packets may still come.
    Departed(SessionId),
}

/// Ring ends of a worker.
pub(crate) struct WorkerRings {
    pub(crate) depot: Depot<Order, Receipt>,
    pub(crate) events: LaneRx<WorkerEvent>,
    pub(crate) misrouted: PacketRx,
    pub(crate) forward: PacketTx,
}

/// One worker, with what is done (`A`) after its orders.
pub(crate) struct WorkerLink<A> {
    pub(crate) id: WorkerId,
    link: Link<Order, Receipt, Option<A>>,
    /// What is to be done after orders that a thread which does not run owes an answer to.
    lost: VecDeque<Option<A>>,
    pub(crate) places: Registry<LegKey, Owner>,
    pub(crate) free_buses: Vec<u32>,
    pub(crate) events: LaneRx<WorkerEvent>,
    pub(crate) misrouted: PacketRx,
    pub(crate) forward: PacketTx,
    pub(crate) gauges: Arc<WorkerGauges>,
    pub(crate) timing: Arc<TimingGauges>,
    pub(crate) newcomers: Newcomers,
}

impl Numbered for Order {
    fn seq(&self) -> u32 {
        self.seq
    }
}

impl Numbered for Receipt {
    fn seq(&self) -> u32 {
        self.seq
    }
}

impl<A> WorkerLink<A> {
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
            link: Link::new(rings.depot, ORDERS_IN_FLIGHT),
            lost: VecDeque::new(),
            places: Registry::new(legs),
            free_buses: (0..buses as u32).rev().collect(),
            events: rings.events,
            misrouted: rings.misrouted,
            forward: rings.forward,
            gauges,
            timing,
            newcomers: Newcomers::default(),
        }
    }

    /// Sends an order, or has it wait for room. Returns its number.
    pub(crate) fn post(&mut self, verb: Verb, after: Option<A>) -> u32 {
        let seq = self.link.number();
        let order = Order { seq, verb };
        if self.runs() {
            self.link.push(order, after);
            self.pump();
            return seq;
        }
        self.lost.push_back(after);
        if self.link.backlog() >= ORDER_BACKLOG {
            // Given up: an order left out would be missed by all that come after it.
            self.link.pulse.state = ThreadState::Ended;
        }
        match self.link.pulse.state {
            ThreadState::Ended => end("what an order to a thread that has ended brought", order),
            _ => self.link.push(order, None),
        }
        seq
    }

    /// Sends what waits, as far as the shuttle has room.
    pub(crate) fn pump(&mut self) {
        if self.link.pulse.state != ThreadState::Ended {
            self.link.pump();
        }
    }

    /// The next receipt with what is to be done after it.
    pub(crate) fn collect(&mut self) -> Option<(Receipt, Option<A>)> {
        self.link.collect().or_else(|| Some((Receipt::lost(), self.lost.pop_front()?)))
    }

    /// Signs of life of the thread.
    pub(crate) fn pulse(&self) -> &Pulse {
        &self.link.pulse
    }

    /// Whether the thread runs.
    pub(crate) fn runs(&self) -> bool {
        self.link.pulse.runs()
    }

    /// Looks whether the thread ticks; tells a change.
    pub(crate) fn look(&mut self, passed: Duration) -> Option<ThreadState> {
        let abandoned = self.link.depot.is_abandoned();
        self.link.pulse.look(self.gauges.ticks.get(), passed, abandoned)
    }

    /// Whoever waits for a thread that does not run is answered without it; what it was ordered it still finds, should it
    /// come back.
    pub(crate) fn give_up_answers(&mut self) {
        if self.runs() {
            return;
        }
        self.lost.extend(self.link.afters().map(Option::take).filter(Option::is_some));
        if self.link.pulse.state == ThreadState::Ended {
            while let Some((order, _)) = self.link.take_unsent() {
                end("what orders to a thread that has ended brought", order);
            }
        }
    }

    /// Whether receipts are to be expected, or answers to be given.
    pub(crate) fn busy(&self) -> bool {
        !self.lost.is_empty() || (self.runs() && self.link.owes())
    }

    /// Orders that wait for a thread that runs.
    pub(crate) fn backlog(&self) -> usize {
        if self.runs() { self.link.backlog() } else { 0 }
    }

    /// Whether a leg can be placed. There are places for every session and tap and for many that are on their way out.
    pub(crate) fn check_room(&self) -> Result<(), SessionError> {
        let limit = self.places.limit();
        let full = SessionError::Capacity { what: "places of a media thread", limit, field: "max_sessions" };
        if self.places.len() < limit { Ok(()) } else { Err(full) }
    }

    /// The load of now.
    pub(crate) fn load_percent(&self) -> u32 {
        self.timing.load_percent()
    }

    /// What those who joined lately will add to it.
    pub(crate) fn load_to_come(&self, now: MediaTime) -> f32 {
        self.newcomers.load_to_come(self.timing.load().mean_1s, self.places.len(), now)
    }
}
