//! Control: samples of the embedder's come into a room: what a session of ours says, which is a member as others are.

use super::inject::OpenInjection;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{ConferenceError, Error, PlaybackError};
use crate::session::{EventKind, InjectParams, InjectPoint, MediaSessionParams};
use crate::types::{ConferenceId, DialogId, Gain, SampleRate, SessionId};

impl Supervisor {
    /// `own`: the session that was made for it, once there is one.
    pub(crate) fn inject_into_room(
        &mut self,
        room: ConferenceId,
        params: InjectParams,
        own: &mut Option<SessionId>,
        promise: &mut Option<Promise<OpenInjection>>,
    ) -> Step {
        let Some(rate) = self.rooms.get(room).map(|room| room.rate) else {
            // What was made for it ends with the room.
            return Self::refuse(promise, ConferenceError::Unknown(room));
        };
        if params.beside != Gain::UNITY {
            return Self::refuse(promise, PlaybackError::BesideInRoom(room));
        }
        let step = self.injector(room, rate, own).and_then(|id| Ok((id, self.seat_in_room(room, id)?)));
        let (id, step) = match step {
            Ok(seated) => seated,
            Err(error) => {
                if let Some(id) = own.take() {
                    self.playbacks.injectors.remove(&id);
                    self.destroy(id, &mut None);
                }
                return Self::refuse(promise, error);
            }
        };
        match (step, self.leg_of(id)) {
            (Step::Done, Ok(Some(place))) => self.inject_at(id, place, params.point(InjectPoint::Said), promise),
            (Step::Done, Ok(None)) => Step::WaitFor(id),
            (Step::Done, Err(error)) => Self::refuse(promise, error),
            (waits, _) => waits,
        }
    }

    fn injector(
        &mut self,
        room: ConferenceId,
        rate: SampleRate,
        own: &mut Option<SessionId>,
    ) -> Result<SessionId, Error> {
        if let Some(own) = *own {
            self.session(own)?;
            return Ok(own);
        }
        let number = self.playbacks.number_injector();
        let dialog = DialogId::new(format!("injection {number} to conference {room}"));
        let (worker, verb, created) = self.try_create(&dialog, &MediaSessionParams::pcm(rate))?;
        self.order(worker, verb, None);
        *own = Some(created.id);
        self.playbacks.injectors.insert(created.id, room);
        self.tell(created.id, EventKind::Created);
        Ok(created.id)
    }

    /// Those whose injection is over, or whose room is gone, end.
    pub(in crate::control) fn leave_injected_rooms(&mut self) {
        let over = |(id, room): (&SessionId, &ConferenceId)| {
            let silent = self.playbacks.said.get(id).is_some_and(|said| said.injection.is_none());
            let gone = self.rooms.get(*room).is_none() || self.sessions.get(*id).is_none();
            (silent || gone).then_some(*id)
        };
        let over: Vec<_> = self.playbacks.injectors.iter().filter_map(over).collect();
        for id in over {
            // While its leg moves it waits.
            if !matches!(self.leg_of(id), Ok(None)) {
                self.playbacks.injectors.remove(&id);
                self.destroy(id, &mut None);
            }
        }
    }
}
