//! Control: recordings that are under way: paused, stopped, ended. One ends when its taps are home, so that the file has all
//! that was heard until then; the recorder may end it by itself, and tells so.

use crate::codec::audio::dtmf::TelephoneEvent;
use crate::control::records::recording::Subject;
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{EngineError, Error, RecordError};
use crate::recorder::Change;
use crate::session::{Recorded, RecordingEnd};
use crate::types::{ConferenceId, RecordingId, SessionId};
use crossbeam_channel::TrySendError;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering::Release;

impl Supervisor {
    /// From now on nothing is recorded, or again.
    pub(crate) fn pause_recording(&mut self, id: RecordingId, paused: bool, promise: &mut Option<Promise<()>>) -> Step {
        let at = self.now;
        let Some(recording) = self.recordings.get_mut(id).filter(|recording| recording.end.is_none()) else {
            return Self::refuse(promise, RecordError::Ended(id));
        };
        let told = match recording.paused == paused {
            true => Ok(()),
            false => recording.changes.try_send(Change { at, paused }),
        };
        match told {
            Ok(()) => {
                recording.paused = paused;
                Self::settle(promise, Ok::<_, Error>(()))
            }
            Err(TrySendError::Full(_)) => Self::refuse(promise, EngineError::Busy),
            // What it ended by is on its way.
            Err(TrySendError::Disconnected(_)) => Self::refuse(promise, RecordError::Ended(id)),
        }
    }

    /// It ends; answers when its file is complete.
    pub(crate) fn stop_recording(&mut self, id: RecordingId, promise: &mut Option<Promise<Recorded>>) -> Step {
        let Some(recording) = self.recordings.get_mut(id) else {
            return Self::refuse(promise, RecordError::Ended(id));
        };
        recording.ends.extend(promise.take());
        self.end_recording(id, RecordingEnd::Stopped);
        Step::Done
    }

    /// What is recorded of a session ends with that.
    pub(in crate::control) fn end_recordings_of(&mut self, id: SessionId) {
        for recording in self.recordings_of(id) {
            self.end_recording(recording, RecordingEnd::Destroyed);
        }
    }

    /// What is recorded of a conference ends with that.
    pub(in crate::control) fn end_recordings_of_room(&mut self, id: ConferenceId) {
        let of_it = |recording: &RecordingId| {
            let of = self.recordings.get(*recording).map(|recording| &recording.of);
            matches!(of, Some(Subject::Room(room, _)) if *room == id)
        };
        let all: Vec<_> = self.recordings.keys().filter(of_it).collect();
        all.into_iter().for_each(|recording| self.end_recording(recording, RecordingEnd::Destroyed));
    }

    /// A digit of a session's peer ends what is to end by it.
    pub(in crate::control) fn end_on_digit(&mut self, id: SessionId, digit: TelephoneEvent) {
        for recording in self.recordings_of(id) {
            if self.recordings.get(recording).is_some_and(|recording| recording.stop_on.contains(&digit)) {
                self.end_recording(recording, RecordingEnd::Digit(digit));
            }
        }
    }

    fn recordings_of(&self, id: SessionId) -> BTreeSet<RecordingId> {
        let taps = self.sessions.get(id).map(|session| &session.taps);
        taps.into_iter().flatten().filter_map(|tap| tap.recording).collect()
    }

    /// Calls its taps home, by which the recorder knows that it is to complete the file. The first reason counts.
    pub(in crate::control) fn end_recording(&mut self, id: RecordingId, why: RecordingEnd) {
        let Some(recording) = self.recordings.get_mut(id).filter(|recording| recording.end.is_none()) else { return };
        recording.end = Some(why);
        let ended = recording.ended.clone();
        let taps = match &mut recording.of {
            Subject::Room(_, taps) => std::mem::take(taps),
            Subject::Session(session, _) => {
                let taps = self.sessions.get_mut(*session).map(|session| &mut session.taps);
                taps.map_or_else(Vec::new, |taps| taps.extract_if(.., |tap| tap.recording == Some(id)).collect())
            }
        };
        let home = taps.iter().filter(|tap| tap.place.is_some()).count();
        let all_home = self.after_all(home, move |_| ended.store(true, Release));
        taps.into_iter().for_each(|tap| self.end_tap(tap, Some(all_home)));
    }
}
