//! Control: sessions, bridges and conferences, made by the engine's handle.

use super::conference::Conference;
use super::handle::MediaHandle;
use super::session_handle::MediaSessionHandle;
use crate::control::Pending;
use crate::control::verbs::Created;
#[cfg(doc)]
use crate::error::SessionError;
use crate::session::{ConferenceParams, MediaSessionParams};
use crate::types::DialogId;

impl MediaHandle {
    /// Creates the media session of a SIP dialog.
    ///
    /// # Errors
    /// Through the answer: [`SessionError`] for parameters that are not possible, a dialog that has a session, a full or
    /// overloaded engine; [`IoError`](crate::error::IoError) for want of a port.
    pub fn create_media_session(
        &self,
        dialog: impl Into<DialogId>,
        params: MediaSessionParams,
    ) -> Pending<MediaSessionHandle> {
        let (handle, dialog) = (self.clone(), dialog.into());
        let named = dialog.clone();
        self.request_made(
            move |created: Created| MediaSessionHandle::new(handle, created.id, named, created.local, created.ends),
            move |s, promise| s.create(&dialog, &params, promise),
        )
    }

    /// The session of a dialog.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::UnknownDialog`].
    pub fn find_session(&self, dialog: impl Into<DialogId>) -> Pending<MediaSessionHandle> {
        let (handle, dialog) = (self.clone(), dialog.into());
        self.request_made(
            move |found| MediaSessionHandle::found(handle, found),
            move |s, promise| s.find(&dialog, promise),
        )
    }

    /// Bridges two sessions: each hears the other. A leg that lives on another worker is moved first. Their relay streams are
    /// connected by kind and order, once both are at one I/O thread: within a few ms after the answer.
    ///
    /// # Errors
    /// Through the answer: [`SessionError`]: gone, the same, busy with another bridge or conference. Unlike rates are converted.
    pub fn bridge(&self, a: &MediaSessionHandle, b: &MediaSessionHandle) -> Pending<()> {
        let (a, b) = (a.id(), b.id());
        self.request(move |s, promise| s.bridge(a, b, promise))
    }

    /// Ends the bridge that a session is in.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NotBridged`], or gone.
    pub fn unbridge(&self, session: &MediaSessionHandle) -> Pending<()> {
        let id = session.id();
        self.request(move |s, promise| s.unbridge(id, promise))
    }

    /// Creates a conference: of a fixed rate, where a [`SampleRate`](crate::SampleRate) is given, or as its parameters say.
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError::MaxMembers`](crate::error::ConferenceError::MaxMembers),
    /// [`SessionError::Capacity`], [`SessionError::Overloaded`].
    pub fn create_conference(&self, params: impl Into<ConferenceParams>) -> Pending<Conference> {
        let (handle, params) = (self.clone(), params.into());
        self.request_made(move |id| Conference::new(handle, id), move |s, promise| s.create_room(params, promise))
    }
}
