//! Control: sessions and conferences as a list shows them.

use super::monitor::MonitorMode;
use super::state::MediaSessionState;
use crate::playback::PlaybackId;
use crate::types::{ConferenceId, DialogId, RecordingId, SampleRate, SessionId, WorkerId};

/// A session as it was when it was listed.
///
/// From [`MediaHandle::sessions`](crate::MediaHandle::sessions), for all that live. Example: [`ConferenceSummary`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SessionSummary {
    /// Which: [`MediaHandle::session`](crate::MediaHandle::session) leads back to a handle.
    pub id: SessionId,
    /// Its dialog.
    pub dialog: DialogId,
    /// What it does: receiving, holds, mute, the bridge or conference it is in.
    pub state: MediaSessionState,
    /// What it receives and sends, by name.
    pub codecs: (String, String),
    /// Its media thread; `None` while it moves to another.
    pub worker: Option<WorkerId>,
    /// How it monitors a call, if it does ([`state.connection`](Self::state) says whose).
    pub monitors_by: Option<MonitorMode>,
    /// Who monitors its call for its sake, and how.
    pub monitored_by: Vec<(SessionId, MonitorMode)>,
    /// What is played to it: the first plays, the others wait.
    pub prompts: Vec<PlaybackId>,
    /// What is recorded of it.
    pub recordings: Vec<RecordingId>,
    /// Taps that are open, recordings aside.
    pub taps: usize,
}

/// A conference as it was when it was listed.
///
/// From [`MediaHandle::conferences`](crate::MediaHandle::conferences).
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let room = engine.complete(handle.create_conference(SampleRate::Hz16000))?;
/// let phone = handle.create_media_session("a", MediaSessionParams::new(AudioFormat::g722()));
/// let phone = engine.complete(phone)?;
/// engine.complete(room.join(&phone))?;
/// let rooms = engine.complete(handle.conferences())?;
/// assert_eq!((rooms[0].id, rooms[0].members.as_slice()), (room.id(), &[phone.id()][..]));
/// let sessions = engine.complete(handle.sessions())?;
/// assert_eq!((sessions[0].dialog.as_str(), sessions[0].state.connection.is_some()), ("a", true));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ConferenceSummary {
    /// Which: [`MediaHandle::conference`](crate::MediaHandle::conference) leads back to a handle.
    pub id: ConferenceId,
    /// Its rate.
    pub rate: SampleRate,
    /// Who is in it, in the order of joining.
    pub members: Vec<SessionId>,
    /// What is played to it: the first plays, the others wait.
    pub prompts: Vec<PlaybackId>,
    /// What is recorded of it.
    pub recordings: Vec<RecordingId>,
}
