//! Control: a handle to one conference.

use crate::control::Pending;
use crate::engine::handle::MediaHandle;
use crate::engine::session_handle::MediaSessionHandle;
use crate::types::{ConferenceId, SampleRate, SessionId};

/// A handle to one conference: `Clone + Send + Sync`, tagged with a generation. Dropping it ends nothing.
/// Each verb is a request to the supervisor, as those of [`MediaHandle`](crate::MediaHandle) are.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, SampleRate, VirtualEngine};
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let room = handle.create_conference(SampleRate::Hz16000);
/// let room = engine.complete(room)?;
/// let session = handle.create_media_session("a", MediaSessionParams::new(AudioFormat::g722()));
/// let session = engine.complete(session)?;
/// let joined = room.join(&session);
/// engine.complete(joined)?;
/// let members = room.members();
/// assert_eq!(engine.complete(members)?, [session.id()]);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Conference {
    engine: MediaHandle,
    id: ConferenceId,
    rate: SampleRate,
}

impl Conference {
    pub(super) fn new(engine: MediaHandle, id: ConferenceId, rate: SampleRate) -> Self {
        Self { engine, id, rate }
    }

    /// Its identifier.
    pub fn id(&self) -> ConferenceId {
        self.id
    }

    /// Its members' rate.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// A session joins: it hears the sum of the others, and they hear it; rates that differ are converted. A leg that lives
    /// on another worker is moved first. Who is alone hears (and is sent) silence.
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError`](crate::error::ConferenceError): gone, full, a member already;
    /// [`SessionError`](crate::error::SessionError): gone, connected elsewhere.
    pub fn join(&self, session: &MediaSessionHandle) -> Pending<()> {
        let (room, id) = (self.id, session.id());
        self.engine.request(move |s, promise| s.join(room, id, promise))
    }

    /// A member leaves.
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError::NotMember`](crate::error::ConferenceError::NotMember), or gone.
    pub fn leave(&self, session: &MediaSessionHandle) -> Pending<()> {
        let (room, id) = (self.id, session.id());
        self.engine.request(move |s, promise| s.leave(room, id, promise))
    }

    /// Who is in it, in the order of joining.
    pub fn members(&self) -> Pending<Vec<SessionId>> {
        let room = self.id;
        self.engine.request(move |s, promise| s.members_of(room, promise))
    }

    /// Ends it; its members live on, unconnected.
    pub fn destroy(&self) -> Pending<()> {
        let room = self.id;
        self.engine.request_end(move |s, promise| s.destroy_room(room, promise))
    }
}
