//! Control: packets that reached a worker after their leg had left it, until it is known where that is now.

use crate::rt::PacketHeader;
use crate::types::SessionId;
use std::collections::VecDeque;

/// Packets that wait for legs on their way. Beyond this the newest is dropped and counted.
const HELD: usize = 4_096;

/// A packet: whose, its header, its payload.
type Packet = (SessionId, PacketHeader, Vec<u8>);

/// Packets that wait for their leg to arrive.
#[derive(Debug, Default)]
pub(crate) struct Misrouted {
    held: VecDeque<Packet>,
    dropped: u64,
}

impl Misrouted {
    /// Takes a packet of a session whose leg left the worker that it came to.
    pub(crate) fn hold(&mut self, session: SessionId, header: PacketHeader, payload: &[u8]) {
        if self.held.len() < HELD {
            self.held.push_back((session, header, payload.to_vec()));
        } else {
            self.dropped += 1;
        }
    }

    /// Has a packet wait that waited before.
    pub(crate) fn hold_again(&mut self, packet: Packet) {
        self.held.push_back(packet);
    }

    /// The packet that waits for longest.
    pub(crate) fn take(&mut self) -> Option<Packet> {
        self.held.pop_front()
    }

    /// Packets that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.held.len()
    }

    /// Counts a packet that is lost for want of room or of its session.
    pub(crate) fn drop_one(&mut self) {
        self.dropped += 1;
    }

    /// Packets dropped for want of room or of their session.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}
