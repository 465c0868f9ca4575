//! I/O: relay streams: what one takes goes out by its partner's socket, in the same turn.
//!
//! Both streams of a pair live at the same I/O thread: the supervisor moves one if need be. So a packet meets neither queue
//! nor lock nor another thread, and is copied once.

use crate::transport::RelaySetting;
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::machine::IoCore;
use crate::transport::io::core::relay_session::DropReason;
use crate::transport::io::core::transmit::Relayed;
use crate::types::MediaTime;
use std::net::SocketAddr;

impl IoCore {
    /// Takes a datagram that arrived from `from` at a relay stream's RTP port (or its RTCP port), and gives it back as its
    /// partner is to send it. Never waits or allocates.
    pub(super) fn relay(
        &mut self,
        index: u32,
        rtcp_port: bool,
        from: SocketAddr,
        datagram: &[u8],
        arrival: MediaTime,
    ) -> Option<Relayed<'_>> {
        let owner = self.port.binding(index)?.session;
        let session = self.sessions.get_mut(index as usize)?.as_mut()?;
        let came = Datagram { owner, from, octets: datagram, arrival };
        let passage = if rtcp_port {
            session.receive_on_rtcp_port(came, &mut self.notices)?
        } else {
            session.take_relayed(came, &mut self.notices)?
        };
        let bound = self.port.binding(passage.to.index).is_some_and(|binding| binding.key == passage.to);
        let far = self.sessions.get(passage.to.index as usize).and_then(Option::as_ref).filter(|_| bound);
        let way = far.map_or(Err(DropReason::Unlinked), |far| far.egress(passage.report, arrival));
        let session = self.sessions.get(index as usize)?.as_ref()?;
        let (rtcp, to) = match way {
            Ok(way) => way,
            Err(stop) => return session.dropped(stop, passage.report),
        };
        let octets = self.packet.get_mut(..datagram.len())?;
        octets.copy_from_slice(datagram);
        if let (Some(payload_type), Some(octet)) = (passage.payload_type, octets.get_mut(1)) {
            *octet = *octet & 0x80 | payload_type;
        }
        session.passed_on(passage.report);
        let far = self.sessions.get_mut(passage.to.index as usize)?.as_mut()?;
        if !passage.report {
            far.outward.note(arrival);
            far.gauges().count_sent(octets.len());
        }
        Some(Relayed { index: passage.to.index, rtcp, to, octets })
    }

    pub(super) fn set_relay(&mut self, index: u32, setting: RelaySetting) {
        if let Some(relay) = self.session(index).and_then(|session| session.relay.as_deref_mut()) {
            relay.set(setting);
        }
    }
}

#[cfg(test)]
mod tests;
