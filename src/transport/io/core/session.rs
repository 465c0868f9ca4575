//! I/O: one session's half that stays with its I/O thread: endpoint, latch, and what is to be reported.

use crate::rt::LaneTx;
use crate::rtp::RtpHeader;
use crate::telemetry::counters::TransportGauges;
use crate::transport::io::core::bound::FloodBound;
use crate::transport::io::core::conflicts::Collisions;
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::notice::TransportNotice;
use crate::transport::io::core::outward::Outward;
use crate::transport::io::core::rtcp_session::RtcpSession;
use crate::transport::io::core::shaking::Shaking;
use crate::transport::secure::Protection;
use crate::transport::{
    Endpoint, Expectation, KeepAlivePlan, Latch, LoopGuard, Path, RelayEnd, Retransmission, TransportWide, Verdict,
};
use crate::types::{MediaTime, StreamId};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

// What every packet touches comes first: with many sessions it is not in the cache.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct IoSession {
    pub gauges: Arc<TransportGauges>,
    latch: Latch,
    bound: FloodBound,
    reported: bool,
    /// What protects its packets: then nothing is believed that is not authentic.
    pub protection: Option<Box<Protection>>,
    /// Streams of our own that are not heard here.
    pub loops: LoopGuard,
    /// What was sent.
    pub outward: Outward,
    /// What it reports by RTCP, and what is reported to it.
    pub rtcp: RtcpSession,
    /// By which keys are agreed on, and the way is checked.
    pub shaking: Shaking,
    /// What it works with by generic NACKs.
    pub retransmission: Option<Box<Retransmission>>,
    /// What it works with by transport-wide feedback.
    pub transport_wide: Option<Box<TransportWide>>,
    /// It waits for its turn: something is asked for by either side, or is to be told.
    pub waits: bool,
    /// Our SSRC in the hands of others.
    pub collisions: Collisions,
    /// The half of a relay stream, if it is one.
    pub relay: Option<Box<RelayEnd>>,
    pub endpoint: Endpoint,
    /// A notice that found the lane full.
    unsaid: Option<TransportNotice>,
}

impl IoSession {
    /// A session over UDP; an endpoint of another kind is given back.
    #[expect(clippy::result_large_err, reason = "once a session; a box would be made on the I/O thread")]
    pub fn new(mut endpoint: Endpoint) -> Result<Self, Endpoint> {
        let Path::Udp(path) = &endpoint.path else { return Err(endpoint) };
        let mut relay = endpoint.relay.take();
        let carried = relay.as_mut().and_then(|relay| relay.latch.take());
        let latch = carried.unwrap_or_else(|| Latch::new(path.latch, path.remote));
        let gauges = Arc::clone(&endpoint.gauges);
        let protection = endpoint.protection.take();
        Ok(Self {
            gauges,
            protection,
            endpoint,
            latch,
            bound: FloodBound::default(),
            reported: false,
            loops: LoopGuard::default(),
            collisions: Collisions::default(),
            retransmission: None,
            transport_wide: None,
            waits: false,
            relay,
            unsaid: None,
            outward: Outward::default(),
            shaking: Shaking::default(),
            rtcp: RtcpSession::default(),
        })
    }

    pub fn gauges(&self) -> &TransportGauges {
        &self.gauges
    }

    pub fn remote(&self, now: MediaTime) -> Option<SocketAddr> {
        self.latch.remote(now)
    }

    /// Whether anything but RTP may be taken from there.
    pub fn knows_host(&self, host: IpAddr) -> bool {
        self.latch.knows_host(host)
    }

    pub fn signal(&mut self, remote: SocketAddr) {
        self.latch.signal(remote);
        self.reported = false;
        self.outward.readdress();
        self.rtcp.readdress();
    }

    /// What the peer is expected to send, and what it gets while there is nothing to send.
    pub fn expect(&mut self, expectation: Expectation, keep_alive: Option<KeepAlivePlan>) {
        self.latch.expect(expectation);
        self.outward.set_plan(keep_alive);
    }

    /// Something that is no RTP came, and says that its sender is there: RTCP, or a keep-alive.
    pub fn note_presence(&mut self, datagram: Datagram<'_>, is_rtcp: bool, notices: &mut LaneTx<TransportNotice>) {
        let before = self.locked();
        // Who is none of the peer's is not worth a word here.
        if self.latch.note_presence(datagram.from, is_rtcp, datagram.arrival) == Verdict::Latched {
            self.follow(Verdict::Latched, before, datagram, notices);
        }
    }

    /// What goes home; the other hold on the gauges is let go before, so that theirs is never the last.
    pub fn into_endpoint(self) -> Endpoint {
        let Self { mut endpoint, latch, mut relay, protection, retransmission, transport_wide, .. } = self;
        (endpoint.protection, endpoint.retransmission, endpoint.transport_wide) =
            (protection, retransmission, transport_wide);
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
        datagram: Datagram<'_>,
        (header, octets): (&RtpHeader, usize),
        notices: &mut LaneTx<TransportNotice>,
    ) -> bool {
        let before = self.locked();
        let verdict = self.latch.judge(datagram.from, header, octets, datagram.arrival);
        self.follow(verdict, before, datagram, notices) != Verdict::Refused
    }

    /// Whether a packet of the peer's is one of those that its worker gets. Counts what is not.
    pub fn is_bounded(&mut self, arrival: MediaTime) -> bool {
        let within = self.bound.takes(arrival);
        self.gauges().flooded.add(u64::from(!within));
        within
    }

    /// As [`admit`](Self::admit), for a datagram that is no RTP.
    pub fn admit_plain(&mut self, datagram: Datagram<'_>, notices: &mut LaneTx<TransportNotice>) -> Verdict {
        let before = self.locked();
        let verdict = self.latch.judge_plain(datagram.from, datagram.arrival);
        self.follow(verdict, before, datagram, notices)
    }

    fn locked(&self) -> Option<SocketAddr> {
        self.latch.told()
    }

    fn follow(
        &mut self,
        verdict: Verdict,
        before: Option<SocketAddr>,
        Datagram { owner: session, from, .. }: Datagram<'_>,
        notices: &mut LaneTx<TransportNotice>,
    ) -> Verdict {
        let stream = self.relay.as_ref().map_or(StreamId(0), |relay| relay.stream);
        let news = match verdict {
            Verdict::Taken => None,
            Verdict::Latched => {
                self.reported = false;
                self.outward.readdress();
                self.rtcp.follow(from.ip());
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
