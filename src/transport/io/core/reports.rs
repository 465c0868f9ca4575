//! I/O: what is told beside the media: RTCP of the peer, and what kernel and network say of packets that were lost.

use crate::rtp::{self, RtpFault};
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::machine::IoCore;
use crate::transport::io::core::transmit::Relayed;
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
        let gauges = session.gauges();
        gauges.datagrams_in.add(1);
        match rtp::parse(datagram) {
            Err(RtpFault::Rtcp) => self.take_report(index, from, datagram, arrival),
            // Also a keep-alive of the RTCP port's own mapping.
            Err(fault) => gauges.count_fault(fault),
            Ok(_) => gauges.refused.add(1),
        }
        None
    }

    /// Hands RTCP of the peer's host to the reader, on whichever port it came (RFC 5761). Another port of that host is
    /// taken too: RTCP has one of its own as a rule.
    pub(super) fn take_report(&mut self, index: u32, from: SocketAddr, datagram: &[u8], arrival: MediaTime) {
        let Some(session) = self.sessions.get(index as usize).and_then(Option::as_ref) else { return };
        let gauges = session.gauges();
        gauges.rtcp_in.add(1);
        if !session.knows_host(from.ip()) {
            return gauges.rtcp_refused.add(1);
        }
        let owner = self.port.binding(index).map(|binding| binding.session);
        if let (Some(id), Some(session)) = (owner, self.sessions.get_mut(index as usize).and_then(Option::as_mut)) {
            let came = Datagram { owner: id, from, octets: datagram, arrival };
            session.note_presence(came, true, &mut self.notices);
        }
        let Some(session) = self.sessions.get(index as usize).and_then(Option::as_ref) else { return };
        let gauges = session.gauges();
        let taken = owner.zip(self.reports.as_mut()).is_some_and(|(id, door)| door.hand_on(id, datagram, arrival));
        if taken { gauges.rtcp_taken.add(1) } else { gauges.rtcp_unread.add(1) }
    }

    /// The kernel did not take a session's packet. Counted; it is not sent again.
    pub fn send_failed(&mut self, index: u32) {
        if let Some(session) = self.session(index) {
            session.gauges().send_errors.add(1);
        }
    }

    /// The network answered that so many packets of a session did not reach their address.
    pub fn unreachable(&mut self, index: u32, packets: u64) {
        if let Some(session) = self.session(index) {
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
