//! I/O: what of handshakes a session takes, and how much of it.

use crate::rtp::RtpFault;
use crate::transport::Handshakes;
use crate::transport::io::core::bound::FloodBound;

/// A session's handshakes.
#[derive(Debug, Default)]
pub(super) struct Shaking {
    /// What of them is taken.
    pub takes: Handshakes,
    pub bound: FloodBound,
}

impl Shaking {
    /// Whether such a datagram is a part of one.
    pub fn is_of(&self, fault: RtpFault) -> bool {
        match fault {
            RtpFault::Stun => self.takes.stun,
            RtpFault::Dtls => self.takes.dtls,
            _ => false,
        }
    }
}
