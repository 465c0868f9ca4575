//! Control: taps: a copy of what a session says or hears, as samples, for recorders, transcribers, supervisors.
//!
//! A tap is a leg of its own that hears its source and writes to a ring. It never holds the media: what is not read in
//! time is dropped and counted. When its session moves, the tap comes home and goes out again behind it.

use super::answers::LegPlace;
use crate::control::links::worker::Owner;
use crate::control::records::session::Place;
use crate::control::records::tap::{Hears, Tap};
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, SessionError};
use crate::flight::Recipe;
use crate::rt::Parcel;
use crate::session::TapSource;
use crate::types::{LegKey, SampleRate, SessionId};
use crate::worker::{Cargo, Input, Leg, LegPlan, Output, PcmOut, PcmReader, Verb};

/// How much a tap holds until it is read, in ms.
const TAP_RING_MS: u32 = 1_000;

/// What who opens a tap gets.
pub(crate) struct OpenTap {
    /// By which it is closed.
    pub(crate) number: u64,
    pub(crate) reader: PcmReader,
}

impl Supervisor {
    /// Opens a tap.
    pub(crate) fn tap(&mut self, id: SessionId, of: TapSource, promise: &mut Option<Promise<OpenTap>>) -> Step {
        let place = match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(place)) => place,
        };
        match self.try_tap(id, of, place) {
            Err(error) => Self::refuse(promise, error),
            Ok((key, tap)) => {
                let after = self.promised(promise, tap);
                self.send_tap_routes(id);
                self.order(place.0, Verb::Publish(key), after);
                Step::Done
            }
        }
    }

    fn try_tap(&mut self, id: SessionId, of: TapSource, (worker, _): LegPlace) -> Result<(LegKey, OpenTap), Error> {
        let limit = self.plan.config.max_taps;
        let full = SessionError::Capacity { what: "taps", limit, field: "max_taps" };
        if self.taps.open >= limit {
            return Err(full.into());
        }
        let session = self.session(id)?;
        let (hears, rate) = match of {
            TapSource::Said => (Hears::Said, session.rate),
            TapSource::Heard => (Hears::Heard, session.output_rate()),
            TapSource::Mixed => (Hears::Mixed, session.rate),
        };
        let key = self.workers[worker.as_usize()].places.insert_with(|_| Owner::Tap(id)).ok_or(full)?;
        let (output, reader) = crate::worker::pcm_out(rate, TAP_RING_MS);
        let tap = Tap { hears, ..self.insert_tap((worker, key), rate, output) };
        let number = tap.number;
        self.session_mut(id)?.taps.push(tap);
        Ok((key, OpenTap { number, reader }))
    }

    /// A tap's leg goes to its place. Allocates what the media thread is to have.
    pub(super) fn insert_tap(&mut self, place: LegPlace, rate: SampleRate, output: PcmOut) -> Tap {
        let leg = Leg::build(LegPlan::samples(rate, Input::Nothing, Output::Pcm(output)));
        self.flight.describe(|| Recipe::Tap { key: place.1, rate });
        self.order(place.0, Verb::Insert(place.1, Parcel::pack(leg)), None);
        let number = self.taps.begin();
        Tap { number, place: Some(place), rate, lifted: None, hears: Hears::Said, recording: None }
    }

    /// Closes a tap. One that is closed already is no error: its session may have ended first.
    pub(crate) fn untap(&mut self, id: SessionId, number: u64, promise: &mut Option<Promise<()>>) -> Step {
        if let Ok(None) = self.leg_of(id) {
            return Step::WaitFor(id);
        }
        let taps = self.sessions.get_mut(id).map(|s| &mut s.taps);
        let tap = taps.and_then(|taps| taps.iter().position(|t| t.number == number).map(|at| taps.swap_remove(at)));
        if let Some(tap) = tap {
            self.end_tap(tap, None);
        }
        Self::settle(promise, Ok::<_, Error>(()))
    }

    pub(in crate::control) fn end_taps(&mut self, id: SessionId) {
        let taps = self.sessions.get_mut(id).map(|s| std::mem::take(&mut s.taps));
        for tap in taps.into_iter().flatten() {
            self.end_tap(tap, None);
        }
    }

    /// A tap ends; by the time its leg is home that counts as one of those which are waited for.
    pub(super) fn end_tap(&mut self, tap: Tap, waited_for: Option<u64>) {
        self.taps.end();
        let Some((worker, key)) = tap.place else { return };
        let gone = Self::then(move |s| {
            s.workers[worker.as_usize()].places.remove(key);
            if let Some(then) = waited_for.and_then(|waited_for| s.countdown.arrive(waited_for)) {
                then(s);
            }
        });
        self.order(worker, Verb::Remove(key), gone);
    }

    /// Calls a session's taps home before it moves.
    pub(in crate::control) fn lift_taps(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        let taps: Vec<_> = session.taps.iter_mut().filter_map(|t| Some((t.number, t.place.take()?))).collect();
        for (number, (worker, key)) in taps {
            let home = move |s: &mut Self, receipt: crate::worker::Receipt| {
                s.workers[worker.as_usize()].places.remove(key);
                let taps = s.sessions.get_mut(id).map(|s| &mut s.taps);
                let tap = taps.and_then(|taps| taps.iter_mut().find(|t| t.number == number));
                if let (Some(tap), Cargo::Leg(leg)) = (tap, receipt.cargo) {
                    tap.lifted = Some(leg);
                }
            };
            self.order(worker, Verb::Remove(key), Some(Box::new(home)));
        }
    }

    /// Sends them out again behind it.
    pub(in crate::control) fn resend_taps(&mut self, id: SessionId) {
        let Some(Place::At(worker, _)) = self.sessions.get(id).map(|s| s.place) else { return };
        let count = self.sessions.get(id).map_or(0, |s| s.taps.len());
        for at in 0..count {
            let lifted = |tap: &mut Tap| Some((tap.lifted.take()?, tap.rate));
            let Some((leg, rate)) = self.sessions.get_mut(id).and_then(|s| lifted(s.taps.get_mut(at)?)) else {
                continue;
            };
            let Some(key) = self.workers[worker.as_usize()].places.insert_with(|_| Owner::Tap(id)) else { continue };
            self.flight.describe(|| Recipe::Tap { key, rate });
            self.order(worker, Verb::Insert(key, leg), None);
            if let Some(tap) = self.sessions.get_mut(id).and_then(|s| s.taps.get_mut(at)) {
                tap.place = Some((worker, key));
            }
        }
        self.send_tap_routes(id);
    }
}
