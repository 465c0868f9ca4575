//! Control: what the creator of a session gets.

use super::ends::SampleEnds;
use crate::types::SessionId;
use std::net::SocketAddr;

/// What the creator gets.
pub(crate) struct Created {
    pub(crate) id: SessionId,
    /// Where its packets are to be sent.
    pub(crate) local: Option<SocketAddr>,
    /// The other ends of a PCM session's rings.
    pub(crate) ends: Option<SampleEnds>,
}
