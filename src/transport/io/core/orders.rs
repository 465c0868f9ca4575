//! I/O: what the supervisor asks of the machine: sessions begin and end, and what they are to expect.

use crate::transport::io::core::machine::IoCore;
use crate::transport::io::core::session::IoSession;
use crate::transport::io::core::transmit::Transmit;
use crate::transport::{Endpoint, Path, PortEvent, PortSockets};
use crate::types::BindingKey;
use std::net::SocketAddr;

/// What the shell has to do about an order.
#[derive(Debug)]
pub enum IoAction<'a> {
    /// A session begins: watch its sockets (`None` on a virtual network). A shell that cannot gives them back.
    Open {
        /// Names the session in [`IoCore::receive`] and [`Transmit`](crate::transport::io::core::Transmit).
        index: u32,
        /// Its sockets.
        sockets: Option<PortSockets>,
        /// The address packets arrive at.
        local: &'a SocketAddr,
    },
    /// A session says goodbye (RFC 3550 section 6.3.7), or answers in a handshake: send this at once.
    Send {
        /// What is sent.
        transmit: Transmit<'a>,
    },
    /// A session ended: stop watching its sockets and give them back.
    Close {
        /// The session.
        index: u32,
    },
}

impl IoCore {
    /// Takes all orders that wait and answers them. `shell` does what they ask of it and returns the sockets that go
    /// home: those of a closed session, or of one that it cannot open. Returns how many orders there were.
    pub fn take_orders(&mut self, mut shell: impl FnMut(IoAction<'_>) -> Option<PortSockets>) -> usize {
        let mut orders = 0;
        while let Some(event) = self.port.next_order() {
            orders += 1;
            match event {
                Some(PortEvent::Bound { key, seq, endpoint }) => self.open(key, seq, endpoint, &mut shell),
                Some(PortEvent::Unbound { key, seq }) => {
                    if let Some(transmit) = self.farewell(key.index) {
                        shell(IoAction::Send { transmit });
                    }
                    let sockets = shell(IoAction::Close { index: key.index });
                    let ended = self.sessions.get_mut(key.index as usize).and_then(Option::take);
                    self.open -= usize::from(ended.is_some());
                    let endpoint = ended.map(|s| with_sockets(s.into_endpoint(), sockets));
                    self.port.release(key, seq, endpoint);
                }
                Some(PortEvent::Remote(key, remote)) => {
                    if let Some(session) = self.session(key.index) {
                        session.signal(remote);
                    }
                }
                Some(PortEvent::Expect(key, expectation, keep_alive)) => {
                    if let Some(session) = self.session(key.index) {
                        session.expect(expectation, keep_alive);
                    }
                }
                Some(PortEvent::Report(key, plan)) => {
                    if let Some(session) = self.session(key.index) {
                        session.rtcp.set_plan(plan);
                    }
                }
                Some(PortEvent::Loops(key, loops)) => {
                    if let Some(session) = self.session(key.index) {
                        session.loops.set(loops);
                    }
                }
                Some(PortEvent::Protect(key, seq, protection)) => match self.session(key.index) {
                    Some(session) => {
                        let before = session.protect_by(protection);
                        self.port.protected(key, seq, true, before);
                    }
                    // Unreachable: it is bound, so it is there.
                    None => self.port.protected(key, seq, false, Some(protection)),
                },
                Some(PortEvent::Handshakes(key, taken)) => {
                    if let Some(session) = self.session(key.index) {
                        session.shaking.takes = taken;
                    }
                }
                Some(PortEvent::Send(key, seq, to, octets)) => {
                    let transmit = Transmit { index: key.index, to, octets: &octets, rtcp: false, upcoming: None };
                    shell(IoAction::Send { transmit });
                    if let Some(session) = self.session(key.index) {
                        session.gauges().handshakes_out.add(1);
                    }
                    self.port.sent(key, seq, true, octets);
                }
                Some(PortEvent::Equip(key, seq, equipment)) => {
                    let left = match self.session(key.index) {
                        Some(session) => session.equip(equipment),
                        // Unreachable: it is bound, so it is there.
                        None => Some(equipment),
                    };
                    self.port.equipped(key, seq, left);
                }
                Some(PortEvent::Relay(key, setting)) => self.set_relay(key.index, setting),
                None => {}
            }
        }
        orders
    }

    fn open(
        &mut self,
        key: BindingKey,
        seq: u32,
        mut endpoint: Endpoint,
        shell: &mut impl FnMut(IoAction<'_>) -> Option<PortSockets>,
    ) {
        let Path::Udp(path) = &mut endpoint.path else { return self.port.refuse(key, seq, endpoint) };
        let sockets = path.sockets.take();
        if let Some(unwatched) = shell(IoAction::Open { index: key.index, sockets, local: &path.local }) {
            return self.port.refuse(key, seq, with_sockets(endpoint, Some(unwatched)));
        }
        match (IoSession::new(endpoint), self.sessions.get_mut(key.index as usize)) {
            (Ok(session), Some(place)) => {
                *place = Some(session);
                self.open += 1;
                self.port.accept(key, seq);
            }
            // Unreachable: the path is UDP and the port's table is as long as this one.
            (Ok(session), None) => self.port.refuse(key, seq, session.into_endpoint()),
            (Err(endpoint), _) => self.port.refuse(key, seq, endpoint),
        }
    }
}

fn with_sockets(mut endpoint: Endpoint, sockets: Option<PortSockets>) -> Endpoint {
    if let Path::Udp(path) = &mut endpoint.path {
        path.sockets = sockets;
    }
    endpoint
}
