//! Control: prompts that were taken are stopped, paused, sought in; what ends them unasked; and their end with their session.

use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{Connection, Error, PlaybackError};
use crate::playback::{PlaybackEnd, PlaybackId, PlaybackReport, PumpOrder};
use crate::processing::audio::barge_in::BargeInEvent;
use crate::processing::audio::tone::{Tone, ToneEvent};
use crate::session::EventKind;
use crate::types::SessionId;
use crate::worker::{Facts, WorkerEventKind};
use std::time::Duration;

/// What is done to a prompt that plays or waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handling {
    Pause,
    Resume,
    Seek(Duration),
}

impl Supervisor {
    pub(crate) fn handle_prompt(
        &mut self,
        id: SessionId,
        playback: PlaybackId,
        what: Handling,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        let behind = self.playbacks.host.is_behind();
        let Some((player, at)) = self.playbacks.prompt(id, playback) else {
            return Self::refuse(promise, PlaybackError::Over(playback));
        };
        let slot = player.prompts[at].slot;
        match what {
            Handling::Pause => player.control.pause(slot, true),
            Handling::Resume => player.control.pause(slot, false),
            // On a disk that stalls nobody takes these orders, and there is no end to what may be asked.
            Handling::Seek(_) if behind => {
                return Self::refuse(promise, PlaybackError::Stalled);
            }
            Handling::Seek(to) => {
                // What was rendered of it and of those behind it is dropped, and rendered anew.
                player.epoch += 1;
                let epoch = player.epoch;
                for prompt in player.prompts.iter_mut().skip(at).filter(|prompt| prompt.cut.is_none()) {
                    prompt.epoch = epoch;
                    player.control.keep_from(prompt.slot, epoch);
                }
                let to = crate::playback::samples_in(to, player.rate);
                let order = PumpOrder::Seek { player: player.number, slot, epoch, to };
                self.playbacks.host.send(order);
            }
        }
        Self::settle(promise, Ok::<_, Error>(()))
    }

    /// Stops a prompt. One that is over is no error: it may have ended on the way.
    pub(crate) fn stop_prompt(
        &mut self,
        id: SessionId,
        playback: PlaybackId,
        promise: &mut Option<Promise<()>>,
    ) -> Step {
        self.playbacks.cut(id, PlaybackEnd::Stopped, |prompt| prompt.id == playback);
        Self::settle(promise, Ok::<_, Error>(()))
    }

    /// Stops all of a session's.
    pub(crate) fn flush_prompts(&mut self, id: SessionId, promise: &mut Option<Promise<()>>) -> Step {
        if let Err(error) = self.session(id) {
            return Self::refuse(promise, error);
        }
        self.playbacks.cut(id, PlaybackEnd::Stopped, |_| true);
        Self::settle(promise, Ok::<_, Error>(()))
    }

    /// What a worker tells of a session may end the prompts that it hears, its own and its room's.
    pub(in crate::control) fn interrupt_prompts(&mut self, id: SessionId, told: &WorkerEventKind) {
        if self.playbacks.players.is_empty() {
            return;
        }
        let (digit, why) = match told {
            WorkerEventKind::DigitStarted(_) | WorkerEventKind::Tone(ToneEvent::Begin { tone: Tone::Dtmf(_), .. }) => {
                (true, PlaybackEnd::InterruptedByDigit)
            }
            WorkerEventKind::Speech(BargeInEvent::Interruption { .. }) => (false, PlaybackEnd::InterruptedBySpeech),
            // Who has a detector that knows the echo of the prompt goes by that alone.
            WorkerEventKind::Facts(facts) if facts.contains(Facts::VOICE_BEGAN) && !self.detects_barge_in(id) => {
                (false, PlaybackEnd::InterruptedBySpeech)
            }
            _ => return,
        };
        let room = match self.sessions.get(id).and_then(|session| session.state.connection) {
            Some(Connection::Conference(room)) => self.playbacks.rooms.get(&room).map(|speaker| speaker.session),
            _ => None,
        };
        for listener in [Some(id), room].into_iter().flatten() {
            let mut so_far = true;
            self.playbacks.cut(listener, why, |one| {
                so_far &= if digit { one.prompt.by_digit } else { one.prompt.by_speech };
                so_far
            });
        }
    }

    fn detects_barge_in(&self, id: SessionId) -> bool {
        self.sessions.get(id).is_some_and(|session| session.params.processing.barge_in.is_some())
    }

    /// A session ends, and with it what is played to it: told before the session's own end.
    pub(in crate::control) fn end_player(&mut self, id: SessionId) {
        self.hear_player(id);
        self.hear_injections(id);
        self.playbacks.said.remove(&id);
        let Some(player) = self.playbacks.end(id) else { return };
        for prompt in player.prompts.iter().filter(|prompt| !prompt.told) {
            let heard = player.control.place(prompt.slot).filter(|_| prompt.begun);
            let (samples, rounds) = heard.unwrap_or((prompt.start(player.rate), 0));
            let end = prompt.cut.unwrap_or(PlaybackEnd::SessionEnded);
            let report = PlaybackReport::new(prompt.id, end, samples, player.rate, rounds);
            self.tell(id, EventKind::PlaybackFinished(report));
            self.hear_prompt_over(id, prompt.id);
        }
    }
}
