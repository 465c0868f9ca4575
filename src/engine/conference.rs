//! Control: a handle to one conference.

use crate::control::Pending;
use crate::engine::handle::MediaHandle;
use crate::engine::session_handle::MediaSessionHandle;
use crate::types::{ConferenceId, SampleRate, SessionId};

/// A handle to one conference: `Clone + Send + Sync`, tagged with a generation. Dropping it ends nothing.
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
