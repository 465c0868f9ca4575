//! Control: a prompt is played to a room: by a session of ours that is a member as others are, as long as it has something to say.

use super::play::{Taken, Turn};
use crate::control::records::playbacks::Speaker;
use crate::control::request::Step;
use crate::control::request::pending::{Promise, promise};
use crate::control::supervisor::Supervisor;
use crate::error::{ConferenceError, Connection, Error, PlaybackError};
use crate::playback::Prompt;
use crate::session::{EventKind, MediaSessionParams, MemberParams};
use crate::types::{ConferenceId, DialogId, SampleRate, SessionId};
use std::sync::Arc;
use std::time::Duration;

impl Supervisor {
    pub(crate) fn play_to_room(
        &mut self,
        room: ConferenceId,
        prompt: &Arc<Prompt>,
        turn: Turn,
        promise: &mut Option<Promise<Taken>>,
    ) -> Step {
        let Some(rate) = self.rooms.get(room).map(|room| room.rate) else {
            return Self::refuse(promise, ConferenceError::Unknown(room));
        };
        if let Err(error) = self.check_prompt(prompt) {
            return Self::refuse(promise, error);
        }
        let speaker = match self.speaker(room, rate) {
            Ok(speaker) => speaker,
            Err(error) => return Self::refuse(promise, error),
        };
        match self.seat_in_room(room, speaker) {
            Ok(Step::Done) => {}
            Ok(waits) => return waits,
            Err(error) => {
                self.playbacks.rooms.remove(&room);
                self.destroy(speaker, &mut None);
                return Self::refuse(promise, error);
            }
        }
        if let Some(speaker) = self.playbacks.rooms.get_mut(&room) {
            speaker.used = true;
        }
        match self.try_play(speaker, prompt, turn, true) {
            Err(Error::Playback(PlaybackError::QueueFull(_, most))) => {
                Self::refuse(promise, PlaybackError::RoomQueueFull(room, most))
            }
            answer => Self::settle(promise, answer),
        }
    }

    /// Stops all of a room's.
    pub(crate) fn flush_room(&mut self, room: ConferenceId, promise: &mut Option<Promise<()>>) -> Step {
        match (self.rooms.get(room), self.playbacks.rooms.get(&room)) {
            (None, _) => Self::refuse(promise, ConferenceError::Unknown(room)),
            (_, None) => Self::settle(promise, Ok::<_, Error>(())),
            (_, Some(speaker)) => self.flush_prompts(speaker.session, promise),
        }
    }

    /// The session that speaks to a room.
    fn speaker(&mut self, room: ConferenceId, rate: SampleRate) -> Result<SessionId, Error> {
        let known = self.playbacks.rooms.get(&room).map(|speaker| speaker.session);
        if let Some(known) = known.filter(|known| self.sessions.get(*known).is_some()) {
            return Ok(known);
        }
        let dialog = DialogId::new(format!("prompts to conference {room}"));
        let (worker, verb, created) = self.try_create(&dialog, &MediaSessionParams::pcm(rate))?;
        self.order(worker, verb, None);
        self.playbacks.rooms.insert(room, Speaker { session: created.id, used: false });
        self.tell(created.id, EventKind::Created);
        Ok(created.id)
    }

    /// Has a session of ours join; what it waits for, if its leg has to come first.
    pub(super) fn seat_in_room(&mut self, room: ConferenceId, speaker: SessionId) -> Result<Step, Error> {
        if self.session(speaker)?.state.connection == Some(Connection::Conference(room)) {
            return Ok(Step::Done);
        }
        let (own, mut answer) = promise::<()>(Duration::ZERO);
        let step = self.join(room, speaker, &MemberParams::default(), &mut Some(own));
        match (&step, answer.poll_now()) {
            (Step::Done, Some(Err(error))) => Err(error),
            _ => Ok(step),
        }
    }

    /// Those that have nothing more to say, or whose room is gone, end.
    pub(in crate::control) fn leave_rooms(&mut self) {
        let over = |(room, speaker): (&ConferenceId, &Speaker)| {
            let silent = speaker.used && !self.playbacks.players.contains_key(&speaker.session);
            (silent || self.rooms.get(*room).is_none()).then_some((*room, speaker.session))
        };
        let over: Vec<_> = self.playbacks.rooms.iter().filter_map(over).collect();
        for (room, speaker) in over {
            // While its leg moves it waits.
            if !matches!(self.leg_of(speaker), Ok(None)) {
                self.playbacks.rooms.remove(&room);
                self.destroy(speaker, &mut None);
            }
        }
    }
}
