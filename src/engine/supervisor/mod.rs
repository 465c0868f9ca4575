//! Control: the supervisor: the only one that gives workers orders. It owns the registry of dialogs, sessions, bridges and
//! conferences, decides admission and placement, compiles routes, frees what comes home, and tells subscribers.
//!
//! A pure state machine: [`Supervisor::step`] takes the time and does what there is to do; a thread or the virtual harness
//! calls it. Requests come in as closures over a bounded channel; each verb has a file of its own.

mod answers;
mod bridge;
mod codecs;
mod create;
mod destroy;
mod digits;
mod expectation;
mod gather;
mod hairpins;
mod links;
mod listing;
mod notices;
#[cfg(feature = "opus")]
mod opus;
mod playability;
mod port_control;
mod port_end;
mod ports;
mod processing;
mod query;
mod relay_links;
mod relay_settings;
mod relays;
mod relocate;
mod requests;
mod returns;
mod room;
mod session;
mod settings;
mod shedding;
mod shell_doors;
mod stop;
mod strays;
mod taps;
mod telemetry;
mod watch;

pub(crate) use links::{WorkerLink, WorkerRings};
use session::Session;
use shedding::Shedding;
pub(crate) use telemetry::SnapshotCell;

use super::contain::{contained, end};
use super::events::Subscribers;
use super::plan::Plan;
use super::registry::Registry;
use super::request::Request;
use super::request_queue::RequestReceiver;

use crate::integration::io::{PortAllocator, TransportNotice};
use crate::integration::{RtcpDesk, RtcpRing};
use crate::rt::LaneRx;
use crate::telemetry::LogLimit;
use crate::types::{ConferenceId, DialogId, MediaTime, PortId, SessionId, WorkerId};
use crate::worker::{Receipt, Verb};
use gather::Gathers;
use port_control::PortControl;
use room::Room;
use std::collections::{HashMap, VecDeque};
use strays::Strays;
use telemetry::Telemetry;

/// What is done when an order's receipt comes home.
pub(crate) type After = Option<Box<dyn FnOnce(&mut Supervisor, Receipt) + Send>>;

/// See the module text.
pub struct Supervisor {
    pub(super) plan: Plan,
    pub(super) now: MediaTime,
    /// When the request being carried out was submitted.
    submitted: MediaTime,
    requests: RequestReceiver,
    /// Requests that waited for a leg to arrive, and may be carried out now.
    ready: VecDeque<Request>,
    pub(super) workers: Vec<WorkerLink>,
    ports: Vec<Option<PortControl>>,
    sessions: Registry<SessionId, Session>,
    dialogs: HashMap<DialogId, SessionId>,
    rooms: Registry<ConferenceId, Room>,
    strays: Strays,
    relays: usize,
    taps: usize,
    tap_number: u64,
    next_io: usize,
    next_stagger: u8,
    gathers: Gathers,
    sockets: Option<PortAllocator>,
    subscribers: Subscribers,
    telemetry: Telemetry,
    shedding: Shedding,
    transport_notices: Vec<LaneRx<TransportNotice>>,
    /// The ends of the I/O threads' RTCP, until somebody reads them.
    rtcp: Option<Vec<RtcpRing>>,
    rtcp_desk: RtcpDesk,
    stopping: bool,
    stopped: bool,
    ports_detached: bool,
    /// Until when a stop waits for embedders' ports, and those that did not answer.
    ports_awaited: Option<MediaTime>,
    silent_ports: Vec<PortId>,
    identifiers: super::identifiers::Identifiers,
    log_limit: LogLimit,
    hairpins: hairpins::Hairpins,
    watch: watch::Watch,
}

impl std::fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Supervisor")
            .field("now", &self.now)
            .field("workers", &self.workers.len())
            .field("sessions", &self.sessions.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Supervisor {
    /// However it ends, subscriptions end with it; requests that wait are answered as they are dropped.
    fn drop(&mut self) {
        self.telemetry.cell.health.end();
        self.subscribers.close();
    }
}

impl Supervisor {
    pub(super) fn new(
        plan: Plan,
        requests: RequestReceiver,
        workers: Vec<WorkerLink>,
        sockets: Option<PortAllocator>,
        subscribers: Subscribers,
        identifiers: super::identifiers::Identifiers,
    ) -> Self {
        let config = &plan.config;
        Self {
            now: MediaTime::ZERO,
            submitted: MediaTime::ZERO,
            requests,
            ready: VecDeque::new(),
            ports: Vec::new(),
            sessions: Registry::new(config.max_sessions),
            dialogs: HashMap::new(),
            rooms: Registry::new(config.max_conferences),
            strays: Strays::default(),
            relays: 0,
            taps: 0,
            tap_number: 0,
            next_io: 0,
            next_stagger: 0,
            gathers: Gathers::default(),
            sockets,
            subscribers,
            telemetry: Telemetry::new(workers.len(), &plan),
            shedding: Shedding::new(workers.len(), &plan),
            transport_notices: Vec::new(),
            rtcp: Some(Vec::new()),
            rtcp_desk: RtcpDesk::default(),
            stopping: false,
            stopped: false,
            ports_detached: false,
            ports_awaited: None,
            silent_ports: Vec::new(),
            identifiers,
            log_limit: LogLimit::default(),
            hairpins: hairpins::Hairpins::default(),
            watch: watch::Watch::default(),
            workers,
            plan,
        }
    }

    /// Does what there is to do at `now`. Bounded work; call it again soon, at the latest when a request comes.
    pub fn step(&mut self, now: MediaTime) {
        self.now = now;
        self.watch_threads();
        self.collect_receipts();
        self.collect_port_receipts();
        self.take_events();
        self.take_transport_notices();
        self.forward_strays();
        self.shed_load();
        self.carry_out_requests();
        self.judge_returns();
        self.pump();
        self.keep_telemetry();
        self.continue_stop();
    }

    /// Whether orders are out: receipts are to be expected within a tick or two.
    pub fn expects_receipts(&self) -> bool {
        self.workers.iter().any(|w| w.busy()) || self.ports.iter().flatten().any(PortControl::busy)
    }

    /// Whether a stop was asked for and everything came home.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Sends an order, in the order of the calls; `after` is done when its receipt comes home.
    fn order(&mut self, worker: WorkerId, verb: Verb, after: After) {
        if let Some(link) = self.workers.get_mut(worker.as_usize()) {
            link.post(verb, after);
        }
    }

    fn collect_receipts(&mut self) {
        for index in 0..self.workers.len() {
            self.telemetry.follow_receipt_of(index);
            while let Some((receipt, after)) = self.workers[index].collect() {
                if let Some(after) = after {
                    // What comes home is freed in here, and some of it is the embedder's.
                    contained("what came home from a media thread", || after(self, receipt));
                } else {
                    end("what came home from a media thread", receipt);
                }
            }
        }
    }

    fn pump(&mut self) {
        for worker in &mut self.workers {
            worker.pump();
        }
        self.pump_ports();
    }
}
