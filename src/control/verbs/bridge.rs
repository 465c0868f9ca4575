//! Control: bridges: two sessions that hear each other.

use crate::control::records::session::PendingBridge;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error, SessionError};
use crate::rt::Parcel;
use crate::session::AudioFormat;
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::{Converter, MAX_FORMATS, Route, Source, Verb};

impl Supervisor {
    pub(crate) fn bridge(&mut self, a: SessionId, b: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        for (id, other) in [(a, b), (b, a)] {
            match self.sessions.get_mut(id).map(|session| &mut session.pending_bridge) {
                // This bridge itself, which waited.
                Some(pending) if pending.is_some_and(|pending| pending.with == other) => *pending = None,
                _ => {
                    if let Some(mover) = self.waits_behind(id) {
                        return Step::WaitFor(mover);
                    }
                }
            }
        }
        match self.try_bridge(a, b) {
            Err(error) => Self::refuse(promise, error),
            Ok(Ready::Wait(mover)) => {
                for (id, with) in [(a, b), (b, a)] {
                    if let Some(session) = self.sessions.get_mut(id) {
                        session.pending_bridge = Some(PendingBridge { with, mover });
                    }
                }
                Step::WaitFor(mover)
            }
            Ok(Ready::At(worker, leg)) => {
                self.connect(a, Some(Connection::Bridge(b)));
                self.connect(b, Some(Connection::Bridge(a)));
                self.send_bridge_routes(a, b);
                self.connect_relays(a, b);
                let after = self.promised(promise, ());
                self.order(worker, Verb::Publish(leg), after);
                Step::Done
            }
        }
    }

    fn try_bridge(&mut self, a: SessionId, b: SessionId) -> Result<Ready, Error> {
        if a == b {
            return Err(SessionError::BridgeToSelf(a).into());
        }
        let (Some((worker_a, leg_a)), place_b) = (self.leg_of(a)?, self.leg_of(b)?) else {
            return Ok(Ready::Wait(a));
        };
        let Some((worker_b, _)) = place_b else { return Ok(Ready::Wait(b)) };
        self.check_free(a)?;
        self.check_free(b)?;
        if worker_a != worker_b {
            // The one on the busier worker moves: bridging many calls after creating them keeps the load even.
            let legs = |worker: WorkerId| self.workers.get(worker.as_usize()).map_or(0, |link| link.places.len());
            let (mover, to) = if legs(worker_a) > legs(worker_b) { (a, worker_b) } else { (b, worker_a) };
            self.relocate(mover, to)?;
            return Ok(Ready::Wait(mover));
        }
        Ok(Ready::At(worker_a, leg_a))
    }

    /// Compiles what the two hear and swaps it in.
    pub(in crate::control) fn send_bridge_routes(&mut self, a: SessionId, b: SessionId) {
        for (from, to) in [(a, b), (b, a)] {
            let (Ok(Some((_, source))), Ok(Some((worker, listener)))) = (self.leg_of(from), self.leg_of(to)) else {
                return;
            };
            let rates = self.sessions.get(from).zip(self.sessions.get(to)).map(|(f, t)| (f.rate, t.output_rate()));
            let converter = rates.and_then(|(from, to)| Converter::between(from, to));
            let types = self.passes(from, to);
            let passes = types.iter().any(Option::is_some);
            let route = Route::single(Source::Leg(source), passes).passing(types).converting(converter);
            self.order(worker, Verb::SetRoute(listener, Parcel::pack(route)), None);
        }
        self.send_heard_routes(a);
        self.send_heard_routes(b);
    }

    pub(crate) fn unbridge(&mut self, id: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        if let Some(mover) = self.waits_behind(id) {
            return Step::WaitFor(mover);
        }
        let connection = match self.session(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(session) => session.state.connection,
        };
        let Some(Connection::Bridge(other)) = connection else {
            return Self::refuse(promise, SessionError::NotBridged(id));
        };
        self.end_bridge(other, id);
        let Ok(Some((worker, key))) = self.leg_of(id) else { return Step::WaitFor(id) };
        let after = self.promised(promise, ());
        // Answers when both clears before it have been applied.
        self.order(worker, Verb::Publish(key), after);
        Step::Done
    }

    pub(in crate::control) fn end_bridge(&mut self, a: SessionId, b: SessionId) {
        for id in [a, b] {
            self.clear_route(id);
            self.connect(id, None);
            self.send_heard_routes(id);
        }
        self.disconnect_relays(a);
    }

    /// As which payload types payloads of `from`'s formats can be sent to `to` as they are: of those that it receives, the
    /// ones at the rate of its audio that `to`'s peer has, at the clock rate of what is sent there.
    fn passes(&self, from: SessionId, to: SessionId) -> [Option<u8>; MAX_FORMATS] {
        let none = [None; MAX_FORMATS];
        let (Ok(from), Ok(to)) = (self.session(from), self.session(to)) else { return none };
        let sending = to.sending();
        // What pauses is judged, and noise that only one side knows is made.
        let noise = from.params.comfort_noise.is_none() || sending.comfort_noise.is_some();
        let untouched = !sending.processing.works_outward() && sending.discontinuous_transmission.is_none() && noise;
        if !untouched || from.port.is_none() || to.port.is_none() {
            return none;
        }
        let sendable = || std::iter::once(&sending.send).chain(to.params.sendable());
        let types = |format: &AudioFormat| {
            let same = |own: &&AudioFormat| format.can_pass_as(own) && own.clock_rate() == sending.send.clock_rate();
            sendable().find(same).map(AudioFormat::payload_type)
        };
        let native = |format: &AudioFormat| format.clone().at(from.rate).is_ok();
        let beside = from.params.received_beside();
        let others = beside.iter().map(|other| Some(&other.receive).filter(|format| native(format)).and_then(types));
        let mut passed = none;
        let all = std::iter::once(types(&from.params.receive)).chain(others);
        passed.iter_mut().zip(all).for_each(|(to, from)| *to = from);
        passed
    }
}

/// Whether a connection can be made now.
enum Ready {
    /// Both legs are on that worker; the first one's place.
    At(WorkerId, LegKey),
    /// That one is on its way.
    Wait(SessionId),
}
