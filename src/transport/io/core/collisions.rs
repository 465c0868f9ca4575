//! I/O: packets under our own SSRC (RFC 3550 section 8.2): ours that came back, or those of another who drew the same number.
//!
//! The numbers tell which: what came back has a sequence number and a timestamp that we sent lately. Who drew the same SSRC has
//! numbers of its own, which are near ours once in some 65,000 times.

use crate::rt::LaneTx;
use crate::rtp::RtpHeader;
use crate::rtp::rtcp::{RtcpPacket, RtcpWriter, read};
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::notice::TransportNotice;
use crate::transport::io::core::rtcp_session::Way;
use crate::transport::io::core::session::IoSession;
use crate::types::MediaTime;
use std::time::Duration;

/// The supervisor is asked for another SSRC no sooner again.
const ASKS_AGAIN: Duration = Duration::from_secs(1);

impl IoSession {
    /// Whether the packet is under our own SSRC, or of another session of ours and carries what this one says: neither is heard.
    /// Counted; a loop is reported once, and a collision until there is another SSRC. Of a loop over sessions the supervisor knows already.
    pub fn is_looped(
        &mut self,
        datagram: Datagram<'_>,
        header: &RtpHeader,
        notices: &mut LaneTx<TransportNotice>,
    ) -> bool {
        let own = self.outward.is_own(header.ssrc);
        if !own && !self.loops.refuses(header.ssrc) {
            return false;
        }
        let (session, from) = (datagram.owner, datagram.from);
        let sent = !own || self.outward.has_sent_like(header);
        if !sent && self.collisions.collides(from, header.ssrc, datagram.arrival) {
            self.gauges().collided.add(1);
            self.give_up_ssrc(header.ssrc, datagram, notices);
            return true;
        }
        self.gauges().looped.add(1);
        if own && !self.collisions.loop_told {
            self.collisions.loop_told = notices.post(TransportNotice::Looped { session, from });
        }
        true
    }

    /// Looks whether a report that came is of somebody else under our SSRC: then the canonical name is not ours.
    pub fn find_collision(&mut self, came: Datagram<'_>, notices: &mut LaneTx<TransportNotice>) {
        let Some(plan) = &self.rtcp.plan else { return };
        let own = self.outward.ssrc().unwrap_or(plan.ssrc);
        let other = |packet| match packet {
            RtcpPacket::SourceDescription { ssrc, cname: Some(name) } => ssrc == own && *name != plan.cname[..],
            _ => false,
        };
        if read(came.octets).flatten().any(other) && self.collisions.collides(came.from, own, came.arrival) {
            self.give_up_ssrc(own, came, notices);
        }
    }

    /// Has the supervisor find another SSRC.
    fn give_up_ssrc(&mut self, ssrc: u32, came: Datagram<'_>, notices: &mut LaneTx<TransportNotice>) {
        let asked = self.collisions.leaving.filter(|(_, at)| came.arrival - *at < ASKS_AGAIN);
        let collided = TransportNotice::Collided { session: came.owner, ssrc, from: came.from };
        if asked.is_none() && notices.post(collided) {
            self.collisions.leaving = Some((ssrc, came.arrival));
        }
    }

    /// The goodbye of the SSRC that was given up, once another is in use: where it goes and its length in `out`.
    pub fn leave_ssrc(&mut self, now: MediaTime, out: &mut [u8]) -> Option<(Way, usize)> {
        let (ssrc, _) = self.collisions.leaving?;
        let plan = self.rtcp.plan.as_ref()?;
        if self.outward.ssrc().unwrap_or(plan.ssrc) == ssrc {
            return None;
        }
        self.collisions.leaving = None;
        let way = self.rtcp.way(self.remote(now)?)?;
        // A compound begins with a report (section 6.1).
        let written = RtcpWriter::new(out).receiver_report(ssrc, &[]).cname(ssrc, &plan.cname).goodbye(ssrc).finish();
        Some((way, self.seal_upkeep(out, written?)?))
    }
}
