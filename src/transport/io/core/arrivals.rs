//! I/O: a datagram at a session's RTP port: whose it is, and what becomes of it.

use crate::rt::{PacketHeader, prefetch};
use crate::rtp::{self, RtpFault};
use crate::transport::Delivery;
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::machine::IoCore;
use crate::transport::io::core::notice::TransportNotice;
use crate::transport::io::core::transmit::Relayed;
use crate::types::MediaTime;
use std::net::SocketAddr;

impl IoCore {
    /// Takes a datagram that arrived from `from` at a session's RTP port. What is not the peer's RTP is counted by kind.
    /// At a relay stream it comes back as it is to be sent at once.
    pub fn receive(
        &mut self,
        index: u32,
        from: SocketAddr,
        datagram: &[u8],
        arrival: MediaTime,
    ) -> Option<Relayed<'_>> {
        let session = self.sessions.get_mut(index as usize)?.as_mut()?;
        if session.relay.is_some() {
            return self.relay(index, false, from, datagram, arrival);
        }
        self.receive_audio(index, from, datagram, arrival);
        None
    }

    fn receive_audio(&mut self, index: u32, from: SocketAddr, datagram: &[u8], arrival: MediaTime) {
        let Some(session) = self.sessions.get_mut(index as usize).and_then(Option::as_mut) else { return };
        let Some(binding) = self.port.binding(index).copied() else { return };
        let came = Datagram { owner: binding.session, from, octets: datagram, arrival };
        prefetch(session.gauges());
        let Some(octets) = session.open(came, &mut self.packet[..]) else {
            return session.gauges().datagrams_in.add(1);
        };
        let (header, payload) = match rtp::parse(octets) {
            Ok(packet) => packet,
            Err(RtpFault::Rtcp) => {
                session.gauges().datagrams_in.add(1);
                return self.take_report(index, came, false);
            }
            Err(fault) => {
                session.gauges().datagrams_in.add(1);
                if self.take_handshake(index, came, fault) {
                    return;
                }
                let Some(session) = self.sessions.get_mut(index as usize).and_then(Option::as_mut) else { return };
                session.gauges().count_fault(fault);
                if fault.is_keep_alive() && !session.is_protected() {
                    session.note_presence(came, false, &mut self.notices);
                }
                return;
            }
        };
        if session.is_looped(came, &header, &mut self.notices) {
            return session.gauges().datagrams_in.add(1);
        }
        let admitted = session.admit(came, (&header, payload.len()), &mut self.notices);
        session.gauges().datagrams_in.add(1);
        let mut waits = false;
        if admitted {
            session.rtcp.hear(&header, arrival);
            waits = session.hear_number(&header, arrival) | session.hear_transport(octets, header.ssrc, arrival);
        }
        if !admitted || !session.is_bounded(arrival) {
            return;
        }
        let notices = &mut self.notices;
        let heard = TransportNotice::Heard { session: binding.session, ssrc: header.ssrc, from: Some(from) };
        session.loops.hear(header.ssrc, arrival, &self.own, || notices.post(heard));
        let packet = PacketHeader::received(&header, binding.leg, arrival);
        let taken = self.port.deliver(index, packet, payload) == Delivery::Delivered;
        session.gauges().count_delivery(taken, payload.len());
        if waits {
            self.turns.push(index);
        }
    }
}
