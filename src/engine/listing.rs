//! Control: what there is: sessions and conferences, listed, and found again by their identifiers.

use super::conference::Conference;
use super::handle::MediaHandle;
use super::session_handle::MediaSessionHandle;
use crate::control::{Pending, SessionEvents};
use crate::session::{ConferenceSummary, SessionSummary};
use crate::types::{ConferenceId, DialogId, SessionId};

impl MediaHandle {
    /// All sessions, with dialog, state and what they do: whom they are connected to, prompts, recordings, taps.
    pub fn sessions(&self) -> Pending<Vec<SessionSummary>> {
        self.request(move |s, promise| s.session_summaries(promise))
    }

    /// All conferences and who is in them.
    pub fn conferences(&self) -> Pending<Vec<ConferenceSummary>> {
        self.request(move |s, promise| s.conference_summaries(promise))
    }

    /// The conference that the session of a dialog is a member of.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::UnknownDialog`](crate::error::SessionError::UnknownDialog),
    /// [`SessionError::NotInConference`](crate::error::SessionError::NotInConference).
    pub fn find_conference(&self, dialog: impl Into<DialogId>) -> Pending<Conference> {
        let (handle, dialog) = (self.clone(), dialog.into());
        self.request_made(
            move |id| Conference::new(handle, id),
            move |s, promise| s.find_conference_of(&dialog, promise),
        )
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
    /// Its events from now on, and those of no other, until it ends.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Unknown`](crate::error::SessionError::Unknown).
    pub fn events(&self) -> Pending<SessionEvents> {
        let (id, dialog, (subscribers, callbacks)) = (self.id(), self.dialog().clone(), self.engine().subscriptions());
        self.engine().request(move |s, promise| {
            s.subscribe_to(id, || SessionEvents::new(&subscribers, &callbacks, dialog.clone(), Some(id)), promise)
        })
    }

    /// What it is and does, as a list shows it.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::Unknown`](crate::error::SessionError::Unknown).
    pub fn summary(&self) -> Pending<SessionSummary> {
        let id = self.id();
        self.engine().request(move |s, promise| s.session_summary(id, promise))
    }

    /// Leaves the conference that it is in, whichever that is.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NotInConference`](crate::error::SessionError::NotInConference), or gone.
    pub fn leave_conference(&self) -> Pending<()> {
        let id = self.id();
        self.engine().request(move |s, promise| s.leave_any(id, promise))
    }
}
