//! I/O: datagrams of a handshake at a session's port, on their way to the supervisor.

use crate::rtp::RtpFault;
use crate::transport::HandshakeDatagram;
use crate::transport::io::core::datagram::Datagram;
use crate::transport::io::core::machine::IoCore;

impl IoCore {
    /// Hands a datagram of a handshake on, where its session takes such. Whether it was one; counted.
    pub(super) fn take_handshake(&mut self, index: u32, came: Datagram<'_>, fault: RtpFault) -> bool {
        let Some(session) = self.sessions.get_mut(index as usize).and_then(Option::as_mut) else { return false };
        if !session.shaking.is_of(fault) {
            return false;
        }
        let Datagram { owner, from, octets, arrival } = came;
        // Who floods it keeps nobody else from shaking hands.
        let bounded = session.shaking.bound.takes_handshake(arrival);
        let datagram = HandshakeDatagram { session: owner, from, arrival, octets };
        let taken = bounded && self.handshakes.as_mut().is_some_and(|door| door.hand_on(datagram));
        let gauges = session.gauges();
        if taken {
            gauges.handshakes_in.add(1)
        } else {
            gauges.handshakes_dropped.add(1)
        }
        true
    }
}
