//! Control: a session begins: checked, admitted, placed, built, bound, ordered.

use super::created::Created;
use super::factory::made_of;
use super::processing::first_chain;
use crate::control::links::worker::Owner;
use crate::control::records::playability::Playability;
use crate::control::records::reporting::canonical_name;
use crate::control::records::session::{Acts, Place, Readied, Session, rate_of};
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, SessionError};
use crate::processing::chain::ProcessingGauges;
use crate::quality::QualityMonitor;
use crate::rt::Parcel;
use crate::session::{EventKind, MediaSessionParams, MediaSessionState};
use crate::telemetry::Entry;
use crate::telemetry::counters::{LegGauges, TransportGauges};
use crate::types::{BindingKey, DialogId, PortId, WorkerId};
use crate::worker::{Leg, LegPlan, LegReceiver, Outcome, OutputPlan, Receipt, Verb};
use std::collections::VecDeque;
use std::sync::Arc;

impl Supervisor {
    /// A session begins.
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
                if let Verb::Insert(key, _) = &verb {
                    self.describe_leg(id, *key);
                }
                let answer = self.promised(promise, created);
                let after = move |s: &mut Self, receipt: Receipt| {
                    let lost = receipt.outcome == Outcome::Lost;
                    if let Some(answer) = answer {
                        answer(s, receipt);
                    }
                    if lost {
                        // Nobody knows of it.
                        s.destroy(id, &mut None);
                    }
                };
                self.order(worker, verb, Some(Box::new(after)));
                self.tell(id, EventKind::Created);
            }
        }
        Step::Done
    }

    pub(in crate::control) fn try_create(
        &mut self,
        dialog: &DialogId,
        params: &MediaSessionParams,
    ) -> Result<(WorkerId, Verb, Created), Error> {
        if dialog.as_str().is_empty() {
            return Err(SessionError::EmptyDialog.into());
        }
        self.check_params(params)?;
        self.check_relays(params, params.relays.len())?;
        self.check_addresses(None, params)?;
        if let Some(&id) = self.dialogs.get(dialog) {
            return Err(SessionError::DialogInUse(dialog.clone(), id).into());
        }
        if self.sessions.len() == self.sessions.limit() {
            let limit = self.sessions.limit();
            return Err(SessionError::Capacity { what: "sessions", limit, field: "max_sessions" }.into());
        }
        let worker = self.least_loaded()?;
        self.workers[worker.as_usize()].check_room()?;
        let rate = rate_of(params);
        let sends = params.sent_first();
        let sending = &params.sending(sends);
        let (input, output, ends) = self.ends(params, sending)?;
        let gauges = Arc::new(LegGauges::default());
        let processing = Arc::new(ProcessingGauges::default());
        let processor = first_chain(sending, &processing)?;
        let transport = Arc::new(TransportGauges::default());
        let leases = self.lease_relays(&params.relays)?;
        let endpoint = match self.endpoint(params, (&transport, &gauges)) {
            Ok(endpoint) => endpoint,
            Err(error) => {
                self.return_leases(leases);
                return Err(error);
            }
        };
        let local = endpoint.as_ref().and_then(|(_, endpoint)| endpoint.local());
        let random = (self.identifiers.next(), self.identifiers.next());
        let numbers = params.first_numbers(random);
        let beside = |which| self.identifiers.beside(which);
        let begun = std::time::Duration::from_nanos(self.now.as_nanos());
        // 96 bits (RFC 7022 section 4.2), as letters.
        let cname = canonical_name(beside(0), beside(1));
        let reporting = (cname, beside(2));
        let session = |id| Session {
            id,
            dialog: dialog.clone(),
            params: params.clone(),
            sends,
            chain: params.processing.clone(),
            place: Place::Moving,
            rate,
            port: None,
            local,
            playability: Playability::default(),
            numbers,
            reporting,
            reports: None,
            reporter: Default::default(),
            spent_keys: Default::default(),
            #[cfg(feature = "dtls")]
            handshake: None,
            gauges: gauges.clone(),
            processing: processing.clone(),
            transport: transport.clone(),
            state: MediaSessionState::new(params.direction),
            causes: Default::default(),
            silence: Default::default(),
            metered: false,
            connecting: Default::default(),
            held_by_verb: (false, false),
            relays: Vec::new(),
            taps: Vec::new(),
            heard: Default::default(),
            monitors: Vec::new(),
            monitors_by: Default::default(),
            digits: VecDeque::new(),
            pressed: None,
            quality: QualityMonitor::new(self.plan.config.quality_thresholds).begun(begun),
            adaptation: None,
            readied: Readied::Not,
            acts: Acts::default(),
            pending_bridge: None,
        };
        // Room was checked above: for the session, its leg and its binding.
        let limit = self.sessions.limit();
        let full = SessionError::Capacity { what: "sessions", limit, field: "max_sessions" };
        let id = self.sessions.insert_with(session).ok_or(full.clone())?;
        let link = &mut self.workers[worker.as_usize()];
        let key = link.places.insert_with(|_| Owner::Session(id)).ok_or(full)?;
        link.newcomers.join(self.now);
        self.dialogs.insert(dialog.clone(), id);
        self.hairpins.sends(id, numbers.0, None);
        let mut entry = Entry::new(id, dialog.clone(), worker, gauges.clone(), transport, self.now);
        entry.book = self.sessions.get(id).map(|session| session.causes.book.clone()).unwrap_or_default();
        self.telemetry.cell.directory.insert(entry);
        let binding = endpoint
            .and_then(|(port, endpoint)| self.bind(port, id, worker, key, endpoint).map(|binding| (port, binding)));
        let leg = Leg::build(LegPlan {
            rate,
            input,
            output,
            events: sending.build_events(params.event_types()),
            inward_payload_type: params.receive.payload_type(),
            port: binding.map_or(PortId(0), |(port, _)| port),
            binding: binding.map_or(BindingKey { index: 0, generation: 0 }, |(_, binding)| binding),
            ssrc: numbers.0,
            sequence: numbers.1,
            timestamp: numbers.2,
            gauges,
            processor,
            held: (!params.direction.receives(), !params.direction.sends()),
        });
        if let Some(session) = self.sessions.get_mut(id) {
            session.place = Place::At(worker, key);
            session.port = binding;
        }
        self.send_expectation(id);
        self.follow_handshake(id);
        self.begin_relays(id, leases);
        Ok((worker, Verb::Insert(key, Parcel::pack(leg)), Created { id, local, ends }))
    }

    pub(in crate::control) fn check_params(&self, params: &MediaSessionParams) -> Result<(), Error> {
        params.check()?;
        if !self.plan.allows(params.ptime) {
            return Err(SessionError::Ptime {
                ptime_ms: params.ptime.ms(),
                tick_ms: self.plan.config.tick_ms,
                legal: self.plan.legal_ptimes(),
            }
            .into());
        }
        Ok(())
    }

    pub(in crate::control) fn receive(&mut self, params: &MediaSessionParams) -> Result<LegReceiver, Error> {
        let jitter = params.jitter_plan()?;
        let decoder = made_of(&params.receive, || params.receive.decoder().map_err(Into::into))?;
        params.build_receiver(decoder, jitter, || {
            let seed = self.identifiers.next() as u32;
            self.flight.drew_seed(seed);
            seed
        })
    }

    pub(in crate::control) fn output_plan(&mut self, params: &MediaSessionParams) -> Result<OutputPlan, Error> {
        let mut plan = made_of(&params.send, || params.build_output())?;
        plan.stagger = self.next_stagger % params.ptime.blocks();
        self.next_stagger = self.next_stagger.wrapping_add(1) % 60;
        self.flight.drew_stagger(plan.stagger);
        Ok(plan)
    }
}
