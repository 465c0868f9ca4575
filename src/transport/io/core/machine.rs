//! I/O: the machine itself: a table of sessions over an [`RtpPort`].

use crate::rt::{LaneTx, PacketHeader, prefetch, prefetch_entry};
use crate::rtp::{self, RtpFault};
use crate::transport::io::core::keep_alive::Sweep;
use crate::transport::io::core::notice::TransportNotice;
use crate::transport::io::core::relay::Relayed;
use crate::transport::io::core::session::IoSession;
use crate::transport::{Delivery, Endpoint, OwnStreams, Path, PortEvent, PortSockets, RtcpSender, RtpPort};
use crate::types::{BindingKey, MediaTime};
use std::net::SocketAddr;
use std::time::Duration;

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
    /// A session ended: stop watching its sockets and give them back.
    Close {
        /// The session.
        index: u32,
    },
}

/// See the text of the parent module.
#[derive(Debug)]
pub struct IoCore {
    pub(super) port: RtpPort,
    pub(super) sessions: Box<[Option<IoSession>]>,
    pub(super) notices: LaneTx<TransportNotice>,
    pub(super) reports: Option<RtcpSender>,
    own: OwnStreams,
    pub(super) packet: Box<[u8; rtp::MAX_PACKET]>,
    pub(super) sweep: Sweep,
    /// Sessions that are open.
    pub(super) open: usize,
    pub(super) sent: Option<(u32, usize)>,
    pub(super) departure_delay: Duration,
}

impl IoCore {
    /// The machine over a port; notices go to the supervisor. Allocates: control side.
    pub fn new(port: RtpPort, notices: LaneTx<TransportNotice>) -> Self {
        let sessions = std::iter::repeat_with(|| None).take(port.capacity()).collect();
        Self {
            port,
            sessions,
            notices,
            reports: None,
            own: OwnStreams::default(),
            packet: Box::new([0; rtp::MAX_PACKET]),
            sweep: Sweep::default(),
            open: 0,
            sent: None,
            departure_delay: Duration::ZERO,
        }
    }

    /// Lets packets leave `delay` after the time at which the tick that emitted them was due, instead of at once: what a
    /// tick's work takes, up to `delay`, no longer shows in the gaps between packets. Default zero.
    pub fn set_departure_delay(&mut self, delay: Duration) {
        self.departure_delay = delay;
    }

    /// The streams of the engine that this is part of.
    pub fn set_own_streams(&mut self, own: OwnStreams) {
        self.own = own;
    }

    /// Where RTCP goes; without it RTCP is counted as unread.
    pub fn set_rtcp_sender(&mut self, door: RtcpSender) {
        self.reports = Some(door);
    }

    /// How many sessions it can hold.
    pub fn capacity(&self) -> usize {
        self.sessions.len()
    }

    /// Emitted packets that were dropped since their session had just ended.
    pub fn unbound_out(&self) -> u64 {
        self.port.unbound_out()
    }

    /// Takes all orders that wait and answers them. `shell` does what they ask of it and returns the sockets that go
    /// home: those of a closed session, or of one that it cannot open. Returns how many orders there were.
    pub fn take_orders(&mut self, mut shell: impl FnMut(IoAction<'_>) -> Option<PortSockets>) -> usize {
        let mut orders = 0;
        while let Some(event) = self.port.next_order() {
            orders += 1;
            match event {
                Some(PortEvent::Bound { key, seq, endpoint }) => self.open(key, seq, endpoint, &mut shell),
                Some(PortEvent::Unbound { key, seq }) => {
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
                Some(PortEvent::Loops(key, loops)) => {
                    if let Some(session) = self.session(key.index) {
                        session.loops.set(loops);
                    }
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

    pub(super) fn session(&mut self, index: u32) -> Option<&mut IoSession> {
        self.sessions.get_mut(index as usize)?.as_mut()
    }

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
        prefetch(session.gauges());
        let (header, payload) = match rtp::parse(datagram) {
            Ok(packet) => packet,
            Err(RtpFault::Rtcp) => {
                session.gauges().datagrams_in.add(1);
                return self.take_report(index, from, datagram, arrival);
            }
            Err(fault) => {
                session.gauges().datagrams_in.add(1);
                session.gauges().count_fault(fault);
                if fault.is_keep_alive() {
                    session.note_presence(binding.session, from, false, arrival, &mut self.notices);
                }
                return;
            }
        };
        if session.is_looped(binding.session, from, &header, &mut self.notices) {
            return session.gauges().datagrams_in.add(1);
        }
        let admitted = session.admit(binding.session, from, (&header, payload.len()), arrival, &mut self.notices);
        session.gauges().datagrams_in.add(1);
        if !admitted || !session.is_bounded(arrival) {
            return;
        }
        let notices = &mut self.notices;
        let heard = TransportNotice::Heard { session: binding.session, ssrc: header.ssrc, from: Some(from) };
        session.loops.hear(header.ssrc, arrival, &self.own, || notices.post(heard));
        let packet = PacketHeader::received(&header, binding.leg, arrival);
        let taken = self.port.deliver(index, packet, payload) == Delivery::Delivered;
        session.gauges().count_delivery(taken, payload.len());
    }

    /// Asks for the memory of a session whose datagram will come soon. Changes nothing but time.
    pub fn expect(&self, index: u32) {
        self.port.expect(index);
        prefetch_entry(&self.sessions, index as usize);
    }
}

fn with_sockets(mut endpoint: Endpoint, sockets: Option<PortSockets>) -> Endpoint {
    if let Path::Udp(path) = &mut endpoint.path {
        path.sockets = sockets;
    }
    endpoint
}
