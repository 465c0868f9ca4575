//! Control: the handshakes of all sessions: whence their datagrams come, and which is to be looked at when.

use crate::transport::{HandshakeReceiver, HandshakeSender, handshake_ring};
use crate::types::{MediaTime, SessionId};
use std::collections::BTreeSet;

/// See the head of the file.
#[derive(Debug, Default)]
pub(crate) struct Handshakes {
    pub(crate) rings: Vec<HandshakeReceiver>,
    due: BTreeSet<(MediaTime, SessionId)>,
}

impl Handshakes {
    /// A way from one more I/O thread.
    pub(crate) fn door(&mut self) -> HandshakeSender {
        let (door, ring) = handshake_ring();
        self.rings.push(ring);
        door
    }

    /// A session that is to be looked at by `now`.
    pub(crate) fn take_due(&mut self, now: MediaTime) -> Option<SessionId> {
        let first = self.due.first().copied().filter(|(due, _)| *due <= now)?;
        self.due.remove(&first);
        Some(first.1)
    }

    /// A session was to be looked at at a time, and is at another.
    pub(crate) fn reschedule(&mut self, id: SessionId, before: Option<MediaTime>, next: Option<MediaTime>) {
        if let Some(before) = before {
            self.due.remove(&(before, id));
        }
        self.due.extend(next.map(|next| (next, id)));
    }
}
