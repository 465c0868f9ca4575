//! Control: the way in for any thread: a cloneable handle over a bounded queue of requests.

use crate::codec::{CodecManager, VideoCodecCapability};
use crate::control::event_callbacks::Callbacks;
use crate::control::events::Subscribers;
use crate::control::records::snapshot_cell::SnapshotCell;
use crate::control::request::Step;
use crate::control::request::pending::{Promise, promise};
use crate::control::request::queue::{Quota, Refused, RequestSender};
use crate::control::request::unanswered::Unanswered;
use crate::control::supervisor::{Request, Supervisor};
use crate::control::verbs::OpenPort;
use crate::control::{Events, Pending, SessionEvents};
use crate::error::EngineError;
#[cfg(doc)]
use crate::error::SessionError;
use crate::rt::contain::end;
use crate::session::{AudioFormat, EventKind, MediaCapabilities, MediaEvent};
use crate::telemetry::gauges::{GaugePage, GaugeQuery};
use crate::telemetry::health::{EngineHealth, HealthCell, ThreadState};
use crate::telemetry::legs::{LegQuery, LegRow};
use crate::telemetry::snapshot::Snapshot;
use crate::telemetry::stats_socket::StatsSource;
use crate::telemetry::{Directory, Why};
use crate::transport::RtcpReader;
use crate::transport::RtpBridge;
use crate::types::{DialogId, MediaTime};
use std::sync::Arc;
use std::time::Duration;

/// A handle to the engine: `Clone + Send + Sync`. Dropping it ends nothing; dropping the
/// [`MediaEngine`](crate::engine::MediaEngine) ends everything.
///
/// Each verb is a request to the supervisor and returns at once: [`wait`](Pending::wait) for the answer, await it, or
/// poll it. A full request queue answers [`EngineError::Busy`]. Requests about one session are carried out in the order in
/// which they were made.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let params = MediaSessionParams::new(AudioFormat::pcmu());
/// let [a, b] = ["a", "b"].map(|dialog| handle.create_media_session(dialog, params.clone()));
/// let (a, b) = (engine.complete(a)?, engine.complete(b)?);
/// let bridged = handle.bridge(&a, &b); // on real threads: .wait()
/// engine.complete(bridged)?;
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Clone)]
pub struct MediaHandle {
    inner: Arc<Inner>,
}

struct Inner {
    requests: RequestSender<Request>,
    unanswered: Unanswered,
    subscribers: Subscribers,
    callbacks: Arc<Callbacks>,
    subscriber_queue: usize,
    timeout: Duration,
    clock: Clock,
    cell: SnapshotCell,
}

/// Where a request's time of submission comes from.
pub(super) type Clock = Arc<dyn Fn() -> MediaTime + Send + Sync>;

impl std::fmt::Debug for MediaHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MediaHandle").field("requests_waiting", &self.inner.requests.len()).finish_non_exhaustive()
    }
}

impl MediaHandle {
    pub(super) fn new(
        requests: RequestSender<Request>,
        subscribers: Subscribers,
        subscriber_queue: usize,
        timeout: Duration,
        clock: Clock,
        cell: SnapshotCell,
    ) -> Self {
        let (unanswered, callbacks) = (Unanswered::default(), Arc::default());
        let inner = Inner { requests, unanswered, subscribers, callbacks, subscriber_queue, timeout, clock, cell };
        Self { inner: Arc::new(inner) }
    }

