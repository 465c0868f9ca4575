//! Control: the supervisor: the only one that gives workers orders. It owns the records of dialogs, sessions, bridges and
//! conferences, decides admission and placement, compiles routes, frees what comes home, and tells subscribers.
//!
//! A pure state machine: [`Supervisor::step`] takes the time and does what there is to do; a thread or the virtual harness
//! calls it. Requests come in over a bounded queue. State lies below this file ([`records`](super::records),
//! [`links`](super::links)), what is done with it above: a file a verb in [`verbs`](super::verbs), what a step does unasked
//! in [`upkeep`](super::upkeep).

use super::events::Subscribers;
use super::links::countdown::Countdown;
use super::links::gathering::Gathering;
use super::links::port::PortControl;
use super::links::recorder::RecorderLink;
use super::links::worker::WorkerLink;
use super::records::collections::Collections;
use super::records::flight::Flight;
use super::records::glitch_flights::GlitchFlights;
use super::records::hairpins::Hairpins;
#[cfg(feature = "dtls")]
use super::records::handshakes::Handshakes;
use super::records::identifiers::Identifiers;
use super::records::misrouted::Misrouted;
use super::records::playbacks::Playbacks;
use super::records::recording::Recording;
use super::records::registry::Registry;
use super::records::room::Room;
use super::records::session::Session;
use super::records::shedding::Shedding;
use super::records::stopping::Stopping;
use super::records::tap::TapCount;
use super::records::telemetry::Telemetry;
use super::records::watch::Watch;
use super::request::queue::RequestReceiver;
use crate::config::Plan;
use crate::control::records::quality_totals::QualityTotals;
use crate::rt::LaneRx;
use crate::telemetry::LogLimit;
use crate::transport::io::{PortAllocator, TransportNotice};
use crate::transport::{PortReceipt, RtcpReceivers, RtcpRing};
use crate::types::{ConferenceId, DialogId, MediaTime, RecordingId, SessionId};
use crate::worker::Receipt;
use std::collections::{HashMap, VecDeque};

/// A request to the supervisor.
pub(crate) type Request = super::request::Request<Supervisor>;
/// What is done when an order's receipt comes home.
pub(crate) type Then = Box<dyn FnOnce(&mut Supervisor, Receipt) + Send>;
/// The same, if there is anything to be done.
pub(crate) type After = Option<Then>;
/// What is done when a port's receipt comes home, if anything.
pub(crate) type AfterPort = Option<Box<dyn FnOnce(&mut Supervisor, PortReceipt) + Send>>;
/// What is done when several receipts have come home.
pub(super) type AfterAll = Box<dyn FnOnce(&mut Supervisor) + Send>;
/// An end of a port: its link, with what is done after its orders.
pub(crate) type Port = PortControl<Box<dyn FnOnce(&mut Supervisor, PortReceipt) + Send>>;

