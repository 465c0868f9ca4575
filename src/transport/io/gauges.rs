//! Boundary: what an I/O thread counts of itself.

use crate::rt::Gauge;

/// Counters of one I/O thread: written by it, read by anyone; by path as `/io/0/sends` and so on.
#[derive(Debug, Default)]
pub struct IoThreadGauges {
    /// Turns: waits for events.
    pub turns: Gauge,
    /// Turns that did not wait, since a packet was about to leave.
    pub busy_polls: Gauge,
    /// Receive calls.
    pub receives: Gauge,
    /// Receive calls that found nothing.
    pub empty_receives: Gauge,
    /// Send calls.
    pub sends: Gauge,
    /// Sessions refused since the system could not watch more sockets.
    pub unwatched: Gauge,
    /// Packets of media threads dropped since their session had just ended.
    pub unbound_out: Gauge,
    /// The thread's number at the kernel; 0: not told yet.
    pub thread: Gauge,
}

impl IoThreadGauges {
    /// Name and value of each counter.
    pub fn read(&self) -> [(&'static str, u64); 7] {
        [
            ("turns", self.turns.get()),
            ("busy_polls", self.busy_polls.get()),
            ("receives", self.receives.get()),
            ("empty_receives", self.empty_receives.get()),
            ("sends", self.sends.get()),
            ("unwatched", self.unwatched.get()),
            ("unbound_out", self.unbound_out.get()),
        ]
    }
}
