//! I/O: what a bridge counts that is no session's.

use super::RtpBridge;

impl RtpBridge {
    /// Packets that were dropped since their session had just ended: it has no statistics any more to count them in.
    pub fn unbound_out(&self) -> u64 {
        self.port.unbound_out()
    }
}