/// The state machine that gives workers and ports their orders.
pub struct Supervisor {
    pub(crate) plan: Plan,
    pub(crate) now: MediaTime,
    /// When the request being carried out was submitted.
    pub(super) submitted: MediaTime,
    pub(super) requests: RequestReceiver<Request>,
    /// Requests that waited for a leg to arrive, and may be carried out now.
    pub(super) ready: VecDeque<Request>,
    /// Requests that wait for a session's leg to arrive.
    pub(super) waiting: HashMap<SessionId, VecDeque<Request>>,
    pub(crate) workers: Vec<WorkerLink<Then>>,
    pub(super) ports: Vec<Option<Port>>,
    pub(super) sessions: Registry<SessionId, Session>,
    pub(super) dialogs: HashMap<DialogId, SessionId>,
    pub(super) rooms: Registry<ConferenceId, Room>,
    /// When the members of rooms were looked at last.
    pub(super) judged: MediaTime,
    pub(super) misrouted: Misrouted,
    pub(super) relays: usize,
    pub(crate) playbacks: Playbacks,
    pub(super) collections: Collections,
    pub(super) taps: TapCount,
    pub(super) recordings: Registry<RecordingId, Recording>,
    pub(super) recorder: RecorderLink,
    pub(super) next_io: usize,
    pub(super) next_stagger: u8,
    pub(super) countdown: Countdown<AfterAll>,
    /// Orders that are to be applied at one tick boundary.
    pub(super) gathering: Option<Gathering<Then>>,
    pub(super) sockets: Option<PortAllocator>,
    pub(super) subscribers: Subscribers,
    pub(super) telemetry: Telemetry,
    pub(super) shedding: Shedding,
    pub(super) transport_notices: Vec<LaneRx<TransportNotice>>,
    /// The ends of the I/O threads' RTCP, until somebody reads them.
    pub(super) rtcp: Option<Vec<RtcpRing>>,
    pub(super) rtcp_receivers: RtcpReceivers,
    pub(super) stopping: Stopping,
    pub(super) identifiers: Identifiers,
    pub(super) log_limit: LogLimit,
    pub(super) hairpins: Hairpins,
    pub(super) watch: Watch,
    /// The quality of all calls together.
    pub(super) quality: QualityTotals,
    pub(super) flight: Flight,
    pub(super) glitch_flights: GlitchFlights,
    #[cfg(feature = "dtls")]
    pub(super) handshakes: Handshakes,
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
    pub(crate) fn new(
        plan: Plan,
        requests: RequestReceiver<Request>,
        workers: Vec<WorkerLink<Then>>,
        sockets: Option<PortAllocator>,
        subscribers: Subscribers,
        identifiers: Identifiers,
    ) -> Self {
        let config = &plan.config;
        Self {
            now: MediaTime::ZERO,
            submitted: MediaTime::ZERO,
            requests,
            ready: VecDeque::new(),
            waiting: HashMap::new(),
            ports: Vec::new(),
            sessions: Registry::new(config.max_sessions),
            dialogs: HashMap::new(),
            rooms: Registry::new(config.max_conferences),
            judged: MediaTime::ZERO,
            misrouted: Misrouted::default(),
            relays: 0,
            playbacks: Playbacks::new(config.media_root.clone()),
            collections: Collections::default(),
            taps: TapCount::default(),
            recordings: Registry::new(config.max_taps),
            recorder: RecorderLink::new(),
            next_io: 0,
            next_stagger: 0,
            countdown: Countdown::default(),
            gathering: None,
            sockets,
            subscribers,
            telemetry: Telemetry::new(workers.len(), &plan),
            shedding: Shedding::new(workers.len(), &plan),
            transport_notices: Vec::new(),
            rtcp: Some(Vec::new()),
            rtcp_receivers: RtcpReceivers::default(),
            stopping: Stopping::default(),
            identifiers,
            log_limit: LogLimit::default(),
            hairpins: Hairpins::default(),
            watch: Watch::default(),
            quality: QualityTotals::default(),
            flight: Flight::default(),
            glitch_flights: GlitchFlights::default(),
            #[cfg(feature = "dtls")]
            handshakes: Handshakes::default(),
            workers,
            plan,
        }
    }

    /// Does what there is to do at `now`. Bounded work; call it again soon, at the latest when a request comes.
    pub fn step(&mut self, now: MediaTime) {
        self.now = now;
        self.watch_threads();
        self.flight.take(now);
        self.collect_receipts();
        self.collect_port_receipts();
        self.take_events();
        self.take_recorder_notices();
        self.take_transport_notices();
        self.attend_handshakes();
        self.forward_misrouted();
        self.telemetry.io.look(now);
        self.shed_load();
        self.carry_out_requests();
        self.attend_playbacks();
        self.attend_collections();
        self.judge_returns();
        self.judge_members();
        // Where what was gathered ended in a panic of the embedder's.
        self.send_gathered();
        self.pump();
        self.attend_glitch_flight();
        self.keep_telemetry();
        self.continue_stop();
    }

    /// Whether orders are out: receipts are to be expected within a tick or two.
    pub fn expects_receipts(&self) -> bool {
        self.workers.iter().any(|w| w.busy()) || self.ports.iter().flatten().any(PortControl::busy)
    }

    /// Whether a stop was asked for and everything came home.
    pub fn is_stopped(&self) -> bool {
        self.stopping.done
    }

    fn collect_receipts(&mut self) {
        for index in 0..self.workers.len() {
            self.telemetry.follow_receipt_of(index);
            while let Some((receipt, after)) = self.workers[index].collect() {
                self.follow(receipt, after);
            }
        }
    }

    fn pump(&mut self) {
        self.workers.iter_mut().for_each(WorkerLink::pump);
        self.ports.iter_mut().flatten().for_each(PortControl::pump);
    }
}