    /// Submits a request; `run` is called with the promise to answer, again if it has to wait for a leg.
    pub(super) fn request<T: Send + 'static>(
        &self,
        run: impl FnMut(&mut Supervisor, &mut Option<Promise<T>>) -> Step + Send + 'static,
    ) -> Pending<T> {
        self.request_with(Quota::Shared, |promise| promise, run)
    }

    /// Submits a request whose answer `make` makes something else of.
    pub(super) fn request_made<T: Send + 'static, U: Send + 'static>(
        &self,
        make: impl FnOnce(U) -> T + Send + 'static,
        run: impl FnMut(&mut Supervisor, &mut Option<Promise<U>>) -> Step + Send + 'static,
    ) -> Pending<T> {
        self.request_with(Quota::Shared, |promise: Promise<T>| promise.map(make), run)
    }

    /// Submits a request that ends something: it has a reserve of the queue to itself.
    pub(super) fn request_end<T: Send + 'static>(
        &self,
        run: impl FnMut(&mut Supervisor, &mut Option<Promise<T>>) -> Step + Send + 'static,
    ) -> Pending<T> {
        self.request_with(Quota::Freeing, |promise| promise, run)
    }

    /// Submits a request that nobody can make again.
    pub(super) fn request_own<T: Send + 'static>(
        &self,
        run: impl FnMut(&mut Supervisor, &mut Option<Promise<T>>) -> Step + Send + 'static,
    ) -> Pending<T> {
        self.request_with(Quota::Own, |promise| promise, run)
    }

    /// Submits a request under that quota, whose promise `map` makes another of.
    pub(super) fn request_with<T: Send + 'static, U: Send + 'static>(
        &self,
        quota: Quota,
        map: impl FnOnce(Promise<T>) -> Promise<U>,
        run: impl FnMut(&mut Supervisor, &mut Option<Promise<U>>) -> Step + Send + 'static,
    ) -> Pending<T> {
        let (promise, pending) = promise(self.inner.timeout);
        self.inner.unanswered.enter(&pending);
        self.submit(Request::asking((self.inner.clock)(), map(promise), run), quota);
        pending
    }

    /// Hands a request to the supervisor. What it cannot take is answered here: that the queue is full, or (dropped) that
    /// the engine has stopped.
    pub(super) fn submit(&self, mut request: Request, quota: Quota) {
        request.quota = quota;
        match self.inner.requests.submit(request, quota) {
            Ok(()) => {}
            Err(Refused::Closed(request)) => end("what a request brought", request),
            Err(Refused::Full(mut request)) => {
                request.refuse(EngineError::Busy);
                end("what a request brought", request);
            }
        }
    }

    /// Asks the supervisor to stop.
    pub(super) fn submit_stop(&self) {
        self.inner.requests.submit_stop(Request::telling((self.inner.clock)(), Supervisor::stop));
    }

    /// Answers all that waits, where the supervisor does not.
    pub(super) fn close(&self) {
        self.inner.requests.close();
        self.inner.unanswered.abandon();
        self.inner.subscribers.close();
    }

    /// The codecs that sessions can be created with.
    pub fn get_supported_codecs(&self) -> Vec<AudioFormat> {
        AudioFormat::supported()
    }

    /// The video codecs that relay streams can be negotiated with. Pictures are never decoded: a stream carries any RTP.
    pub fn get_video_capabilities(&self) -> Vec<VideoCodecCapability> {
        CodecManager::default().supported_video_codecs()
    }

    /// What the engine can do, and what of it is left: sessions, load.
    pub fn get_media_capabilities(&self) -> Pending<MediaCapabilities> {
        self.request(|s, promise| s.capabilities(promise))
    }

    /// Events from now on. Each subscriber has a bounded queue of its own; none can slow the engine.
    pub fn subscribe(&self) -> Events {
        self.inner.subscribers.subscribe(self.inner.subscriber_queue)
    }

    /// Events of the session that is to be of that dialog, from its begin to its end, asked for before it exists; of the one that is,
    /// from now on, where there is one.
    pub fn events_of(&self, dialog: impl Into<DialogId>) -> SessionEvents {
        SessionEvents::new(&self.inner.subscribers, &self.inner.callbacks, dialog.into(), None)
    }

    /// Events of a session; by the supervisor, who knows that it lives.
    pub(super) fn subscriptions(&self) -> (Subscribers, Arc<Callbacks>) {
        (self.inner.subscribers.clone(), self.inner.callbacks.clone())
    }

    /// The time by the engine's clock, which is that of events, of samples ([`PcmTime`](crate::PcmTime)) and of what
    /// [`RtpBridge::receive`] asks for: monotonic, on real threads the system's `CLOCK_MONOTONIC`.
    pub fn now(&self) -> MediaTime {
        (self.inner.clock)()
    }

    /// What the engine tells of itself: refreshed once a second.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.inner.cell.get()
    }

    /// Which threads of the engine run. Asks none of them.
    pub fn health(&self) -> EngineHealth {
        self.inner.cell.health.read((self.inner.clock)())
    }

    pub(super) fn directory(&self) -> &Directory {
        &self.inner.cell.directory
    }

    pub(super) fn health_cell(&self) -> &HealthCell {
        &self.inner.cell.health
    }

    /// Tells subscribers what the supervisor cannot.
    pub(super) fn tell(&self, kind: EventKind) {
        self.inner.subscribers.send(&MediaEvent { at: (self.inner.clock)(), session: None, file: None, kind });
    }

    pub(super) fn note_supervisor(&self, state: ThreadState) {
        self.inner.cell.amend("/engine/supervisor_stalled", i64::from(state != ThreadState::Running));
    }

    /// A page of the gauges that are named as paths: engine and workers as of the last second, sessions as of now. Asks
    /// neither the supervisor nor a media thread, and costs the same whatever the number of sessions.
    pub fn gauges(&self, query: &GaugeQuery) -> GaugePage {
        GaugePage::read(query, &self.snapshot(), &self.inner.cell.directory)
    }

    /// A port for packets of an RTP stack of the embedder's, to be owned by one of its threads. Sessions use it by
    /// [`Transport::Bridge`](crate::session::Transport::Bridge). Dropping it gives its port back, once the sessions that used
    /// it are destroyed; they are told ([`BridgeClosed`](crate::session::EventKind::BridgeClosed)).
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Ports`] when all ports are taken.
    pub fn rtp_bridge(&self) -> Pending<RtpBridge> {
        let make = |open: OpenPort| {
            let mut bridge = RtpBridge::new(open.port);
            bridge.set_rtcp_sender(open.rtcp);
            bridge.set_own_streams(open.own, open.notices);
            bridge
        };
        self.request_made(make, |s, promise| s.open_bridge(promise))
    }

    /// What reads the RTCP that comes to the engine's sockets and through `RtpBridge`s, for a quality monitor; until it is
    /// taken RTCP is only counted. There is one; dropping it ends the reading.
    ///
    /// # Errors
    /// Through the answer: [`IoError`](crate::error::IoError) if it was taken before, or the engine has neither
    /// sockets nor an `RtpBridge` yet.
    pub fn rtcp_reader(&self) -> Pending<RtcpReader> {
        self.request(|s, promise| s.take_rtcp(promise))
    }
}

impl StatsSource for MediaHandle {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot()
    }

    fn gauges(&self, query: &GaugeQuery) -> GaugePage {
        self.gauges(query)
    }

    fn legs(&self, query: &LegQuery) -> Vec<LegRow> {
        self.legs(query)
    }

    fn why(&self, session: &str) -> Option<Why> {
        self.why(session)
    }
}
