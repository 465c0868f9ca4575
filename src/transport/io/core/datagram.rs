//! I/O: a datagram as it came to a session.

use crate::types::{MediaTime, SessionId};
use std::net::SocketAddr;

/// A datagram as it came to a session.
#[derive(Debug, Clone, Copy)]
pub(super) struct Datagram<'a> {
    /// Whose it is.
    pub owner: SessionId,
    pub from: SocketAddr,
    pub octets: &'a [u8],
    pub arrival: MediaTime,
}
