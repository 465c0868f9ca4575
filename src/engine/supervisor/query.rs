//! Control: questions about sessions and the engine.

use super::Supervisor;
use crate::engine::capabilities::MediaCapabilities;
use crate::engine::handle::MediaHandle;
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::engine::session_handle::MediaSessionHandle;
use crate::session::{AudioFormat, MediaSessionParams, MediaSessionState, SessionStatistics, TransportStatistics};
use crate::types::{ConferenceId, DialogId, SessionId, WorkerId};
use crate::worker::{Outcome, Receipt, Verb};

impl Supervisor {
    /// What the session was asked for, all of it.
    pub(crate) fn params(&mut self, id: SessionId, promise: &mut Option<Promise<MediaSessionParams>>) -> Step {
        let params = self.session(id).map(|session| session.params.clone().all_mentioned());
        self.settle(promise, params.map_err(Into::into))
    }

    /// A session's numbers as of the next tick.
    pub(crate) fn statistics(&mut self, id: SessionId, promise: &mut Option<Promise<SessionStatistics>>) -> Step {
        let (worker, key) = match self.place_of(id, promise) {
            Ok(place) => place,
            Err(step) => return step,
        };
        let Some(promise) = promise.take() else { return Step::Done };
        let gauges = self.session(id).map(|s| s.gauges.clone());
        let after = move |s: &mut Self, receipt: Receipt| match gauges {
            _ if receipt.outcome == Outcome::Lost => promise.answer(Err(s.lost_answer())),
            Ok(gauges) => promise.answer(Ok(SessionStatistics::read(&gauges))),
            Err(error) => promise.answer(Err(error.into())),
        };
        self.order(worker, Verb::Publish(key), Some(Box::new(after)));
        Step::Done
    }

    /// What a session's port counted. Read as it stands: the port counts on its own thread.
    pub(crate) fn transport_statistics(
        &mut self,
        id: SessionId,
        promise: &mut Option<Promise<TransportStatistics>>,
    ) -> Step {
        let statistics = self.session(id).map(|s| TransportStatistics::read(&s.transport));
        self.settle(promise, statistics.map_err(Into::into))
    }

    pub(crate) fn state(&mut self, id: SessionId, promise: &mut Option<Promise<MediaSessionState>>) -> Step {
        if let Some(promise) = promise.take() {
            promise.answer(self.session(id).map(|s| s.state).map_err(Into::into));
        }
        Step::Done
    }

    /// A handle to the session of a dialog.
    pub(crate) fn find(&self, engine: &MediaHandle, dialog: &DialogId) -> Option<MediaSessionHandle> {
        let session = self.sessions.get(*self.dialogs.get(dialog)?)?;
        Some(MediaSessionHandle::new(engine.clone(), session.id, dialog.clone(), session.local, None))
    }

    pub(crate) fn worker_of(&mut self, id: SessionId, promise: &mut Option<Promise<WorkerId>>) -> Step {
        match self.leg_of(id) {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(id),
            Ok(Some((worker, _))) => {
                if let Some(promise) = promise.take() {
                    promise.answer(Ok(worker));
                }
                Step::Done
            }
        }
    }

    pub(crate) fn members_of(&mut self, id: ConferenceId, promise: &mut Option<Promise<Vec<SessionId>>>) -> Step {
        if let Some(promise) = promise.take() {
            promise.answer(self.members(id));
        }
        Step::Done
    }

    pub(crate) fn capabilities(&self) -> MediaCapabilities {
        let config = &self.plan.config;
        MediaCapabilities {
            codecs: AudioFormat::supported(),
            sessions: self.sessions.len(),
            max_sessions: config.max_sessions,
            conferences: self.rooms.len(),
            max_conferences: config.max_conferences,
            relays: self.relays,
            max_relays: config.max_relays,
            taps: self.taps,
            max_taps: config.max_taps,
            workers: self.workers.len(),
            tick_ms: config.tick_ms,
            load_percent: self.workers.iter().map(|w| w.load_percent()).collect(),
            load_limit_percent: config.load_limit_percent,
            shed: self.workers.iter().map(|w| self.shedding.level(w.id)).min().unwrap_or_default(),
            ports_left: self.sockets.as_ref().map(|ports| ports.capacity() - ports.in_use()),
            legs: self.workers.iter().map(|w| w.places.len()).collect(),
        }
    }
}
