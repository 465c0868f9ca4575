//! Control: the supervisor's end of the recorder, and the thread that runs it, which starts when it is first needed.

use crate::error::{EngineError, Error};
use crate::recorder::{Begin, Notice, Recorder};
use crate::rt::contain::contained;
use crate::rt::os::join::join_within;
use crossbeam_channel::{Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Between two turns of the recorder's thread: a ring holds a hundred times as much.
const TURN: Duration = Duration::from_millis(20);
/// How long the end of the engine waits for its thread.
const PATIENCE: Duration = Duration::from_secs(1);

/// Who runs the recorder.
#[derive(Debug)]
enum Runs {
    /// Nobody yet.
    NotYet(Recorder),
    /// Whoever drives the engine by hand.
    ByHand(Recorder),
    /// Its thread. `None`: it could not be had.
    Thread(Option<JoinHandle<()>>),
}

/// The recorder, as the supervisor has it.
#[derive(Debug)]
pub(crate) struct RecorderLink {
    begins: Option<Sender<Begin>>,
    notices: Receiver<Notice>,
    runs: Runs,
}

impl RecorderLink {
    /// Of a recorder that waits for its first recording.
    pub(crate) fn new() -> Self {
        let (recorder, begins, notices) = Recorder::new();
        Self { begins: Some(begins), notices, runs: Runs::NotYet(recorder) }
    }

    /// It is run by hand: time is virtual.
    pub(crate) fn record_by_hand(&mut self) {
        self.runs = match std::mem::replace(&mut self.runs, Runs::Thread(None)) {
            Runs::NotYet(recorder) => Runs::ByHand(recorder),
            runs => runs,
        };
    }

    /// Whether it is run by hand.
    pub(crate) fn is_by_hand(&self) -> bool {
        matches!(self.runs, Runs::ByHand(_))
    }

    /// Hands it a recording.
    ///
    /// # Errors
    /// [`EngineError::Busy`] if as many wait for its turn as can; that its thread cannot be had.
    pub(crate) fn begin(&mut self, begin: Begin) -> Result<(), Error> {
        self.start()?;
        let taken = self.begins.as_ref().is_some_and(|begins| begins.try_send(begin).is_ok());
        if taken { Ok(()) } else { Err(EngineError::Busy.into()) }
    }

    fn start(&mut self) -> Result<(), Error> {
        if !matches!(self.runs, Runs::NotYet(_)) {
            return Ok(());
        }
        let Runs::NotYet(recorder) = std::mem::replace(&mut self.runs, Runs::Thread(None)) else { return Ok(()) };
        let builder = std::thread::Builder::new().name("media-record".into());
        match builder.spawn(move || run(recorder)) {
            Ok(thread) => {
                self.runs = Runs::Thread(Some(thread));
                Ok(())
            }
            Err(error) => {
                let why = error.to_string();
                Err(crate::error::IoError::System { what: "the recorder's thread".into(), why }.into())
            }
        }
    }

    /// What it tells next.
    pub(crate) fn notice(&self) -> Option<Notice> {
        self.notices.try_recv().ok()
    }

    /// A turn of it, where time is virtual.
    pub(crate) fn pump(&mut self) {
        if let Runs::ByHand(recorder) = &mut self.runs {
            recorder.pump();
        }
    }
}

fn run(mut recorder: Recorder) {
    contained("the recorder", || {
        while recorder.pump() {
            recorder.wait(TURN);
        }
    });
}

impl Drop for RecorderLink {
    /// Its thread ends when it knows that nothing more will come, and all that came is written.
    fn drop(&mut self) {
        self.begins = None;
        if let Runs::Thread(thread) = &mut self.runs
            && let Some(thread) = thread.take()
        {
            join_within(thread, Instant::now() + PATIENCE);
        }
    }
}
