//! Control: the processing chain of a session: built here, followed on by the worker.

use super::answers::LegPlace;
use crate::control::records::session::{Place, Session, rate_of};
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error};
use crate::flight::{ChainRecipe, Recipe};
use crate::processing::audio::amd::AmdParams;
use crate::processing::chain::{
    AudioProcessor, ChainRates, ChainRequest, ProcessingGauges, ProcessingMetrics, ProcessingParams,
};
use crate::processing::stage::ProcessingError;
use crate::rt::Parcel;
use crate::rt::contain::contained;
use crate::session::MediaSessionParams;
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::Verb;
use std::sync::Arc;

impl Supervisor {
    pub(crate) fn set_processing(
        &mut self,
        id: SessionId,
        processing: &ProcessingParams,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let ordered = self.try_set_processing(id, processing);
        self.answer_when_applied(id, promise, ordered)
    }

    /// As [`set_processing`](Self::set_processing), of the detection of answering machines alone.
    pub(crate) fn set_amd(
        &mut self,
        id: SessionId,
        params: Option<AmdParams>,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let asked = self.session(id).map(|session| session.params.processing.clone()).map_err(Error::from);
        let ordered = asked.and_then(|mut processing| {
            processing.amd = params;
            self.try_set_processing(id, &processing)
        });
        self.answer_when_applied(id, promise, ordered)
    }

    fn try_set_processing(&mut self, id: SessionId, processing: &ProcessingParams) -> Result<Option<LegPlace>, Error> {
        let Some((worker, key)) = self.leg_of(id)? else { return Ok(None) };
        let mut params = self.session(id)?.params.clone();
        params.processing = processing.clone();
        let sends = self.session(id)?.sends;
        let chain = self.plan_processing(id, worker, &params.sending(sends))?;
        self.order_processing(id, worker, key, chain);
        let session = self.session_mut(id)?;
        session.params = params;
        if let Some(Connection::Bridge(other)) = session.state.connection {
            // Whether payloads may pass through may have changed.
            self.send_bridge_routes(id, other);
        }
        Ok(Some((worker, key)))
    }

    /// Builds the chain that `params` ask for, if it differs from the one that the session has. Nothing is changed.
    pub(in crate::control) fn plan_processing(
        &self,
        id: SessionId,
        worker: WorkerId,
        params: &MediaSessionParams,
    ) -> Result<Option<NextChain>, Error> {
        let session = self.session(id)?;
        let wanted = self.with_listening(session, params, params.processing.shed(self.shedding.level(worker)));
        let (rates, at) = (rates_of(params), rates_of(&session.sending()));
        let former = &session.chain;
        let asked_before = &session.params.processing;
        let same = *former == wanted && *asked_before == params.processing;
        if (same && rates == at) || (former.is_off() && wanted.is_off()) {
            return Ok(None);
        }
        let next = ChainRequest { requested: &params.processing, effective: &wanted };
        let former = ChainRequest { requested: asked_before, effective: former };
        let chain = made(|| AudioProcessor::build(next, rates, Some((former, at)), session.processing.clone()))?;
        let recipe = self.flight.is_on().then(|| Box::new(ChainRecipe::new((next, rates), (former, at))));
        Ok(Some(NextChain { wanted, chain, recipe }))
    }

    /// Orders a chain that was planned.
    pub(in crate::control) fn order_processing(
        &mut self,
        id: SessionId,
        worker: WorkerId,
        key: LegKey,
        next: Option<NextChain>,
    ) {
        let (Some(NextChain { wanted, chain, recipe }), Some(session)) = (next, self.sessions.get_mut(id)) else {
            return;
        };
        session.chain = wanted;
        if let Some(recipe) = recipe {
            self.flight.describe(|| Recipe::SetProcessor(key, recipe));
        }
        self.order(worker, Verb::SetProcessor(key, Parcel::pack(chain)), None);
    }

    /// Fits a session's chain to what its worker sheds now.
    pub(in crate::control) fn fit_processing(&mut self, id: SessionId) {
        let Ok(Some((worker, key))) = self.leg_of(id) else { return };
        let Ok(params) = self.session(id).map(|session| session.sending()) else { return };
        match self.plan_processing(id, worker, &params) {
            Ok(chain) => self.order_processing(id, worker, key, chain),
            Err(error) => self.warn_of(id, format_args!("its processing stays as it is: {error}")),
        }
    }

    /// Fits the chains of all sessions of a worker to what it sheds now.
    pub(in crate::control) fn fit_processing_on(&mut self, worker: WorkerId) {
        // By what it runs: it may be listened to for another's sake alone.
        let processed = |s: &Session| {
            !(s.params.processing.is_off() && s.chain.is_off()) && matches!(s.place, Place::At(at, _) if at == worker)
        };
        let processed = |id: &SessionId| self.sessions.get(*id).is_some_and(processed);
        let ids: Vec<SessionId> = self.sessions.keys().filter(processed).collect();
        for id in ids {
            self.fit_processing(id);
        }
    }

    /// What a session's worker runs.
    pub(crate) fn processing(&mut self, id: SessionId, promise: &mut Option<Promise<ProcessingParams>>) -> Step {
        Self::settle(promise, self.session(id).map(|s| s.chain.clone()))
    }

    /// What a session's stages know as of the next tick.
    pub(crate) fn processing_metrics(
        &mut self,
        id: SessionId,
        promise: &mut Option<Promise<ProcessingMetrics>>,
    ) -> Step {
        let gauges = match self.session(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(session) => session.processing.clone(),
        };
        self.read_of_leg(id, promise, move || gauges.read())
    }
}

/// The chain that a new session begins with.
pub(in crate::control) fn first_chain(
    params: &MediaSessionParams,
    gauges: &Arc<ProcessingGauges>,
) -> Result<Option<AudioProcessor>, ProcessingError> {
    if params.processing.is_off() {
        return Ok(None);
    }
    made(|| AudioProcessor::build(&params.processing, rates_of(params), None, gauges.clone())).map(Some)
}

/// A chain that is to follow on a session's own, and what it was asked for by.
pub(in crate::control) struct NextChain {
    wanted: ProcessingParams,
    chain: AudioProcessor,
    /// For the flight recorder.
    recipe: Option<Box<ChainRecipe>>,
}

/// What factories of stages make.
fn made(make: impl FnOnce() -> Result<AudioProcessor, ProcessingError>) -> Result<AudioProcessor, ProcessingError> {
    contained("the factory of a stage", make).unwrap_or(Err(ProcessingError::Panicked))
}

fn rates_of(params: &MediaSessionParams) -> ChainRates {
    ChainRates { received: rate_of(params), sent: params.output_rate() }
}
