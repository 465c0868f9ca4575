//! Control: the record of a conference.

use crate::types::{SampleRate, SessionId, WorkerId};

/// A conference.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) worker: WorkerId,
    pub(crate) bus: u32,
    pub(crate) rate: SampleRate,
    /// In the order of joining.
    pub(crate) members: Vec<SessionId>,
}
