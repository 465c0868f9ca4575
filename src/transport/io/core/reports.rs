//! I/O: what is told beside the media: RTCP of the peer, and what kernel and network say of packets that were lost.

use crate::rtp::{self, RtpFault};
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::machine::IoCore;
use crate::transport::io::core::transmit::{Relayed, Transmit};
use crate::types::MediaTime;
use std::net::SocketAddr;

impl IoCore {
    /// Takes a datagram that arrived from `from` at a session's RTCP port. What is no RTCP is counted by kind, RTP there
    /// as refused. At a relay stream RTCP comes back as it is to be sent at once.
    pub fn receive_rtcp(
        &mut self,
        index: u32,
        from: SocketAddr,
        datagram: &[u8],
        arrival: MediaTime,
    ) -> Option<Relayed<'_>> {
        let session = self.session(index)?;
        if session.relay.is_some() {
            return self.relay(index, true, from, datagram, arrival);
        }
        session.gauges().datagrams_in.add(1);
        let owner = self.port.binding(index)?.session;
        let came = Datagram { owner, from, octets: datagram, arrival };
        let gauges = self.session(index)?.gauges();
        match rtp::parse(datagram) {
            Err(RtpFault::Rtcp) => self.take_report(index, came, true),
            // Also a keep-alive of the RTCP port's own mapping.
            Err(fault) => gauges.count_fault(fault),
            Ok(_) => gauges.refused.add(1),
        }
        None
    }

    /// Takes RTCP of the peer's host, or of that which was signalled for it (RFC 3605), on whichever port it came (RFC 5761), and hands it to the reader too. Another port of
    /// that host is taken: RTCP has one of its own as a rule.
    pub(super) fn take_report(&mut self, index: u32, came: Datagram<'_>, rtcp_port: bool) {
        let Self { sessions, notices, reports, wall, packet, turns, .. } = self;
        let Some(session) = sessions.get_mut(index as usize).and_then(Option::as_mut) else { return };
        if !session.knows_host(came.from.ip()) && !session.rtcp.is_signalled(came.from.ip()) {
            session.gauges().rtcp_in.add(1);
            return session.gauges().rtcp_refused.add(1);
        }
        let Some(came) = session.open_rtcp(came, &mut packet[..]) else { return };
        session.gauges().rtcp_in.add(1);
        session.note_presence(came, true, notices);
        session.find_collision(came, notices);
        session.take_rtcp(came, rtcp_port, *wall);
        session.take_transport_feedback(came);
        if session.take_nacks(came) {
            turns.push(index);
        }
        let taken = reports.as_mut().is_some_and(|door| door.hand_on(came.owner, came.octets, came.arrival));
        let gauges = session.gauges();
        if taken { gauges.rtcp_taken.add(1) } else { gauges.rtcp_unread.add(1) }
    }

    /// The goodbye of a session that ends, if it has reported.
    pub(super) fn farewell(&mut self, index: u32) -> Option<Transmit<'_>> {
        let session = self.sessions.get_mut(index as usize)?.as_mut()?;
        if session.gauges().rtcp.reports_out.get() == 0 {
            return None;
        }
        let (way, length) = session.report(self.wall, self.now, true, &mut self.packet[..])?;
        Some(Transmit { index, to: way.to, rtcp: way.rtcp, octets: self.packet.get(..length)?, upcoming: None })
    }

    /// The kernel did not take a session's packet. Counted; it is not sent again.
    pub fn send_failed(&mut self, index: u32) {
        if let Some(session) = self.session(index) {
            session.gauges().send_errors.add(1);
        }
    }

    /// The network answered that so many packets of a session did not reach their address. Where they were reports of ours
    /// that is no news: nobody listens for them there.
    pub fn unreachable(&mut self, index: u32, rtcp_port: bool, packets: u64) {
        if let Some(session) = self.session(index).filter(|session| !rtcp_port || session.relay.is_some()) {
            session.gauges().unreachable.add(packets);
        }
    }

    /// The kernel dropped so many datagrams of a session before they were read.
    pub fn kernel_dropped(&mut self, index: u32, datagrams: u64) {
        if let Some(session) = self.session(index) {
            session.gauges().kernel_dropped.add(datagrams);
        }
    }
}

#[cfg(test)]
mod tests;
