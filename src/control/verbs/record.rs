//! Control: recordings: what a session or a conference says and hears, written to a file by the recorder.
//!
//! A recording is one tap for each of its channels, whose rings the recorder reads.

use super::answers::LegPlace;
use super::tap_routes::channels;
use crate::control::links::worker::Owner;
use crate::control::records::recording::{CHANGES, Recording, Subject};
use crate::control::records::tap::{Hears, Tap};
use crate::control::request::Step;
use crate::control::request::pending::Promise;
use crate::control::supervisor::Supervisor;
use crate::error::{ConferenceError, ConfigError, Error, RecordError, SessionError};
use crate::recorder::{Begin, check_name};
use crate::session::{RecordChannels, RecordParams};
use crate::types::{ConferenceId, RecordingId, SampleRate, SessionId, WorkerId};
use crossbeam_channel::bounded;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How much a channel holds until the disk takes it, in ms.
const RECORD_RING_MS: u32 = 2_000;

/// What who records gets.
pub(crate) struct OpenRecording {
    pub(crate) id: RecordingId,
    pub(crate) path: Arc<Path>,
}

impl Supervisor {
    /// A session is recorded from the next tick on.
    pub(crate) fn record(
        &mut self,
        id: SessionId,
        params: &RecordParams,
        promise: &mut Option<Promise<OpenRecording>>,
    ) -> Step {
        match self.leg_of(id) {
            Err(error) => Self::refuse(promise, error),
            Ok(None) => Step::WaitFor(id),
            Ok(Some((worker, _))) => match self.try_record(id, worker, params, promise) {
                Err(error) => Self::refuse(promise, error),
                Ok(()) => Step::Done,
            },
        }
    }

    fn try_record(
        &mut self,
        id: SessionId,
        worker: WorkerId,
        params: &RecordParams,
        promise: &mut Option<Promise<OpenRecording>>,
    ) -> Result<(), Error> {
        let session = self.session(id)?;
        let (rate, of) = (params.rate.unwrap_or(session.rate), Subject::Session(id, session.dialog.clone()));
        let taps = self.begin_recording(of, params, rate, (worker, Owner::Tap(id)), promise)?;
        self.session_mut(id)?.taps.extend(taps);
        self.send_tap_routes(id);
        Ok(())
    }

    /// A conference is recorded from the next tick on.
    pub(crate) fn record_room(
        &mut self,
        id: ConferenceId,
        params: &RecordParams,
        promise: &mut Option<Promise<OpenRecording>>,
    ) -> Step {
        match self.try_record_room(id, params, promise) {
            Err(error) => Self::refuse(promise, error),
            Ok(()) => Step::Done,
        }
    }

    fn try_record_room(
        &mut self,
        id: ConferenceId,
        params: &RecordParams,
        promise: &mut Option<Promise<OpenRecording>>,
    ) -> Result<(), Error> {
        let room = self.rooms.get(id).ok_or(ConferenceError::Unknown(id))?;
        let worker = room.places.first().map(|place| place.worker).ok_or(ConferenceError::Unknown(id))?;
        let rate = params.rate.unwrap_or(room.rate);
        let of_sessions = |field, value: String| {
            let legal = "its default for a conference: record a member for what one says, hears or presses";
            Err(RecordError::from(ConfigError::new(field, value, legal)).into())
        };
        if params.channels != RecordChannels::Mixed {
            return of_sessions("channels", format!("{:?}", params.channels));
        }
        if !params.stop_on_digits.is_empty() {
            return of_sessions("stop_on_digits", params.stop_on_digits.clone());
        }
        let taps =
            self.begin_recording(Subject::Room(id, Vec::new()), params, rate, (worker, Owner::RoomTap), promise)?;
        let recording = taps.first().and_then(|tap| self.recordings.get_mut(tap.recording?));
        if let Some(Subject::Room(_, of_it)) = recording.map(|recording| &mut recording.of) {
            of_it.extend(taps);
        }
        self.send_room_tap_routes(id);
        Ok(())
    }

    /// Checks all that can fail but the disk, hands the recorder what it is to write, and sends the taps out. The answer is given
    /// when the file is there.
    fn begin_recording(
        &mut self,
        of: Subject,
        params: &RecordParams,
        rate: SampleRate,
        (worker, owner): (WorkerId, Owner),
        promise: &mut Option<Promise<OpenRecording>>,
    ) -> Result<Vec<Tap>, Error> {
        let stop_on = params.check().map_err(RecordError::from)?;
        let root: Arc<Path> = self.plan.config.record_root.as_deref().ok_or(RecordError::NoRoot)?.into();
        let path: Arc<Path> = check_name(&root, &params.path)?.into();
        let hears = channels(params.channels);
        let limit = self.plan.config.max_taps;
        let full = SessionError::Capacity { what: "taps", limit, field: "max_taps" };
        if self.taps.open + hears.len() > limit {
            return Err(full.into());
        }
        let ring = |_: &Hears| crate::worker::pcm_out(rate, RECORD_RING_MS);
        let (outputs, readers): (Vec<_>, Vec<_>) = hears.iter().map(ring).unzip();
        let (told, changes) = bounded(CHANGES);
        let ended = Arc::new(AtomicBool::new(false));
        let recording = |_| Recording {
            of,
            path: path.clone(),
            stop_on,
            changes: told,
            paused: false,
            ended: ended.clone(),
            end: None,
            lost_blocks: 0,
            begins: None,
            ends: Vec::new(),
        };
        let id = self.recordings.insert_with(recording).ok_or(full.clone())?;
        let begin = Begin {
            id,
            root,
            path: path.clone(),
            rate,
            channels: readers,
            max_length: params.max_length,
            stop_on_silence: params.stop_on_silence,
            silence: params.silence_power(),
            changes,
            ended,
        };
        let places = self.places_of_taps(worker, owner, hears.len()).ok_or_else(|| full.into());
        let begun = places.and_then(|places| match self.recorder.begin(begin) {
            Ok(()) => Ok(places),
            Err(error) => {
                for (worker, key) in places {
                    self.workers[worker.as_usize()].places.remove(key);
                }
                Err(error)
            }
        });
        let places = match begun {
            Ok(places) => places,
            Err(error) => {
                self.recordings.remove(id);
                return Err(error);
            }
        };
        if let Some(recording) = self.recordings.get_mut(id) {
            recording.begins = promise.take().map(|promise| promise.map(move |()| OpenRecording { id, path }));
        }
        let taps = places.into_iter().zip(outputs).zip(hears).map(|((place, output), hears)| {
            let tap = self.insert_tap(place, rate, output);
            Tap { hears: *hears, recording: Some(id), ..tap }
        });
        Ok(taps.collect())
    }

    /// So many places on a worker, or none.
    fn places_of_taps(&mut self, worker: WorkerId, owner: Owner, count: usize) -> Option<Vec<LegPlace>> {
        let places = &mut self.workers.get_mut(worker.as_usize())?.places;
        let taken: Vec<_> = (0..count).map_while(|_| places.insert_with(|_| owner)).collect();
        if taken.len() < count {
            for key in taken {
                places.remove(key);
            }
            return None;
        }
        Some(taken.into_iter().map(|key| (worker, key)).collect())
    }
}
