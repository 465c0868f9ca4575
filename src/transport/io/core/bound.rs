//! I/O: how many packets of one session its worker gets at most.
//!
//! **No session takes another's room.** A worker's ring is for all sessions of an I/O thread: who sends one of them more
//! than any stream has would fill it, and take the worker's time. A stream in packets of 10 ms has 100 a second, with
//! events and redundancy a few more; what a network held back comes at once, and a jitter buffer keeps 128 packets. What is
//! beyond is dropped and counted before it costs anybody else anything; relay streams have no worker, and are not bounded.

use crate::types::MediaTime;
use std::time::Duration;

/// Packets that may come at once.
const BURST: u32 = 128;
/// The time in which one more may come: 1,000 a second.
const STEP: Duration = Duration::from_millis(1);
/// The same of a handshake, whose answers cost the supervisor more than a packet costs anybody: a flight of DTLS is some six datagrams, checks of ICE come each
/// 50 ms for every address.
const HANDSHAKE: (u32, Duration) = (64, Duration::from_millis(10));

/// The generic cell rate algorithm (ITU-T I.371 clause A.1.1, virtual scheduling) over the packets' arrivals.
#[derive(Debug, Default)]
pub(super) struct FloodBound {
    /// When the next packet would be due at the greatest rate.
    due: MediaTime,
}

impl FloodBound {
    /// Whether one more packet, which arrived at `arrival`, is within the bound.
    pub(super) fn takes(&mut self, arrival: MediaTime) -> bool {
        self.within(arrival, (BURST, STEP))
    }

    /// The same of a datagram of a handshake.
    pub(super) fn takes_handshake(&mut self, arrival: MediaTime) -> bool {
        self.within(arrival, HANDSHAKE)
    }

    fn within(&mut self, arrival: MediaTime, (burst, step): (u32, Duration)) -> bool {
        let due = self.due.max(arrival);
        let within = u128::from(due.nanos_since(arrival)) <= (step * (burst - 1)).as_nanos();
        if within {
            self.due = due + step;
        }
        within
    }
}
