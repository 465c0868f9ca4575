//! I/O: a session's reports, with what of the session they are made of.

use crate::rtp::rtcp::NtpTime;
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::rtcp_in::ReportCtx;
use crate::transport::io::core::rtcp_out::ReportSource;
use crate::transport::io::core::rtcp_session::Way;
use crate::transport::io::core::session::IoSession;
use crate::types::MediaTime;
use std::time::Duration;

/// The time that reports tell, of one on the monotonic clock.
fn ntp(wall: Duration, time: MediaTime) -> NtpTime {
    NtpTime::since_1970(wall.saturating_add(Duration::from_nanos(time.as_nanos())))
}

impl IoSession {
    /// Takes RTCP of the peer's host, which is at its RTCP port if its report can be read.
    pub fn take_rtcp(&mut self, came: Datagram<'_>, rtcp_port: bool, wall: Duration) {
        let Some(plan) = &self.rtcp.plan else { return };
        let ctx = ReportCtx {
            arrival: came.arrival,
            ntp: ntp(wall, came.arrival),
            own: self.outward.ssrc().unwrap_or(plan.ssrc),
            gauges: &self.gauges.rtcp,
        };
        if self.rtcp.take(came.octets, ctx) {
            self.rtcp.learn(came.from, rtcp_port);
        }
    }

    /// The report that is due at `now`, or the `last` one: where it goes and its length in `out`.
    pub fn report(&mut self, wall: Duration, now: MediaTime, last: bool, out: &mut [u8]) -> Option<(Way, usize)> {
        let alive = self.rtcp.reception.is_begun() || self.outward.has_sent();
        if !(last || self.rtcp.is_due(alive, now)) {
            return None;
        }
        let way = self.rtcp.way(self.remote(now)?)?;
        let gauges = &self.gauges.rtcp;
        let [_, .., r, listening, conversational] = gauges.told_scores.get().to_be_bytes();
        let source = ReportSource {
            now,
            ntp: ntp(wall, now),
            outward: &self.outward,
            leg: self.endpoint.leg.as_deref(),
            scores: [r, listening, conversational],
            echo: gauges.told_echo.get().checked_sub(1).map_or(127, |db| db.min(126) as u8),
            round_trip_us: gauges.round_trip_us.get(),
            last,
        };
        let (length, fraction_lost) = self.rtcp.write(source, out)?;
        let length = self.seal_upkeep(out, length)?;
        let gauges = &self.gauges.rtcp;
        gauges.fraction_lost.set(fraction_lost.into());
        gauges.reports_out.add(1);
        Some((way, length))
    }
}
