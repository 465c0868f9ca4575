//! Control: what a session's I/O thread has for its reports.

use crate::types::SessionId;

/// What a session's I/O thread has for its reports.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reporter {
    /// What it needs for generic NACKs.
    pub(crate) retransmits: bool,
    /// What it needs for transport-wide feedback.
    pub(crate) numbers_packets: bool,
    /// Whose echo it tells of.
    pub(crate) echo_of: Option<SessionId>,
}
