//! Control: samples of the embedder's come into what a session's party hears: its player mixes them in, and takes them along wherever the
//! session goes.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, PlaybackError, SessionError};
use crate::playback::InjectionEnds;
use crate::rt::Parcel;
use crate::session::InjectParams;
use crate::types::SessionId;
use crate::worker::Verb;

/// What who injects gets.
pub(crate) struct OpenInjection {
    /// By which it is ended.
    pub(crate) number: u64,
    pub(crate) samples: rtrb::Producer<f32>,
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
        match self.playbacks.players.get(&id) {
            // One of ours, that speaks prompts to a room.
            Some(player) if player.inward => return Self::refuse(promise, SessionError::Unknown(id)),
            Some(player) => match &player.injection {
                // Its last block is still to be heard.
                Some(injection) if injection.ends => return Step::WaitFor(id),
                Some(_) => return Self::refuse(promise, PlaybackError::Injected(id)),
                None => {}
            },
            None => {}
        }
        let rate = match self.begin_player(id, false) {
            Err(error) => return Self::refuse(promise, error),
            Ok(rate) => rate,
        };
        let ends = InjectionEnds::new((params.rate, rate), params.gain, params.beside);
        let number = self.playbacks.inject(id, ends.control);
        let after = self.promised(promise, OpenInjection { number, samples: ends.samples });
        self.order(worker, Verb::SetInjection(key, Some(Parcel::pack(ends.injected))), after);
        Step::Done
    }

    /// Ends an injection. One that is over is no error: its session may have ended first.
    pub(crate) fn end_injection(&mut self, id: SessionId, number: u64, promise: &mut Option<Promise<()>>) -> Step {
        if let Ok(None) = self.leg_of(id) {
            return Step::WaitFor(id);
        }
        if let (Ok(Some((worker, key))), Some(injection)) = (self.leg_of(id), self.playbacks.injection(id, number)) {
            injection.ends = true;
            injection.control.end();
            // Behind the block in which it is faded.
            let faded = Self::then(move |s| s.take_injection(id, number));
            self.order(worker, Verb::Publish(key), faded);
        }
        Self::settle(promise, Ok::<_, Error>(()))
    }

    /// What an injection was comes home. Of a session that is on its way just now it comes with the player.
    fn take_injection(&mut self, id: SessionId, number: u64) {
        if self.playbacks.injection(id, number).is_none() {
            return;
        }
        if let Some(player) = self.playbacks.players.get_mut(&id) {
            player.injection = None;
        }
        if let Ok(Some((worker, key))) = self.leg_of(id) {
            self.order(worker, Verb::SetInjection(key, None), None);
        }
        self.release_waiting(id);
    }
}
