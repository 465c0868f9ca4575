//! Control: samples of the embedder's come into what a session's party hears or says: its player mixes them in, or what stands behind
//! its processing, and takes them along wherever the session goes.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, PlaybackError, SessionError};
use crate::playback::{InjectionControl, InjectionEnds, InjectionId, SaidMix};
use crate::rt::Parcel;
use crate::session::{EventKind, InjectParams, InjectPoint};
use crate::types::{LegKey, SessionId, WorkerId};
use crate::worker::Verb;

/// What who injects gets.
pub(crate) struct OpenInjection {
    /// What says it.
    pub(crate) session: SessionId,
    /// By which it is ended.
    pub(crate) id: InjectionId,
    pub(crate) samples: rtrb::Producer<f32>,
    /// What counts how often it ran dry.
    pub(crate) control: InjectionControl,
}

impl Supervisor {
    pub(crate) fn inject(
        &mut self,
        id: SessionId,
        params: InjectParams,
        promise: &mut Option<Promise<OpenInjection>>,
    ) -> Step {
        let (worker, key) = match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(place)) => place,
        };
        // One of ours, that speaks to a room.
        let ours = self.playbacks.players.get(&id).is_some_and(|player| player.inward);
        if ours || self.playbacks.injectors.contains_key(&id) {
            return Self::refuse(promise, SessionError::Unknown(id));
        }
        self.inject_at(id, (worker, key), params, promise)
    }

    /// The same into a session of whichever kind.
    pub(super) fn inject_at(
        &mut self,
        id: SessionId,
        (worker, key): (WorkerId, LegKey),
        params: InjectParams,
        promise: &mut Option<Promise<OpenInjection>>,
    ) -> Step {
        match self.playbacks.injected(id, params.point) {
            // Its last block is still to be heard.
            Some(Some(injection)) if injection.ends => return Step::WaitFor(id),
            Some(Some(_)) => return Self::refuse(promise, PlaybackError::Injected(id)),
            Some(None) | None => {}
        }
        let rate = match params.point {
            InjectPoint::Heard => self.begin_player(id, false),
            InjectPoint::Said => self.session(id).map(|session| session.rate).map_err(Error::from),
        };
        let rate = match rate {
            Err(error) => return Self::refuse(promise, error),
            Ok(rate) => rate,
        };
        let gain = (params.gain.factor(), params.beside.factor());
        let InjectionEnds { injected, control, news, samples } = InjectionEnds::new((params.rate, rate), gain);
        let number = self.playbacks.inject(id, (params.point, rate), (control.clone(), news));
        let after = self.promised(promise, OpenInjection { session: id, id: number, samples, control });
        let verb = match params.point {
            InjectPoint::Heard => Verb::SetInjection(key, Some(Parcel::pack(injected))),
            InjectPoint::Said => Verb::SetSaid(key, Some(Parcel::pack(SaidMix::new(rate, injected)))),
        };
        self.order(worker, verb, after);
        Step::Done
    }

    /// Ends an injection. One that is over is no error: its session may have ended first.
    pub(crate) fn end_injection(
        &mut self,
        id: SessionId,
        number: InjectionId,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        if let Ok(None) = self.leg_of(id) {
            return Step::WaitFor(id);
        }
        if let (Ok(Some((worker, key))), Some((_, injection))) = (self.leg_of(id), self.playbacks.injection(id, number))
        {
            injection.ends = true;
            injection.control.end();
            // Behind the block in which it is faded.
            let faded = Self::then(move |s| s.take_injection(id, number));
            self.order(worker, Verb::Publish(key), faded);
        }
        Self::settle(promise, Ok::<_, Error>(()))
    }

    /// What an injection was comes home. Of a session that is on its way just now it comes with the player, and what was mixed into
    /// what it says stays a while, in any case.
    fn take_injection(&mut self, id: SessionId, number: InjectionId) {
        self.hear_injections(id);
        let Some((point, _)) = self.playbacks.injection(id, number) else { return };
        if let Some(place) = self.playbacks.injected(id, point) {
            *place = None;
        }
        if let (InjectPoint::Heard, Ok(Some((worker, key)))) = (point, self.leg_of(id)) {
            self.order(worker, Verb::SetInjection(key, None), None);
        }
        self.release_waiting(id);
    }

    /// Takes what is said of a session's injections.
    pub(in crate::control) fn hear_injections(&mut self, id: SessionId) {
        for (injection, news) in self.playbacks.injection_news(id) {
            self.tell(id, EventKind::InjectionUnderrun { injection, lasted: news.lasted() });
        }
    }
}
