//! I/O: one session's RTCP: what it heard of its peer, what the peer reports, and what is due to be reported.

use crate::rtp::RtpHeader;
use crate::rtp::rtcp::{Interval, NtpTime, Reception};
use crate::telemetry::counters::RtcpGauges;
use crate::transport::ReportPlan;
use crate::types::MediaTime;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Where reports go, and by which socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    pub to: SocketAddr,
    /// By the RTCP socket.
    pub rtcp: bool,
}

/// What came from the peer under a name at a time, to be answered with how long ago that was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp {
    pub ssrc: u32,
    /// The middle 32 bits of its NTP time.
    pub middle: u32,
    pub arrival: MediaTime,
}

impl Stamp {
    /// How long ago that was, in 1/65,536 s.
    pub fn age(&self, now: MediaTime) -> u32 {
        NtpTime::units_of(now - self.arrival)
    }
}

/// One session's RTCP. What each packet touches comes first.
#[derive(Debug, Default)]
pub(super) struct RtcpSession {
    pub reception: Reception,
    /// The source before it, which may go on: digits have a source of their own with some senders.
    aside: Reception,
    /// What sources before those two lost, and how many packets of them were heard.
    former: (i64, u64),
    sources: u64,
    pub plan: Option<ReportPlan>,
    interval: Option<Interval>,
    /// The peer's last sender report.
    pub sender_report: Option<Stamp>,
    /// Its last receiver reference time.
    pub reference: Option<Stamp>,
    /// Whence its RTCP came last.
    learnt: Option<Way>,
    /// Packets sent until the last report but one, and until the last.
    sent_before: [u32; 2],
    /// The times that our last reports told, the newest first: only an answer to one of them measures anything.
    told: [u32; 8],
}

impl RtcpSession {
    /// Reports so from now on.
    pub fn set_plan(&mut self, plan: Option<ReportPlan>) {
        if plan.is_none() {
            // What comes until there is one again is not counted: it would be lost.
            self.set_aside();
            std::mem::swap(&mut self.reception, &mut self.aside);
            self.set_aside();
        }
        self.plan = plan;
        let rules = plan.map(|plan| (plan.params.interval, plan.bandwidth.into(), plan.seed));
        match (&mut self.interval, rules) {
            (Some(interval), Some((minimum, bandwidth, _))) => interval.set(minimum, bandwidth),
            (interval, rules) => {
                *interval = rules.map(|(minimum, bandwidth, seed)| Interval::new(minimum, bandwidth, seed));
            }
        }
    }

    /// The peer is at another address.
    pub fn readdress(&mut self) {
        self.learnt = None;
    }

    /// The peer's RTP comes from that host.
    pub fn follow(&mut self, host: IpAddr) {
        self.learnt = self.learnt.filter(|way| way.to.ip() == host);
    }

    /// RTCP of the peer came from there, to the RTCP port or that of RTP.
    pub fn learn(&mut self, to: SocketAddr, rtcp: bool) {
        self.learnt = Some(Way { to, rtcp });
    }

    /// Counts a packet of the peer's RTP.
    pub fn hear(&mut self, header: &RtpHeader, arrival: MediaTime) {
        let Some(plan) = &self.plan else { return };
        let clock = plan.clock(header.payload_type);
        if header.ssrc != self.reception.ssrc && self.reception.is_begun() {
            std::mem::swap(&mut self.reception, &mut self.aside);
            if !self.reception.goes_on(header.ssrc, header.sequence) {
                self.set_aside();
            }
        }
        let anew = self.reception.hear(header.ssrc, header.sequence, header.timestamp, clock, arrival);
        self.sources += u64::from(anew);
    }

    /// What was heard of the source stays counted, and the next one begins anew.
    fn set_aside(&mut self) {
        let before = std::mem::take(&mut self.reception);
        self.former.0 += i64::from(before.lost());
        self.former.1 += u64::from(before.received());
    }

    /// Publishes what was heard.
    pub fn publish(&self, gauges: &RtcpGauges) {
        if self.sources == 0 {
            return;
        }
        gauges.sources.set(self.sources);
        let both = [&self.reception, &self.aside];
        gauges.heard.set(self.former.1 + both.map(|source| u64::from(source.received())).iter().sum::<u64>());
        gauges.lost.set((self.former.0 + both.map(|source| i64::from(source.lost())).iter().sum::<i64>()) as u64);
        gauges.jitter_us.set(self.reception.jitter_us());
    }

    /// Whether a report is due; `alive`: something was sent or heard.
    pub fn is_due(&mut self, alive: bool, now: MediaTime) -> bool {
        let Some(interval) = self.interval.as_mut().filter(|_| alive) else { return false };
        interval.begin(now);
        interval.is_due(now)
    }

    /// A report of so many octets leaves. `packets` were sent until now; whether the session is a sender (RFC 3550
    /// section 6.4: it sent since the last report but one).
    pub fn note_report(&mut self, octets: usize, packets: u32, (now, ntp): (MediaTime, NtpTime)) {
        self.told.rotate_right(1);
        self.told[0] = ntp.middle();
        self.sent_before = [self.sent_before[1], packets];
        if let Some(interval) = &mut self.interval {
            interval.sent(octets, now);
        }
    }

    /// Whether a report of ours told that time, lately.
    pub fn has_told(&self, middle: u32) -> bool {
        self.told.contains(&middle)
    }

    /// Whether it is a sender: it has sent since the last report but one (RFC 3550 section 6.4).
    pub fn is_sender(&self, packets: u32) -> bool {
        packets != self.sent_before[0]
    }

    /// Whether the peer's RTCP was signalled to be at that host.
    pub fn is_signalled(&self, host: IpAddr) -> bool {
        self.plan.is_some_and(|plan| plan.params.remote.is_some_and(|remote| remote.ip() == host))
    }

    /// Where reports go while RTP goes to `remote`.
    pub fn way(&self, remote: SocketAddr) -> Option<Way> {
        let plan = self.plan.as_ref()?;
        let above = || remote.port().checked_add(1).map(|port| SocketAddr::new(remote.ip(), port));
        // The unspecified address names nobody: the offer of who is held (RFC 3264 section 8.4).
        let by_plan = || match plan.params.remote.filter(|remote| !remote.ip().is_unspecified()) {
            Some(to) => Some(Way { to, rtcp: !plan.mux }),
            None if plan.mux => Some(Way { to: remote, rtcp: false }),
            None => above().map(|to| Way { to, rtcp: true }),
        };
        // Whoever else is heard: reports go to nobody to whom RTP does not go.
        self.learnt.filter(|way| way.to.ip() == remote.ip() || self.is_signalled(way.to.ip())).or_else(by_plan)
    }

    /// Nothing that the peer said before holds any more in an answer after so long.
    pub fn recent(stamp: Option<Stamp>, now: MediaTime) -> Option<Stamp> {
        // Beyond it the delay cannot be told in 32 bits (RFC 3550 section 6.4.1).
        stamp.filter(|stamp| now - stamp.arrival < Duration::from_secs(65_000))
    }
}

#[cfg(test)]
mod tests;
