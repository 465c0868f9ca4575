//! Control: the record of a recording, and of who waits for it.

use super::tap::Tap;
use crate::codec::audio::dtmf::TelephoneEvent;
use crate::control::request::pending::Promise;
use crate::recorder::Change;
use crate::session::{Recorded, RecordingEnd};
use crate::types::{ConferenceId, DialogId, SessionId};
use crossbeam_channel::Sender;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Pauses that wait for the recorder at most.
pub(crate) const CHANGES: usize = 64;

/// What is recorded.
#[derive(Debug)]
pub(crate) enum Subject {
    /// A session: the recording's taps are among the session's, and move with it.
    Session(SessionId, DialogId),
    /// A conference, by taps of its bus.
    Room(ConferenceId, Vec<Tap>),
}

/// A recording.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) of: Subject,
    pub(crate) path: Arc<Path>,
    pub(crate) stop_on: Vec<TelephoneEvent>,
    pub(crate) changes: Sender<Change>,
    pub(crate) paused: bool,
    /// Set for the recorder when nothing is pushed any more.
    pub(crate) ended: Arc<AtomicBool>,
    /// Why it ends, once that is known.
    pub(crate) end: Option<RecordingEnd>,
    pub(crate) lost_blocks: u64,
    /// Who waits for its file to be there, and who for it to be complete.
    pub(crate) begins: Option<Promise<()>>,
    pub(crate) ends: Vec<Promise<Recorded>>,
}
