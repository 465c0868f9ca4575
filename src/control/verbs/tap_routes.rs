//! Control: what taps hear: what a session's party says, what it is to hear, or both; all of a conference.

use crate::control::records::recording::Subject;
use crate::control::records::tap::Hears;
use crate::control::supervisor::Supervisor;
use crate::error::Connection;
use crate::rt::Parcel;
use crate::session::RecordChannels;
use crate::types::{ConferenceId, Gain, LegKey, SampleRate, SessionId};
use crate::worker::{Converter, Route, Source, Term, Verb};

/// What the channels of a recording hear.
pub(super) fn channels(channels: RecordChannels) -> &'static [Hears] {
    match channels {
        RecordChannels::Mixed => &[Hears::Mixed],
        RecordChannels::Stereo => &[Hears::Said, Hears::Heard],
        RecordChannels::Said => &[Hears::Said],
        RecordChannels::Heard => &[Hears::Heard],
    }
}

/// A term of a tap, from one rate to the tap's own.
fn term(source: Source, gain: Gain, from: SampleRate, own: SampleRate) -> (Term, Gain, Option<Converter>) {
    (Term { source, gain }, gain, Converter::between(from, own))
}

impl Supervisor {
    /// Compiles what a session's taps hear and swaps it in: a tap keeps the rate that it was opened with.
    pub(in crate::control) fn send_tap_routes(&mut self, id: SessionId) {
        self.send_routes_of_taps(id, |_| true);
    }

    /// The same of those of its taps that hear what it hears, as it is connected otherwise now.
    pub(in crate::control) fn send_heard_routes(&mut self, id: SessionId) {
        self.send_routes_of_taps(id, |hears| hears != Hears::Said);
    }

    fn send_routes_of_taps(&mut self, id: SessionId, which: impl Fn(Hears) -> bool) {
        let Ok(Some((_, key))) = self.leg_of(id) else { return };
        let Some(session) = self.sessions.get(id) else { return };
        let taps = session.taps.iter().filter(|tap| which(tap.hears));
        let taps: Vec<_> = taps.filter_map(|tap| Some((tap.place?, tap.rate, tap.hears))).collect();
        for ((worker, tap), own, hears) in taps {
            let mut terms = Vec::new();
            if hears != Hears::Heard {
                let rate = self.sessions.get(id).map_or(own, |session| session.rate);
                terms.push(term(Source::Leg(key), Gain::UNITY, rate, own));
            }
            if hears != Hears::Said {
                terms.extend(self.heard_by(id, key, own));
                terms.extend(self.played_to(id, key, own));
            }
            self.order(worker, Verb::SetRoute(tap, Parcel::pack(Route::list(terms))), None);
        }
    }

    /// What is played to a session's party. A room's prompts are what one of ours says there.
    fn played_to(&self, id: SessionId, key: LegKey, own: SampleRate) -> Option<(Term, Gain, Option<Converter>)> {
        let player = self.playbacks.players.get(&id).filter(|player| !player.inward)?;
        Some(term(Source::Prompts(key), Gain::UNITY, player.rate, own))
    }

    /// What a session's party is to hear.
    fn heard_by(&self, id: SessionId, key: LegKey, own: SampleRate) -> Vec<(Term, Gain, Option<Converter>)> {
        let said_by = |other: SessionId, gain: Gain| {
            let (Ok(Some((_, leg))), Some(session)) = (self.leg_of(other), self.sessions.get(other)) else {
                return None;
            };
            Some(term(Source::Leg(leg), gain, session.rate, own))
        };
        match self.sessions.get(id).and_then(|session| session.state.connection) {
            None => Vec::new(),
            Some(Connection::Bridge(_) | Connection::Monitor(_)) => {
                self.heard_in_call(id).into_iter().filter_map(|other| said_by(other, Gain::UNITY)).collect()
            }
            Some(Connection::Conference(room)) => {
                let Some(room) = self.rooms.get(room) else { return Vec::new() };
                let Some(bus) = room.place_of(id).map(|place| place.bus) else { return Vec::new() };
                let others = term(Source::BusWithout(bus, key), Gain::UNITY, room.rate, own);
                let whispers = room.whispers_to(id).into_iter().filter_map(|whisper| match whisper.bus {
                    Some(bus) => Some(term(Source::Bus(bus), whisper.gain, room.rate, own)),
                    None => said_by(whisper.from, whisper.gain),
                });
                std::iter::once(others).chain(whispers).collect()
            }
        }
    }

    /// Compiles what the taps of a conference hear and swaps it in.
    pub(in crate::control) fn send_room_tap_routes(&mut self, id: ConferenceId) {
        // On each of its workers all of it is heard.
        let first = self.rooms.get(id).and_then(|room| Some((room.places.first()?.bus, room.rate)));
        let Some((bus, rate)) = first else { return };
        let of_it = |recording| match &self.recordings.get(recording)?.of {
            Subject::Room(room, taps) if *room == id => Some(taps),
            _ => None,
        };
        let taps: Vec<_> =
            self.recordings.keys().filter_map(of_it).flatten().map(|tap| (tap.place, tap.rate)).collect();
        for (place, own) in taps {
            let Some((worker, tap)) = place else { continue };
            let route = Route::list([term(Source::Bus(bus), Gain::UNITY, rate, own)]);
            self.order(worker, Verb::SetRoute(tap, Parcel::pack(route)), None);
        }
    }
}
