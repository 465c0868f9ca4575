//! I/O: the look through the sessions: their reports (RFC 3550 section 6), and keep-alives of those that have not sent for long
//! (RFC 6263).

use crate::transport::io::core::machine::IoCore;
use crate::transport::io::core::sweep::{SWEEP, Sweep};
use crate::transport::io::core::transmit::Transmit;
use crate::types::MediaTime;
use std::time::Duration;

/// So many at a time.
const STRIDE: usize = 512;
impl IoCore {
    /// How long until sessions are looked at again; `None`: there are none.
    pub fn next_upkeep(&self) -> Option<Duration> {
        let sweep = if self.sweep.at > 0 { Duration::ZERO } else { SWEEP };
        (self.open > 0).then_some(self.turns.wait(self.now).map_or(sweep, |wait| wait.min(sweep)))
    }

    /// The next report or keep-alive that is due.
    pub(super) fn poll_upkeep(&mut self, now: MediaTime) -> Option<Transmit<'_>> {
        if self.sweep.at == 0 && now < self.sweep.next {
            return None;
        }
        let until = self.sweep.at.saturating_add(STRIDE).min(self.sessions.len());
        for index in self.sweep.at..until {
            let Some(session) = self.sessions.get_mut(index).and_then(Option::as_mut) else { continue };
            session.rtcp.publish(&session.gauges().rtcp);
            let left = session.leave_ssrc(now, &mut self.packet[..]);
            let report = left.or_else(|| session.report(self.wall, now, false, &mut self.packet[..]));
            // What the last packets of a stream that paused left to tell.
            let report = report.or_else(|| session.feedback(now, &mut self.packet[..]));
            if let Some((way, length)) = report {
                // Its keep-alive is looked at when this has left.
                self.sweep.at = index;
                let octets = self.packet.get(..length)?;
                return Some(Transmit { index: index as u32, to: way.to, rtcp: way.rtcp, octets, upcoming: None });
            }
            let Some(to) = session.remote(now) else { continue };
            if !session.outward.is_due(now) {
                continue;
            }
            let written = session.outward.write(now, &mut self.packet);
            if let Some(length) = written.and_then(|length| session.seal_upkeep(&mut self.packet[..], length)) {
                session.gauges().keep_alives_out.add(1);
                self.sweep.at = index + 1;
                let octets = self.packet.get(..length)?;
                return Some(Transmit { index: index as u32, to, rtcp: false, octets, upcoming: None });
            }
        }
        let done = until >= self.sessions.len();
        self.sweep = if done { Sweep { next: now + SWEEP, at: 0 } } else { Sweep { at: until, ..Sweep::default() } };
        None
    }
}
