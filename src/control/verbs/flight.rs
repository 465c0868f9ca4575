//! Control: what the flight recorder has of a call, into a file; and what orders say of how their cargo was made.

use crate::control::records::session::Session;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, FlightError};
use crate::flight::{Call, FlightReport, LegRecipe, MadeOf, Recipe, Written};
use crate::session::MediaSessionParams;
use crate::types::{LegKey, SampleRate, SessionId};
use std::path::Path;

impl Supervisor {
    /// Writes what is kept of a session and of whom it has to do with. The file is written by a thread of its own; by this one
    /// where time is virtual.
    pub(crate) fn flight(&mut self, id: SessionId, path: &Path, promise: &mut Option<Promise<FlightReport>>) -> Step {
        if let Ok(None) = self.leg_of(id) {
            return Step::WaitFor(id);
        }
        if let Some(promise) = promise.take() {
            self.fly(id, path, promise, || Ok(()));
        }
        Step::Done
    }

    /// Writes it after `first`, which is of that thread.
    pub(in crate::control) fn fly(
        &mut self,
        id: SessionId,
        path: &Path,
        promise: Promise<FlightReport>,
        first: impl FnOnce() -> Result<(), FlightError> + Send + 'static,
    ) {
        let written = match self.kept_of(id, path) {
            Err(error) => return promise.answer(Err(error)),
            Ok(written) => written,
        };
        let write = move || promise.answer(first().and_then(|()| written.write()).map_err(Into::into));
        if self.recorder.is_by_hand() {
            return write();
        }
        // Who cannot be started drops the promise, which answers.
        let _ = std::thread::Builder::new().name("media-flight".into()).spawn(write);
    }

    fn kept_of(&mut self, id: SessionId, path: &Path) -> Result<Written, Error> {
        let Some(leg) = self.leg_of(id)? else { return Err(FlightError::Nothing(id).into()) };
        let (histories, turn) = self.flight.begin_file()?;
        self.flight.take(self.now);
        let (before, until): (Vec<_>, Vec<_>) = self.flight.ends().iter().copied().unzip();
        let call = Call::of(leg, self.flight.orders(), &before);
        let dialog = self.session(id)?.dialog.as_str().to_owned();
        let (blocks_per_tick, payloads) = (self.plan.blocks_per_tick(), self.plan.config.flight_payloads);
        let path = path.to_owned();
        Ok(Written { path, session: id, dialog, blocks_per_tick, payloads, call, histories, turn, until })
    }

    /// Says what the leg of a new session is made of, before it is ordered.
    pub(super) fn describe_leg(&mut self, id: SessionId, key: LegKey) {
        let Some(session) = self.sessions.get(id) else { return };
        let (noise_seed, stagger) = self.flight.drawn();
        self.flight.describe(|| insert(session, key, noise_seed, stagger));
    }

    /// Says what an output is made of, before it is ordered.
    pub(super) fn describe_output(&mut self, key: LegKey, of: (&MediaSessionParams, usize), ssrc: Option<u32>) {
        let (_, stagger) = self.flight.drawn();
        self.flight.describe(|| Recipe::SetOutput { key, of: MadeOf::new(of.0, of.1), stagger, ssrc });
    }

    /// The same of telephone events.
    pub(super) fn describe_events(&mut self, key: LegKey, of: (&MediaSessionParams, usize)) {
        self.flight.describe(|| Recipe::SetEvents { key, of: MadeOf::new(of.0, of.1) });
    }

    /// The same of a way in.
    pub(super) fn describe_input(&mut self, key: LegKey, of: (&MediaSessionParams, usize), succeeding: SampleRate) {
        let (noise_seed, _) = self.flight.drawn();
        self.flight.describe(|| Recipe::SetInput { key, of: MadeOf::new(of.0, of.1), noise_seed, succeeding });
    }
}

fn insert(session: &Session, key: LegKey, noise_seed: u32, stagger: u8) -> Recipe {
    if session.params.agent.is_some() {
        return Recipe::Unknown { what: "the port of a speech machine".into(), leg: Some(key), bus: None };
    }
    let leg = LegRecipe {
        session: session.id,
        dialog: session.dialog.as_str().to_owned(),
        of: MadeOf::new(&session.params, session.sends),
        numbers: session.numbers,
        noise_seed,
        stagger,
    };
    Recipe::Insert { key, leg: Box::new(leg) }
}
