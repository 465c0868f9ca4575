//! Control: the recorder: writes what media threads push into rings to files, on one ordinary thread.
//!
//! A plain state machine, as the supervisor is: [`pump`](Recorder::pump) does what there is to do. A thread calls it where time
//! is real, the virtual engine where it is not. It may hang in the disk as long as it likes: what finds no room in a ring
//! meanwhile is lost there, and is silence in the file.

mod aligner;
mod place;
mod recording;
mod wav;

pub(crate) use place::check_name;
pub(crate) use recording::{Begin, Change};

use crate::error::RecordError;
use crate::session::RecordingEnd;
use crate::types::RecordingId;
use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError, bounded};
use recording::Recording;
use std::collections::VecDeque;
use std::time::Duration;

/// Recordings that wait for its turn at most.
const BEGINS: usize = 1_024;
/// Notices that wait for the supervisor at most; what finds no room is told later.
const NOTICES: usize = 1_024;

/// What became of a recording.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Its file is there.
    Opened,
    /// So many blocks more were lost, as the disk was not fast enough.
    Lost(u64),
    /// Its file is complete: how long it is, and why it ended, if that was for the recorder to say.
    Finished(Duration, Option<RecordingEnd>),
    /// Its file cannot be made, or not be written any more.
    Failed(RecordError),
}

/// What the recorder tells the supervisor.
pub(crate) type Notice = (RecordingId, Outcome);

/// The recorder, and what begins and ends with it.
#[derive(Debug)]
pub(crate) struct Recorder {
    begins: Receiver<Begin>,
    notices: Sender<Notice>,
    /// What found no room yet: a few of each recording.
    outbox: VecDeque<Notice>,
    recordings: Vec<Recording>,
}

impl Recorder {
    /// A recorder, and the ends of it that the supervisor holds.
    pub(crate) fn new() -> (Self, Sender<Begin>, Receiver<Notice>) {
        let ((begin, begins), (notices, told)) = (bounded(BEGINS), bounded(NOTICES));
        (Self { begins, notices, outbox: VecDeque::new(), recordings: Vec::new() }, begin, told)
    }

    /// Does what there is to do. False when nothing will come any more and all is done.
    pub(crate) fn pump(&mut self) -> bool {
        let open = loop {
            match self.begins.try_recv() {
                Ok(begin) => self.recordings.push(Recording::new(begin)),
                Err(TryRecvError::Empty) => break true,
                Err(TryRecvError::Disconnected) => break false,
            }
        };
        let outbox = &mut self.outbox;
        self.recordings.retain_mut(|recording| recording.pump(open, outbox));
        while let Some(notice) = self.outbox.pop_front() {
            match self.notices.try_send(notice) {
                Ok(()) => {}
                Err(TrySendError::Full(notice)) => {
                    self.outbox.push_front(notice);
                    break;
                }
                // Nobody is left to be told.
                Err(TrySendError::Disconnected(_)) => {}
            }
        }
        open || !self.recordings.is_empty()
    }

    /// Waits for its next turn, or where nothing is recorded until something is.
    pub(crate) fn wait(&mut self, turn: Duration) {
        if !self.recordings.is_empty() || !self.outbox.is_empty() {
            return std::thread::sleep(turn);
        }
        self.recordings.extend(self.begins.recv().ok().map(Recording::new));
    }
}
