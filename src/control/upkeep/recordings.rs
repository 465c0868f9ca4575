//! Control: what the recorder tells: recordings begin, lose blocks, end.

use crate::control::records::recording::{Recording, Subject};
use crate::control::supervisor::Supervisor;
use crate::error::RecordError;
use crate::recorder::Outcome;
use crate::session::{EventKind, MediaEvent, Recorded, RecordingEnd};
use crate::types::RecordingId;
use std::time::Duration;

/// Notices taken in one step at most.
const NOTICES_PER_STEP: usize = 1_024;

impl Supervisor {
    pub(in crate::control) fn take_recorder_notices(&mut self) {
        for _ in 0..NOTICES_PER_STEP {
            let Some((id, outcome)) = self.recorder.notice() else { break };
            match outcome {
                Outcome::Opened => {
                    let begins = self.recordings.get_mut(id).and_then(|recording| recording.begins.take());
                    begins.into_iter().for_each(|promise| promise.answer(Ok(())));
                    self.tell_recording(id, EventKind::RecordingStarted(id));
                }
                Outcome::Lost(blocks) => {
                    let Some(recording) = self.recordings.get_mut(id) else { continue };
                    recording.lost_blocks += blocks;
                    self.tell_recording(id, EventKind::RecordingLost { recording: id, blocks });
                }
                Outcome::Finished(length, end) => self.finish_recording(id, Ok((length, end))),
                Outcome::Failed(error) => self.finish_recording(id, Err(error)),
            }
        }
    }

    /// The recorder is done with it.
    fn finish_recording(&mut self, id: RecordingId, finished: Result<(Duration, Option<RecordingEnd>), RecordError>) {
        // Where it ended by itself, its taps still push.
        let own = finished.as_ref().ok().and_then(|(_, end)| *end);
        self.end_recording(id, own.unwrap_or(RecordingEnd::Stopped));
        let Some(recording) = self.recordings.remove(id) else { return };
        let Recording { path, end, lost_blocks, .. } = &recording;
        let (end, lost_blocks) = (own.or(*end).unwrap_or(RecordingEnd::Stopped), *lost_blocks);
        match finished {
            Ok((length, _)) => {
                self.tell_of(&recording, EventKind::RecordingFinished { recording: id, length, end });
                let recorded = Recorded { path: path.clone(), length, end, lost_blocks };
                recording.ends.into_iter().for_each(|promise| promise.answer(Ok(recorded.clone())));
            }
            Err(error) => {
                log::warn!("recording {id}: {error}");
                if recording.begins.is_none() {
                    self.tell_of(&recording, EventKind::RecordingFailed(id, error.kind()));
                }
                recording.begins.into_iter().for_each(|promise| promise.answer(Err(error.clone().into())));
                recording.ends.into_iter().for_each(|promise| promise.answer(Err(error.clone().into())));
            }
        }
    }

    fn tell_recording(&self, id: RecordingId, kind: EventKind) {
        if let Some(recording) = self.recordings.get(id) {
            self.tell_of(recording, kind);
        }
    }

    /// Tells of a recording, whose session may be gone by now.
    fn tell_of(&self, recording: &Recording, kind: EventKind) {
        let session = match &recording.of {
            Subject::Session(id, dialog) => Some((*id, dialog.clone())),
            Subject::Room(..) => None,
        };
        self.subscribers.send(&MediaEvent { at: self.now, session, file: Some(recording.path.clone()), kind });
    }
}
