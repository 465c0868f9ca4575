//! Control: what the parties of a bridge hear, and who monitors it: the other party's leg alone, whose payloads may pass undecoded, or
//! a list of legs, of which each comes and goes within a block.

use crate::control::records::session::Session;
use crate::control::supervisor::Supervisor;
use crate::error::Connection;
use crate::rt::Parcel;
use crate::session::{AudioFormat, MonitorMode};
use crate::types::{Gain, SessionId};
use crate::worker::{Converter, MAX_FORMATS, Route, Source, Term, Verb};

impl Supervisor {
    /// Compiles what the two hear, and who monitors them, and swaps it in.
    pub(in crate::control) fn send_bridge_routes(&mut self, a: SessionId, b: SessionId) {
        let all = [a, b].into_iter().chain(self.monitors_of(a)).chain(self.monitors_of(b)).collect::<Vec<_>>();
        all.iter().for_each(|id| self.send_call_route(*id));
        all.iter().for_each(|id| self.send_heard_routes(*id));
    }

    /// The routes of whatever a session is in, as its formats are others.
    pub(super) fn refit_connection(&mut self, id: SessionId) {
        match self.sessions.get(id).and_then(|session| session.state.connection) {
            Some(Connection::Bridge(other)) => self.send_bridge_routes(id, other),
            Some(Connection::Conference(room)) => self.refit_member(room, id),
            Some(Connection::Monitor(party)) => {
                if let Some(other) = self.partner_of(party) {
                    self.send_bridge_routes(party, other);
                }
            }
            None => {}
        }
    }

    pub(super) fn partner_of(&self, id: SessionId) -> Option<SessionId> {
        match self.sessions.get(id)?.state.connection {
            Some(Connection::Bridge(other)) => Some(other),
            _ => None,
        }
    }

    /// Who monitors a session's call for its sake.
    pub(super) fn monitors_of(&self, id: SessionId) -> Vec<SessionId> {
        self.sessions.get(id).map_or_else(Vec::new, |session| session.monitors.clone())
    }

    /// Whom a session hears in the call that it is in, or monitors. The first is who it is bridged with.
    pub(super) fn heard_in_call(&self, id: SessionId) -> Vec<SessionId> {
        let Some(session) = self.sessions.get(id) else { return Vec::new() };
        let (party, other) = match session.state.connection {
            Some(Connection::Bridge(other)) => (id, other),
            Some(Connection::Monitor(party)) => match self.partner_of(party) {
                Some(other) => (party, other),
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let is_heard = |monitor: &SessionId| {
            let Some(Session { state, monitors_by, .. }) = self.sessions.get(*monitor) else { return false };
            match monitors_by {
                MonitorMode::Listen => false,
                MonitorMode::Whisper => state.connection == Some(Connection::Monitor(id)),
                MonitorMode::Barge => *monitor != id,
            }
        };
        let monitors = self.monitors_of(party).into_iter().chain(self.monitors_of(other)).filter(is_heard);
        let parties = [party, other].into_iter().filter(|party| *party != id);
        parties.chain(monitors).collect()
    }

    /// Compiles what one of a call hears by now, and swaps it in.
    pub(super) fn send_call_route(&mut self, id: SessionId) {
        let (heard, connected) = (self.heard_in_call(id), self.partner_of(id));
        let Ok(Some((worker, listener))) = self.leg_of(id) else { return };
        let Ok(session) = self.session_mut(id) else { return };
        let before: Vec<_> = heard.iter().map(|other| session.heard.hears(*other)).collect();
        let exchanged = session.heard.turn(&heard);
        let (fading, own) = (session.heard.fading().to_vec(), session.output_rate());
        if heard.is_empty() && fading.is_empty() {
            return self.clear_route(id);
        }
        let route = match (heard.as_slice(), fading.as_slice(), connected) {
            ([other], [], Some(_)) => self.route_of_bridge(*other, id),
            _ => {
                // Who is bridged is heard as it is at once; beside that each begins, and ends, at silence.
                let begins = |(at, was): (usize, &bool)| *was || (at == 0 && connected.is_some());
                let begins: Vec<_> = before.iter().enumerate().map(begins).collect();
                let terms = heard.iter().zip(begins).map(|(other, begun)| (*other, begun, Gain::UNITY));
                let ended = fading.iter().map(|other| (*other, true, Gain::MUTE));
                let entry = |(other, begun, gain): (SessionId, bool, Gain)| {
                    let (Some((_, leg)), from) = (self.leg_of(other).ok()?, self.sessions.get(other)?.rate) else {
                        return None;
                    };
                    let begin = if begun { Gain::UNITY } else { Gain::MUTE };
                    Some((Term { source: Source::Leg(leg), gain }, begin, Converter::between(from, own)))
                };
                let digits = connected.and_then(|other| Some(self.leg_of(other).ok()??.1));
                Some(Route::list(terms.chain(ended).filter_map(entry)).sending_digits_of(digits))
            }
        };
        let Some(route) = route else { return };
        let faded = move |s: &mut Self| {
            if s.session_mut(id).is_ok_and(|session| session.heard.end_fades(exchanged)) {
                s.send_call_route(id);
            }
        };
        let after = if fading.is_empty() { None } else { Self::then(faded) };
        self.order(worker, Verb::SetRoute(listener, Parcel::pack(route)), after);
    }

    /// What one of a bridge hears that nobody else speaks to.
    fn route_of_bridge(&self, from: SessionId, to: SessionId) -> Option<Route> {
        let (_, source) = self.leg_of(from).ok()??;
        let rates = self.sessions.get(from).zip(self.sessions.get(to)).map(|(f, t)| (f.rate, t.output_rate()));
        let converter = rates.and_then(|(from, to)| Converter::between(from, to));
        let types = self.passes(from, to);
        let passes = types.iter().any(Option::is_some);
        Some(Route::single(Source::Leg(source), passes).passing(types).converting(converter))
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
