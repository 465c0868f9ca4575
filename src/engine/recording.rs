//! Control: a recording in the embedder's hands.

use crate::control::Pending;
use crate::control::verbs::OpenRecording;
use crate::engine::conference::Conference;
use crate::engine::handle::MediaHandle;
use crate::engine::session_handle::MediaSessionHandle;
use crate::session::{RecordParams, Recorded};
use crate::types::RecordingId;
use std::path::Path;
use std::sync::Arc;

/// A recording that is under way. Dropping it ends nothing: it goes on until it is stopped, ends by what was set, or the
/// session or conference ends.
///
/// Sound and file run with the same clock: what is not there (a pause of the speaker, loss, hold, a channel that has nobody to
/// hear, blocks that a stalled disk lost) is silence of its length, and channels stay beside each other. The file is a valid
/// one at every moment: when the process ends unforeseen it is there as `….part`, with all but the last second.
///
/// ```
/// use media_core::{EventKind, MediaEngineConfig, MediaSessionParams, RecordParams, RecordingEnd, SampleRate, VirtualEngine};
/// use std::time::Duration;
///
/// # let root = std::env::temp_dir().join(format!("media-core-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&root).unwrap();
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default().record_root(root.clone()), 1)?;
/// let handle = engine.handle();
/// let bot = handle.create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
/// let bot = engine.complete(bot)?;
/// let recording = engine.complete(bot.record(RecordParams::new("calls/bot.wav")))?;
/// engine.run_for(Duration::from_secs(2));
/// engine.complete(recording.pause())?;
/// engine.run_for(Duration::from_secs(3)); // not in the file
/// engine.complete(recording.resume())?;
/// let recorded = engine.complete(recording.stop())?;
/// assert_eq!((&*recorded.path, recorded.end), (&*root.join("calls/bot.wav"), RecordingEnd::Stopped));
/// assert!(recorded.length >= Duration::from_secs(2) && recorded.length < Duration::from_secs(3));
/// # std::fs::remove_dir_all(&root).unwrap();
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Recording {
    engine: MediaHandle,
    id: RecordingId,
    path: Arc<Path>,
}

impl Recording {
    fn new(engine: MediaHandle, open: OpenRecording) -> Self {
        Self { engine, id: open.id, path: open.path }
    }

    /// Its identifier, by which events tell of it.
    pub fn id(&self) -> RecordingId {
        self.id
    }

    /// The file that it will be when it is complete.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// From the next tick on nothing is recorded, until [`resume`](Self::resume): that time is left out of the file.
    ///
    /// # Errors
    /// Through the answer: [`RecordError::Ended`](crate::RecordError::Ended).
    pub fn pause(&self) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.pause_recording(id, true, promise))
    }

    /// Goes on after a pause.
    ///
    /// # Errors
    /// As [`pause`](Self::pause).
    pub fn resume(&self) -> Pending<()> {
        let id = self.id;
        self.engine.request(move |s, promise| s.pause_recording(id, false, promise))
    }

    /// Ends it; answers when the file is complete and has its name.
    ///
    /// # Errors
    /// Through the answer: [`RecordError`](crate::RecordError): it has ended already, or the disk failed.
    pub fn stop(&self) -> Pending<Recorded> {
        let id = self.id;
        self.engine.request_end(move |s, promise| s.stop_recording(id, promise))
    }
}

impl MediaSessionHandle {
    /// Records to a file below [`record_root`](crate::MediaEngineConfig::record_root), from the next tick on, whatever the session
    /// is connected to meanwhile. Answers when the file is there; events tell that it began, ended, failed, lost something. Each
    /// channel is one of [`max_taps`](crate::MediaEngineConfig::max_taps), and ends pass-through.
    ///
    /// An ordinary thread writes; a disk that stalls for up to two seconds loses nothing, and no disk holds up the media.
    ///
    /// # Errors
    /// Through the answer: [`RecordError`](crate::RecordError): no `record_root`, a name that leads out of it or is taken, what
    /// the disk said; [`SessionError::Capacity`](crate::SessionError::Capacity).
    pub fn record(&self, params: RecordParams) -> Pending<Recording> {
        let (id, engine) = (self.id(), self.engine().clone());
        self.engine()
            .request_made(move |open| Recording::new(engine, open), move |s, promise| s.record(id, &params, promise))
    }
}

impl Conference {
    /// Records all who speak in it, mixed, as [`MediaSessionHandle::record`] does a session.
    ///
    /// # Errors
    /// As there; other [`channels`](RecordParams#structfield.channels) and digits are for sessions.
    pub fn record(&self, params: RecordParams) -> Pending<Recording> {
        let (id, engine) = (self.id(), self.engine().clone());
        self.engine().request_made(
            move |open| Recording::new(engine, open),
            move |s, promise| s.record_room(id, &params, promise),
        )
    }
}
