//! Control: sessions and conferences as a list shows them.

use super::state::MediaSessionState;
use crate::types::{ConferenceId, DialogId, SampleRate, SessionId};

/// A session as it was when it was listed.
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
}

/// A conference as it was when it was listed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ConferenceSummary {
    /// Which: [`MediaHandle::conference`](crate::MediaHandle::conference) leads back to a handle.
    pub id: ConferenceId,
    /// Its rate.
    pub rate: SampleRate,
    /// Who is in it, in the order of joining.
    pub members: Vec<SessionId>,
}
