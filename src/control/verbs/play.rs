//! Control: a prompt is played to a session: checked, put behind what plays (or in its place), and the leg given what plays it.

use crate::control::records::playbacks::QUEUE;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Error, IoError, PlaybackError};
use crate::playback::{PlaybackEnd, PlaybackId, Prompt};
use crate::processing::format::Resampler;
use crate::rt::Parcel;
use crate::types::{LegKey, SampleRate, SessionId, WorkerId};
use crate::worker::Verb;
use std::sync::Arc;

/// In place of what plays and waits, or behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    Now,
    Behind,
}

/// What a prompt was taken as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) session: SessionId,
    pub(crate) id: PlaybackId,
}

impl Supervisor {
    pub(crate) fn play(
        &mut self,
        id: SessionId,
        prompt: &Arc<Prompt>,
        turn: Turn,
        promise: &mut Option<Promise<Taken>>,
    ) -> Step {
        match self.leg_of(id) {
            Err(error) => return Self::refuse(promise, error),
            Ok(None) => return Step::WaitFor(id),
            Ok(Some(_)) => {}
        }
        let checked = self.check_prompt(prompt).and_then(|()| self.check_voice(id, prompt));
        match checked.and_then(|()| self.try_play(id, prompt, turn, false)) {
            Err(error) => Self::refuse(promise, error),
            Ok(id) => Self::settle(promise, Ok::<_, Error>(id)),
        }
    }

    /// Checks all of a prompt that can be known without a look at a file.
    pub(in crate::control) fn check_prompt(&self, prompt: &Prompt) -> Result<(), Error> {
        Ok(prompt.check(self.plan.config.media_root.as_deref())?)
    }

    pub(in crate::control) fn check_voice(&self, id: SessionId, prompt: &Prompt) -> Result<(), Error> {
        let processing = &self.session(id)?.params.processing;
        let deaf = processing.vad.is_off() && processing.barge_in.is_none();
        match prompt.by_speech && deaf {
            true => Err(PlaybackError::NoVoiceDetector(id).into()),
            false => Ok(()),
        }
    }

    /// Has a prompt played, of which all was checked but whether there is room. `inward`: as what the session's party says.
    pub(in crate::control) fn try_play(
        &mut self,
        id: SessionId,
        prompt: &Arc<Prompt>,
        turn: Turn,
        inward: bool,
    ) -> Result<Taken, Error> {
        if self.playbacks.host.is_behind() {
            return Err(PlaybackError::Stalled.into());
        }
        let full = PlaybackError::QueueFull(id, QUEUE);
        if turn == Turn::Behind && self.playbacks.players.get(&id).is_some_and(|player| !player.has_room()) {
            return Err(full.into());
        }
        self.begin_player(id, inward)?;
        if turn == Turn::Now {
            self.playbacks.cut(id, PlaybackEnd::Replaced, |_| true);
        }
        let number = self.playbacks.number();
        match self.playbacks.queue(id, number, prompt.clone()) {
            true => Ok(Taken { session: id, id: number }),
            false => Err(full.into()),
        }
    }

    /// A session's player, made if there is none yet: its rate.
    pub(super) fn begin_player(&mut self, id: SessionId, inward: bool) -> Result<SampleRate, Error> {
        self.playbacks.host.start().map_err(|error| IoError::System {
            what: "the thread that reads prompts".to_owned(),
            why: error.to_string(),
        })?;
        if let Some(player) = self.playbacks.players.get(&id) {
            return Ok(player.rate);
        }
        let (session, place) = (self.session(id)?, self.leg_of(id)?);
        let rate = if inward { session.rate } else { session.output_rate() };
        let player = self.playbacks.begin(id, rate, inward);
        if let Some((worker, key)) = place {
            self.order(worker, Verb::SetPlayer(key, Some(Parcel::pack(player))), None);
        }
        self.send_heard_routes(id);
        Ok(rate)
    }

    /// A session's output may be of another rate than its prompts by now.
    pub(in crate::control) fn fit_player(&mut self, id: SessionId, worker: WorkerId, key: LegKey) {
        let Some(from) = self.playbacks.players.get(&id).map(|player| player.rate) else { return };
        let Some(to) = self.sessions.get(id).map(|session| session.output_rate()) else { return };
        self.order(worker, Verb::FitPlayer(key, between(from, to)), None);
    }

    /// What its party says may be of another rate than what is mixed into it by now.
    pub(in crate::control) fn fit_said(&mut self, id: SessionId, worker: WorkerId, key: LegKey) {
        let Some(from) = self.playbacks.said.get(&id).map(|said| said.rate) else { return };
        let Some(to) = self.sessions.get(id).map(|session| session.rate) else { return };
        self.order(worker, Verb::FitSaid(key, between(from, to)), None);
    }
}

fn between(from: SampleRate, to: SampleRate) -> Option<Parcel<Resampler>> {
    let resampler = (from != to).then(|| Resampler::new(from, to, 1).ok());
    resampler.flatten().map(Parcel::pack)
}
