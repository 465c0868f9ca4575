//! Control: the verbs of a session's relay streams.

use crate::control::Pending;
use crate::engine::session_handle::MediaSessionHandle;
use crate::session::{Direction, RelayState, RelayStatistics};
use crate::types::StreamId;
use std::net::SocketAddr;

impl MediaSessionHandle {
    /// Its relay streams, in order: local address, hold, partner, payload types that pass.
    pub fn relays(&self) -> Pending<Vec<RelayState>> {
        let id = self.id();
        self.engine().request(move |s, promise| s.relay_states(id, promise))
    }

    /// What a relay stream counted: taken, refused, sent, dropped and why.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NoRelay`](crate::error::SessionError::NoRelay).
    pub fn relay_statistics(&self, stream: StreamId) -> Pending<RelayStatistics> {
        let id = self.id();
        self.engine().request(move |s, promise| s.relay_statistics(id, stream, promise))
    }

    /// Hold and resume of a relay stream, each way: `Inactive` holds both. What is held is dropped and counted; RTCP goes on.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NoRelay`](crate::error::SessionError::NoRelay).
    pub fn set_relay_direction(&self, stream: StreamId, direction: Direction) -> Pending<()> {
        let id = self.id();
        self.engine().request(move |s, promise| s.set_relay_direction(id, stream, direction, promise))
    }

    /// The signalled remote address of a relay stream.
    ///
    /// # Errors
    /// Through the answer: [`SessionError::NoRelay`](crate::error::SessionError::NoRelay).
    pub fn set_relay_remote(&self, stream: StreamId, remote: SocketAddr) -> Pending<()> {
        let id = self.id();
        self.engine().request(move |s, promise| s.set_relay_remote(id, stream, remote, promise))
    }
}
