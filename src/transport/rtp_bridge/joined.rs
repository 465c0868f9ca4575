//! I/O: what joins a bridge to the rest of its engine, and what it counts that is no session's.

use crate::rt::LaneTx;
use crate::transport::io::TransportNotice;
use crate::transport::rtp_bridge::RtpBridge;
use crate::transport::{OwnStreams, RtcpSender};

impl RtpBridge {
    /// Where RTCP goes; without it RTCP is counted as unread.
    pub(crate) fn set_rtcp_sender(&mut self, door: RtcpSender) {
        self.reports = Some(door);
    }

    /// The streams of the engine that this is part of, and who is asked when one of them comes back.
    pub(crate) fn set_own_streams(&mut self, own: OwnStreams, notices: LaneTx<TransportNotice>) {
        (self.own, self.notices) = (own, Some(notices));
    }

    /// Packets that were dropped since their session had just ended: it has no statistics any more to count them in.
    pub fn unbound_out(&self) -> u64 {
        self.port.unbound_out()
    }
}
