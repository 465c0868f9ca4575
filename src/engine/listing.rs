//! Control: what there is: sessions and conferences, listed, and found again by their identifiers.

use super::conference::Conference;
use super::handle::MediaHandle;
use super::session_handle::MediaSessionHandle;
use crate::control::Pending;
use crate::session::{ConferenceSummary, SessionSummary};
use crate::types::{ConferenceId, SessionId};

impl MediaHandle {
    /// All sessions, with dialog, state and what they do.
    pub fn sessions(&self) -> Pending<Vec<SessionSummary>> {
        self.request(move |s, promise| s.session_summaries(promise))
    }

    /// All conferences and who is in them.
    pub fn conferences(&self) -> Pending<Vec<ConferenceSummary>> {
        self.request(move |s, promise| s.conference_summaries(promise))
    }

    /// A handle to the session of that identifier, as events and lists name it.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Unknown`](crate::error::SessionError::Unknown).
    pub fn session(&self, id: SessionId) -> Pending<MediaSessionHandle> {
        let handle = self.clone();
        self.request_made(
            move |found| MediaSessionHandle::found(handle, found),
            move |s, promise| s.find_session(id, promise),
        )
    }

    /// A handle to the conference of that identifier: it lives on, and can be ended, when its first handle is dropped.
    ///
    /// # Errors
    /// Through the answer: [`ConferenceError::Unknown`](crate::error::ConferenceError::Unknown).
    pub fn conference(&self, id: ConferenceId) -> Pending<Conference> {
        let handle = self.clone();
        self.request_made(move |id| Conference::new(handle, id), move |s, promise| s.find_conference(id, promise))
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
