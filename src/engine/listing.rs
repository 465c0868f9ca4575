//! Control: what there is: sessions and conferences, listed, and found again by their identifiers.

use super::handle::MediaHandle;
use super::pending::Pending;
use super::rooms::Conference;
use super::session_handle::MediaSessionHandle;
use crate::session::MediaSessionState;
use crate::types::{ConferenceId, DialogId, SampleRate, SessionId};

/// A session as it was when it was listed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SessionSummary {
    /// Which: [`MediaHandle::session`] leads back to a handle.
    pub id: SessionId,
    /// Its dialog.
    pub dialog: DialogId,
    /// What it does: receiving, holds, mute, the bridge or conference it is in.
    pub state: MediaSessionState,
    /// What it receives and sends, by name.
    pub codecs: (String, String),
}

/// A conference as it was when it was listed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ConferenceSummary {
    /// Which: [`MediaHandle::conference`] leads back to a handle.
    pub id: ConferenceId,
    /// Its rate.
    pub rate: SampleRate,
    /// Who is in it, in the order of joining.
    pub members: Vec<SessionId>,
}

impl MediaHandle {
    /// All sessions, with dialog, state and what they do.
    pub fn sessions(&self) -> Pending<Vec<SessionSummary>> {
        self.request(move |s, promise| {
            let sessions = s.session_summaries();
            s.settle(promise, Ok(sessions))
        })
    }

    /// All conferences and who is in them.
    pub fn conferences(&self) -> Pending<Vec<ConferenceSummary>> {
        self.request(move |s, promise| {
            let rooms = s.conference_summaries();
            s.settle(promise, Ok(rooms))
        })
    }

    /// A handle to the session of that identifier, as events and lists name it.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Unknown`](crate::error::SessionError::Unknown).
    pub fn session(&self, id: SessionId) -> Pending<MediaSessionHandle> {
        let handle = self.clone();
        self.request(move |s, promise| {
            let found = s.handle_of(&handle, id);
            s.settle(promise, found)
        })
    }

    /// A handle to the conference of that identifier: it lives on, and can be ended, when its first handle is dropped.
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError::Unknown`](crate::error::ConferenceError::Unknown).
    pub fn conference(&self, id: ConferenceId) -> Pending<Conference> {
        let handle = self.clone();
        self.request(move |s, promise| {
            let found = s.conference_of(&handle, id);
            s.settle(promise, found)
        })
    }
}

impl MediaSessionHandle {
    /// Leaves the conference that it is in, whichever that is.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NotInConference`](crate::error::SessionError::NotInConference), or gone.
    pub fn leave_conference(&self) -> Pending<()> {
        let id = self.id();
        self.engine().request(move |s, promise| s.leave_any(id, promise))
    }
}
