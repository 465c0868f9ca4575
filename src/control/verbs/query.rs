//! Control: questions about sessions and the engine.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::Error;
use crate::quality::QualityReport;
use crate::session::{
    AudioFormat, MediaCapabilities, MediaSessionParams, MediaSessionState, RtcpStatistics, SessionStatistics,
    TransportStatistics,
};
use crate::types::{SessionId, WorkerId};

impl Supervisor {
    /// What the session was asked for, all of it.
    pub(crate) fn params(&mut self, id: SessionId, promise: &mut Option<Promise<MediaSessionParams>>) -> Step {
        let params = self.session(id).map(|session| session.params.clone().all_mentioned());
        Self::settle(promise, params)
    }

    /// A session's numbers as of the next tick.
    pub(crate) fn statistics(&mut self, id: SessionId, promise: &mut Option<Promise<SessionStatistics>>) -> Step {
        let gauges = match self.session(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(session) => session.gauges.clone(),
        };
        self.read_of_leg(id, promise, move || SessionStatistics::read(&gauges))
    }

    /// What a session's port counted. Read as it stands: the port counts on its own thread.
    pub(crate) fn transport_statistics(
        &mut self,
        id: SessionId,
        promise: &mut Option<Promise<TransportStatistics>>,
    ) -> Step {
        Self::settle(promise, self.session(id).map(|s| TransportStatistics::read(&s.transport)))
    }

    /// What is known of a session by RTCP. Read as it stands.
    pub(crate) fn rtcp_statistics(&mut self, id: SessionId, promise: &mut Option<Promise<RtcpStatistics>>) -> Step {
        Self::settle(promise, self.session(id).map(|s| RtcpStatistics::read(&s.transport.rtcp)))
    }

    /// How good a session is, as of its last interval.
    pub(crate) fn quality(&mut self, id: SessionId, promise: &mut Option<Promise<QualityReport>>) -> Step {
        Self::settle(promise, self.session(id).map(|s| s.quality.report()))
    }

    pub(crate) fn state(&mut self, id: SessionId, promise: &mut Option<Promise<MediaSessionState>>) -> Step {
        Self::settle(promise, self.session(id).map(|s| s.state))
    }

    pub(crate) fn worker_of(&mut self, id: SessionId, promise: &mut Option<Promise<WorkerId>>) -> Step {
        match self.leg_of(id) {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(id),
            Ok(Some((worker, _))) => Self::settle(promise, Ok::<_, Error>(worker)),
        }
    }

    /// What the engine can do, and what of it is left.
    pub(crate) fn capabilities(&self, promise: &mut Option<Promise<MediaCapabilities>>) -> Step {
        let config = &self.plan.config;
        let capabilities = MediaCapabilities {
            codecs: AudioFormat::supported(),
            sessions: self.sessions.len(),
            max_sessions: config.max_sessions,
            conferences: self.rooms.len(),
            max_conferences: config.max_conferences,
            relays: self.relays,
            max_relays: config.max_relays,
            taps: self.taps.open,
            max_taps: config.max_taps,
            workers: self.workers.len(),
            tick_ms: config.tick_ms,
            load_percent: self.workers.iter().map(|w| self.expected_load_percent(w)).collect(),
            io_load_percent: self.io_load_percent(),
            load_limit_percent: config.load_limit_percent,
            shed: self.workers.iter().map(|w| self.shedding.level(w.id)).min().unwrap_or_default(),
            ports_left: self.sockets.as_ref().map(|ports| ports.capacity() - ports.in_use()),
            legs: self.workers.iter().map(|w| w.places.len()).collect(),
        };
        Self::settle(promise, Ok::<_, Error>(capabilities))
    }
}
