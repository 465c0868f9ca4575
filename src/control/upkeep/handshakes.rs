//! Control: handshakes of sessions: what came for them, what is due, and what comes of it.

use crate::control::records::handshake::{Handshake, Said};
use crate::control::supervisor::Supervisor;
use crate::session::EventKind;
use crate::transport::PortVerb;
use crate::transport::secure::Protection;
use crate::types::SessionId;
use std::net::{Ipv4Addr, SocketAddr};

/// Datagrams that are answered in one step at most: requests have their turn between.
const A_STEP: usize = 64;
/// What is said to a latch that is to send nothing (RFC 3264 section 8.4).
const NOBODY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 9);

impl Supervisor {
    pub(in crate::control) fn attend_handshakes(&mut self) {
        let mut rings = std::mem::take(&mut self.handshakes.rings);
        for ring in &mut rings {
            for _ in 0..A_STEP {
                let Some(datagram) = ring.take() else { break };
                self.attend_handshake(datagram.session, |handshake| handshake.receive(datagram));
            }
        }
        self.handshakes.rings = rings;
        for _ in 0..A_STEP {
            let Some(id) = self.handshakes.take_due(self.now) else { break };
            self.attend_handshake(id, |handshake| handshake.due = None);
        }
    }

    /// Does something to a session's handshake, and what comes of it.
    pub(in crate::control) fn attend_handshake(&mut self, id: SessionId, act: impl FnOnce(&mut Handshake)) {
        let now = self.now;
        let Some(session) = self.sessions.get_mut(id) else { return };
        let (place, mut said) = (session.port, Vec::new());
        let Some(handshake) = &mut session.handshake else { return };
        act(handshake);
        handshake.poll(now, &mut said);
        // Of what is due and stays so, no step makes a circle.
        let next = handshake.next().map(|next| next.max(now + std::time::Duration::from_millis(1)));
        let before = std::mem::replace(&mut handshake.due, next);
        self.handshakes.reschedule(id, before, next);
        let Some((port, binding)) = place else { return };
        for said in said {
            let (verb, told) = match said {
                Said::Send(to, octets) => (PortVerb::Send(to, octets), None),
                Said::Chosen(remote) => (PortVerb::SetRemote { remote }, Some(EventKind::Latched(remote))),
                Said::ConsentLost => (PortVerb::SetRemote { remote: NOBODY }, Some(EventKind::ConsentLost)),
                Said::Keys(own, peers) => {
                    let Some(protection) = Protection::new(Some((&own, &peers))) else { continue };
                    (PortVerb::Protect(protection), Some(EventKind::Secured(own.suite())))
                }
                Said::Failed(fault) => {
                    let remedy = "nothing is sent to it nor taken: look at its a=fingerprint and a=setup";
                    self.warn_of(id, format_args!("no keys by DTLS: {fault}; {remedy}"));
                    self.tell(id, EventKind::HandshakeFailed(fault));
                    continue;
                }
            };
            self.port_order(port, binding, verb, None);
            told.into_iter().for_each(|told| self.tell(id, told));
        }
    }
}
