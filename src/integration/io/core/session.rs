//! I/O: one session's half that stays with its I/O thread: endpoint, latch, and what is to be reported.

use super::latch::{Latch, Verdict};
use super::notice::TransportNotice;
use crate::integration::{Endpoint, Path, TransportGauges};
use crate::rt::LaneTx;
use crate::rtp::RtpHeader;
use crate::types::{MediaTime, SessionId};
use std::net::SocketAddr;
use std::sync::Arc;

// What every packet touches comes first: with many sessions it is not in the cache.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct IoSession {
    gauges: Arc<TransportGauges>,
    latch: Latch,
    reported: bool,
    endpoint: Endpoint,
    /// A notice that found the lane full.
    unsaid: Option<TransportNotice>,
}

impl IoSession {
    /// A session over UDP; an endpoint of another kind is given back.
    pub fn new(endpoint: Endpoint) -> Result<Self, Endpoint> {
        let Path::Udp(path) = &endpoint.path else { return Err(endpoint) };
        let latch = Latch::new(path.latch, path.remote);
        let gauges = Arc::clone(&endpoint.gauges);
        Ok(Self { gauges, endpoint, latch, reported: false, unsaid: None })
    }

    pub fn gauges(&self) -> &TransportGauges {
        &self.gauges
    }

    pub fn remote(&self) -> Option<SocketAddr> {
        self.latch.remote()
    }

    pub fn signal(&mut self, remote: SocketAddr) {
        self.latch.signal(remote);
        self.reported = false;
    }

    /// What goes home; the other hold on the gauges is let go before, so that theirs is never the last.
    pub fn into_endpoint(self) -> Endpoint {
        self.endpoint
    }

    /// Whether the packet is the peer's. Counts and reports what is not.
    pub fn admit(
        &mut self,
        session: SessionId,
        from: SocketAddr,
        header: &RtpHeader,
        arrival: MediaTime,
        notices: &mut LaneTx<TransportNotice>,
    ) -> bool {
        let before = self.latch.is_locked().then(|| self.latch.remote()).flatten();
        let verdict = self.latch.judge(from, header, arrival);
        let news = match verdict {
            Verdict::Taken => None,
            Verdict::Latched => {
                self.reported = false;
                self.gauges().relatched.add(u64::from(before.is_some()));
                Some(TransportNotice::Latched { session, remote: from, before })
            }
            Verdict::Refused => {
                self.gauges().refused.add(1);
                let first = !std::mem::replace(&mut self.reported, true);
                first.then_some(TransportNotice::Refused { session, from })
            }
        };
        // Where two wait, the newer says more.
        if let Some(notice) = news.or(self.unsaid.take()) {
            self.unsaid = (!notices.post(notice)).then_some(notice);
        }
        verdict != Verdict::Refused
    }
}
