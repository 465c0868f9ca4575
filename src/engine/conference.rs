//! Control: a handle to one conference.

use crate::control::Pending;
use crate::engine::handle::MediaHandle;
use crate::engine::session_handle::MediaSessionHandle;
use crate::session::{ConferenceParams, ConferenceStatistics, MemberParams, Participant};
use crate::types::{ConferenceId, SessionId};

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
}

impl Conference {
    pub(super) fn new(engine: MediaHandle, id: ConferenceId) -> Self {
        Self { engine, id }
    }

    pub(super) fn engine(&self) -> &MediaHandle {
        &self.engine
    }

    /// Its identifier.
    pub fn id(&self) -> ConferenceId {
        self.id
    }

    /// A session joins as a participant: it hears the sum of the others, and they hear it; rates that differ are converted. A leg
    /// that lives on another worker is moved first. Who is alone hears (and is sent) silence. It comes, as it leaves, within a
    /// block of 10 ms, without a click.
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError`](crate::error::ConferenceError): gone, full, a member already;
    /// [`SessionError`](crate::error::SessionError): gone, connected elsewhere.
    pub fn join(&self, session: &MediaSessionHandle) -> Pending<()> {
        self.join_as(session, MemberParams::default())
    }

    /// A session joins in another role, or with other gains.
    ///
    /// # Errors
    /// As [`join`](Self::join), and [`ConferenceError`](crate::error::ConferenceError): one whisper is to somebody who is no
    /// member, or to itself; there are [`MAX_SPEAKERS`](crate::ConferenceParams::MAX_SPEAKERS) already.
    pub fn join_as(&self, session: &MediaSessionHandle, params: MemberParams) -> Pending<()> {
        let (room, id) = (self.id, session.id());
        self.engine.request(move |s, promise| s.join(room, id, &params, promise))
    }

    /// A member leaves.
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError::NotMember`](crate::error::ConferenceError::NotMember), or gone.
    pub fn leave(&self, session: &MediaSessionHandle) -> Pending<()> {
        let (room, id) = (self.id, session.id());
        self.engine.request(move |s, promise| s.leave(room, id, promise))
    }

    /// It becomes another while it runs: whom its members hear, how loud, and what is told of them; how many it holds (who is in it
    /// stays); a fixed rate, or (`None`) the present one from which it rises. A gain that changes with it moves over 10 ms.
    ///
    /// ```
    /// # use media_core::{ConferenceParams, ConferenceQuality, MediaEngineConfig, SampleRate, VirtualEngine};
    /// # let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
    /// # let room = engine.handle().create_conference(SampleRate::Hz16000);
    /// # let room = engine.complete(room)?;
    /// let params = engine.complete(room.params())?;
    /// engine.complete(room.update(params.quality(ConferenceQuality::Balanced)))?;
    /// # Ok::<(), media_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError`](crate::error::ConferenceError): gone, or what cannot be asked for; nothing has
    /// changed then.
    pub fn update(&self, params: impl Into<ConferenceParams>) -> Pending<()> {
        let (room, params) = (self.id, params.into());
        self.engine.request(move |s, promise| s.update_room(room, params, promise))
    }

    /// What it was asked to be.
    pub fn params(&self) -> Pending<ConferenceParams> {
        let room = self.id;
        self.engine.request(move |s, promise| s.room_params(room, promise))
    }

    /// Who is in it, in the order of joining.
    pub fn members(&self) -> Pending<Vec<SessionId>> {
        let room = self.id;
        self.engine.request(move |s, promise| s.members_of(room, promise))
    }

    /// The same, with the role of each, its gains, and how long it has been there.
    pub fn participants(&self) -> Pending<Vec<Participant>> {
        let room = self.id;
        self.engine.request(move |s, promise| s.participants(room, promise))
    }

    /// What it has counted.
    pub fn statistics(&self) -> Pending<ConferenceStatistics> {
        let room = self.id;
        self.engine.request(move |s, promise| s.room_statistics(room, promise))
    }

    /// Ends it; its members live on, unconnected.
    pub fn destroy(&self) -> Pending<()> {
        let room = self.id;
        self.engine.request_end(move |s, promise| s.destroy_room(room, promise))
    }

    pub(super) fn change(
        &self,
        session: &MediaSessionHandle,
        edit: impl Fn(&mut MemberParams) + Send + 'static,
    ) -> Pending<()> {
        let (room, id) = (self.id, session.id());
        self.engine.request(move |s, promise| s.change_member(room, id, &edit, promise))
    }
}
