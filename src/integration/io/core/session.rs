//! I/O: one session's half that stays with its I/O thread: endpoint, latch, and what is to be reported.

use super::latch::{Latch, Verdict};
use super::notice::TransportNotice;
use crate::integration::{Endpoint, Path, RelayEnd, TransportGauges};
use crate::rt::LaneTx;
use crate::rtp::RtpHeader;
use crate::types::{MediaTime, SessionId, StreamId};
use std::net::SocketAddr;
use std::sync::Arc;

// What every packet touches comes first: with many sessions it is not in the cache.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct IoSession {
    gauges: Arc<TransportGauges>,
    latch: Latch,
    reported: bool,
    /// The half of a relay stream, if it is one.
    pub relay: Option<Box<RelayEnd>>,
    endpoint: Endpoint,
    /// A notice that found the lane full.
    unsaid: Option<TransportNotice>,
}

impl IoSession {
    /// A session over UDP; an endpoint of another kind is given back.
    pub fn new(mut endpoint: Endpoint) -> Result<Self, Endpoint> {
        let Path::Udp(path) = &endpoint.path else { return Err(endpoint) };
        let mut relay = endpoint.relay.take();
        let carried = relay.as_mut().and_then(|relay| relay.latch.take());
        let latch = carried.unwrap_or_else(|| Latch::new(path.latch, path.remote));
        let gauges = Arc::clone(&endpoint.gauges);
        Ok(Self { gauges, endpoint, latch, reported: false, relay, unsaid: None })
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
        let Self { mut endpoint, latch, mut relay, .. } = self;
        if let Some(relay) = &mut relay {
            // What it has learnt goes with it to another thread.
            relay.latch = Some(latch);
        }
        endpoint.relay = relay;
        endpoint
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
        let before = self.locked();
        let verdict = self.latch.judge(from, header, arrival);
        self.follow(verdict, before, session, from, notices) != Verdict::Refused
    }

    /// As [`admit`](Self::admit), for a datagram that is no RTP.
    pub fn admit_plain(
        &mut self,
        session: SessionId,
        from: SocketAddr,
        arrival: MediaTime,
        notices: &mut LaneTx<TransportNotice>,
    ) -> Verdict {
        let before = self.locked();
        let verdict = self.latch.judge_plain(from, arrival);
        self.follow(verdict, before, session, from, notices)
    }

    fn locked(&self) -> Option<SocketAddr> {
        self.latch.is_locked().then(|| self.latch.remote()).flatten()
    }

    fn follow(
        &mut self,
        verdict: Verdict,
        before: Option<SocketAddr>,
        session: SessionId,
        from: SocketAddr,
        notices: &mut LaneTx<TransportNotice>,
    ) -> Verdict {
        let stream = self.relay.as_ref().map_or(StreamId(0), |relay| relay.stream);
        let news = match verdict {
            Verdict::Taken => None,
            Verdict::Latched => {
                self.reported = false;
                self.gauges().relatched.add(u64::from(before.is_some()));
                Some(TransportNotice::Latched { session, stream, remote: from, before })
            }
            Verdict::Refused => {
                self.gauges().refused.add(1);
                let first = !std::mem::replace(&mut self.reported, true);
                first.then_some(TransportNotice::Refused { session, stream, from })
            }
        };
        // Where two wait, the newer says more.
        if let Some(notice) = news.or(self.unsaid.take()) {
            self.unsaid = (!notices.post(notice)).then_some(notice);
        }
        verdict
    }
}
