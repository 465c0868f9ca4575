//! Control: a session begins: checked, admitted, placed, built, bound, ordered.

use super::session::{Place, Session};
use super::{Supervisor, links::Owner};
use crate::engine::pending::Promise;
use crate::engine::request::Step;
use crate::error::{Error, SessionError};
use crate::integration::{Endpoint, TransportGauges};
use crate::rt::Parcel;
use crate::session::{EventKind, MediaSessionParams, MediaSessionState, Transport};
use crate::types::{BindingKey, DialogId, PortId, SampleRate, SessionId, WorkerId};
use crate::worker::{Input, Leg, LegGauges, LegPlan, Output, OutputPlan, PcmReader, PcmWriter, Receive, Verb};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

/// How much of an embedder's PCM waits at most, in ms.
const PCM_RING_MS: u32 = 200;

/// What the creator gets.
#[derive(Debug)]
pub(crate) struct Created {
    pub(crate) id: SessionId,
    pub(crate) local: Option<SocketAddr>,
    pub(crate) pcm: Option<(PcmWriter, PcmReader)>,
}

impl Supervisor {
    pub(crate) fn create(
        &mut self,
        dialog: &DialogId,
        params: &MediaSessionParams,
        promise: &mut Option<Promise<Created>>,
    ) -> Step {
        match self.try_create(dialog, params) {
            Err(error) => return Self::refuse(promise, error),
            Ok((worker, verb, created)) => {
                let id = created.id;
                let after = promise.take().map(|p| self.answer_after(p, created));
                self.order(worker, verb, after.flatten());
                self.tell(id, EventKind::Created);
            }
        }
        Step::Done
    }

    fn try_create(
        &mut self,
        dialog: &DialogId,
        params: &MediaSessionParams,
    ) -> Result<(WorkerId, Verb, Created), Error> {
        self.check_params(params)?;
        if let Some(&id) = self.dialogs.get(dialog) {
            return Err(SessionError::DialogInUse(dialog.clone(), id).into());
        }
        if self.sessions.len() == self.sessions.limit() {
            let limit = self.sessions.limit();
            return Err(SessionError::Capacity { what: "sessions", limit, field: "max_sessions" }.into());
        }
        let worker = self.least_loaded()?;
        let rate = rate_of(params);
        let gauges = Arc::new(LegGauges::default());
        let transport = Arc::new(TransportGauges::default());
        let (port, endpoint) = self.endpoint(params)?;
        let local = match &endpoint {
            Some(Endpoint::Socket { local, .. }) => Some(*local),
            _ => None,
        };
        let id = self.sessions.insert_with(|id| Session {
            id,
            dialog: dialog.clone(),
            params: params.clone(),
            place: Place::Moving,
            rate,
            port: None,
            local,
            gauges: gauges.clone(),
            transport: transport.clone(),
            state: MediaSessionState {
                receiving: false,
                held_inward: !params.direction.receives(),
                held_outward: !params.direction.sends(),
                muted: false,
                occupation: None,
                parked: false,
            },
            taps: Vec::new(),
            waiting: VecDeque::new(),
        });
        let id = id.ok_or(SessionError::Capacity {
            what: "sessions",
            limit: self.plan.config.max_sessions,
            field: "max_sessions",
        })?;
        self.dialogs.insert(dialog.clone(), id);
        let key = self.place_for(worker, Owner::Session(id)).ok_or(SessionError::Capacity {
            what: "legs",
            limit: self.plan.config.max_sessions,
            field: "max_sessions",
        })?;
        let binding = match (port, endpoint) {
            (Some(port), Some(endpoint)) => Some((port, self.bind(port, id, worker, key, endpoint, transport))),
            _ => None,
        };
        let (input, output, pcm) = self.ends(params);
        let random = (self.random.next(), self.random.next());
        let leg = Leg::build(LegPlan {
            rate,
            input,
            output,
            inward_payload_type: params.receive.payload_type(),
            port: binding.map_or(PortId(0), |(port, _)| port),
            binding: binding.map_or(BindingKey { index: 0, generation: 0 }, |(_, binding)| binding),
            ssrc: params.ssrc.unwrap_or(random.0 as u32),
            sequence: random.1 as u16,
            timestamp: (random.1 >> 32) as u32,
            gauges,
            hold_inward: !params.direction.receives(),
            hold_outward: !params.direction.sends(),
        });
        if let Some(session) = self.sessions.get_mut(id) {
            session.place = Place::At(worker, key);
            session.port = binding;
        }
        Ok((worker, Verb::Insert(key, Parcel::pack(leg)), Created { id, local, pcm }))
    }

    pub(super) fn check_params(&self, params: &MediaSessionParams) -> Result<(), SessionError> {
        params.receive.check()?;
        params.send.check()?;
        if !self.plan.allows(params.ptime) {
            return Err(SessionError::Ptime {
                ptime_ms: params.ptime.ms(),
                tick_ms: self.plan.config.tick_ms,
                legal: self.plan.legal_ptimes(),
            });
        }
        params.jitter.check().map_err(SessionError::Parameter)
    }

    /// The worker with the least to do.
    ///
    /// # Errors
    /// [`SessionError::Overloaded`] if even that one is beyond the limit.
    pub(super) fn least_loaded(&self) -> Result<WorkerId, SessionError> {
        let limit_percent = self.plan.config.load_limit_percent;
        let best = self.workers.iter().min_by_key(|w| (w.load_percent() / 10, w.places.len()));
        let Some(best) = best else { return Err(SessionError::UnknownWorker(WorkerId(0), 0)) };
        match best.load_percent() {
            load_percent if load_percent >= limit_percent => {
                Err(SessionError::Overloaded { load_percent, limit_percent })
            }
            _ => Ok(best.id),
        }
    }

    fn ends(&mut self, params: &MediaSessionParams) -> (Input, Output, Option<(PcmWriter, PcmReader)>) {
        if let Transport::Pcm(rate) = params.transport {
            let (writer, input) = crate::worker::pcm_in(rate, PCM_RING_MS);
            let (output, reader) = crate::worker::pcm_out(rate, PCM_RING_MS);
            return (Input::Pcm(input), Output::Pcm(output), Some((writer, reader)));
        }
        let receive = Receive::new(params.receive.decoder(), params.receive.sample_rate(), &params.jitter);
        (Input::Rtp(Box::new(receive)), Output::Rtp(Parcel::pack(self.output_plan(params))), None)
    }

    pub(super) fn output_plan(&mut self, params: &MediaSessionParams) -> OutputPlan {
        let send = &params.send;
        let step = send.clock_rate() / 100;
        let mut plan = OutputPlan::new(send.encoder(), send.payload_type(), params.ptime, send.sample_rate(), step);
        plan.stagger = self.next_stagger % params.ptime.blocks();
        self.next_stagger = self.next_stagger.wrapping_add(1) % 60;
        plan
    }
}

fn rate_of(params: &MediaSessionParams) -> SampleRate {
    match params.transport {
        Transport::Pcm(rate) => rate,
        _ => params.receive.sample_rate(),
    }
}
