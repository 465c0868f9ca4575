//! I/O: a session's packets under SRTP: opened before anything else is made of them, protected after all else is done.

use crate::rtp::{self, RtpFault};
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::session::IoSession;
use crate::transport::secure::{Protection, Unsendable};

impl IoSession {
    /// Whether only what is authentic is taken.
    pub fn is_protected(&self) -> bool {
        self.protection.is_some()
    }

    /// Protects so from now on; what did before comes back, with what is needed no more.
    pub fn protect_by(&mut self, mut protection: Box<Protection>) -> Option<Box<Protection>> {
        if let Some(retransmission) = &mut self.retransmission {
            // What left without it, or by other keys, does not leave again.
            retransmission.sent.forget();
        }
        if let Some(before) = &mut self.protection {
            protection.succeed(before);
        }
        self.protection.replace(protection)
    }

    /// The RTP packet that came, opened in `room` where the session is protected; what is no RTP comes back as it is. `None`:
    /// it is refused, and counted.
    pub fn open<'a>(&mut self, came: Datagram<'a>, room: &'a mut [u8]) -> Option<&'a [u8]> {
        let Some(protection) = &mut self.protection else { return Some(came.octets) };
        let octets = came.octets;
        if rtp::expect_rtp(octets).is_err() {
            return Some(octets);
        }
        let Some(room) = room.get_mut(..octets.len()) else { return Some(octets) };
        room.copy_from_slice(octets);
        match protection.unprotect(room, came.arrival) {
            Ok(length) => room.get(..length),
            Err(fault) => {
                self.gauges.count_srtp_fault(fault);
                None
            }
        }
    }

    /// As [`open`](Self::open), of RTCP.
    pub fn open_rtcp<'a>(&mut self, came: Datagram<'a>, room: &'a mut [u8]) -> Option<Datagram<'a>> {
        let Some(protection) = &mut self.protection else { return Some(came) };
        let Some(room) = room.get_mut(..came.octets.len()) else {
            self.gauges.count_fault(RtpFault::TooLong);
            return None;
        };
        room.copy_from_slice(came.octets);
        match protection.unprotect_rtcp(room, came.arrival) {
            Ok(length) => room.get(..length).map(|octets| Datagram { octets, ..came }),
            Err(fault) => {
                self.gauges.count_srtp_fault(fault);
                None
            }
        }
    }

    /// The packet of a worker's of `length` octets in `packet` as it leaves: its length. `None`: it cannot leave, which is
    /// counted.
    pub fn seal(&mut self, packet: &mut [u8], length: usize) -> Option<usize> {
        let Some(protection) = &mut self.protection else { return Some(length) };
        match protection.protect(packet, length) {
            Ok(length) => Some(length),
            Err(Unsendable::Malformed) => {
                self.gauges.malformed_out.add(1);
                None
            }
            Err(Unsendable::KeyUsedUp | Unsendable::NoKey) => {
                self.gauges.srtp_unsent.add(1);
                None
            }
        }
    }

    /// As [`seal`](Self::seal), of a report or a keep-alive. A keep-alive without an octet has nothing to protect.
    pub fn seal_upkeep(&mut self, packet: &mut [u8], length: usize) -> Option<usize> {
        let Some(protection) = &mut self.protection else { return Some(length) };
        let sealed = match packet.get(..length).map(rtp::expect_rtp) {
            _ if length == 0 => return Some(0),
            Some(Err(RtpFault::Rtcp)) => protection.protect_rtcp(packet, length),
            _ => protection.protect(packet, length),
        };
        sealed.inspect_err(|_| self.gauges.srtp_upkeep_unsent.add(1)).ok()
    }
}
