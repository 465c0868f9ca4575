//! I/O: packets to and from an embedder's own RTP stack.

mod joined;
mod session_index;

use crate::rt::{LaneTx, MAX_RECEIVED, PacketHeader};
use crate::rtp::{self, RtpFault, RtpHeader};
use crate::transport::io::TransportNotice;
use crate::transport::{Delivery, Endpoint, LoopGuard, OwnStreams, Path, PortEvent, RtcpSender, RtpPort};
use crate::types::{BindingKey, MediaTime, PortId, SessionId};
use session_index::SessionIndex;

/// Why a packet was not taken. Plain data, cheap to make; each is counted too, but for the first, which has nowhere to be.
///
/// Example: [`RtpBridge`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RtpBridgeError {
    /// The session is not bound to this port: it never was, or it ended.
    #[error("session {0} is not bound to this port")]
    UnknownSession(SessionId),
    /// No RTP packet, or one too long.
    #[error("not taken: {0}")]
    Malformed(#[from] RtpFault),
    /// The worker's ring is full: the packet is lost, as on a full queue of a network.
    #[error("the ring of the session's worker is full")]
    Full,
    /// RTCP that nobody reads, or not fast enough: [`MediaHandle::rtcp_reader`](crate::MediaHandle::rtcp_reader) does.
    #[error("nobody reads RTCP: take MediaHandle::rtcp_reader, and read it often enough")]
    Unread,
    /// A packet that this engine sent and that carries what the session says itself (RFC 3550 section 8.2): of its own SSRC, or
    /// of another session's that is sent its sound.
    #[error("the packet was sent by this engine, with what this session says, and comes back in a loop")]
    Looped,
    /// RTP, given as RTCP.
    #[error("no RTCP: hand RTP to receive")]
    NotRtcp,
}

/// Packets to and from an embedder's own RTP stack.
///
/// An [`RtpBridge`] is one thread's way in and out: that thread calls it and no other. Who has whole datagrams uses
/// [`receive`](RtpBridge::receive) and [`poll_transmit`](RtpBridge::poll_transmit); a stack that parses or protects
/// packets itself (SRTP, cryptex) uses the doors that take and give header and payload. Latching, addresses and sockets
/// are the stack's own business here, and so is whose RTCP it hands in: what comes goes to the
/// [`RtcpReader`](crate::transport::RtcpReader) as from the engine's own sockets. Relay streams have no place here: the stack has their
/// packets in its hands already.
///
/// ```
/// use media_core::rtp::{RtpFault, RtpHeader, write};
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, RtpBridgeError, Transport, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let mut bridge = engine.complete(handle.rtp_bridge())?;
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(bridge.port()));
/// let session = engine.complete(handle.create_media_session("trunk", params))?;
/// let room = engine.complete(handle.create_conference(AudioFormat::pcmu().sample_rate()))?;
/// engine.complete(room.join(&session))?;
/// bridge.take_orders();
///
/// let header = RtpHeader { payload_type: 0, sequence: 1, timestamp: 160, ssrc: 7, marker: true };
/// let mut datagram = [0; 172];
/// let octets = write(&header, &[0xFF; 160], &mut datagram).unwrap();
/// assert_eq!(bridge.receive(session.id(), &datagram[..octets], engine.now()), Ok(()));
/// let error = bridge.receive(session.id(), b"not RTP at all, but text", engine.now());
/// assert!(matches!(error, Err(RtpBridgeError::Malformed(RtpFault::BadVersion))), "{error:?}");
/// engine.run_for(Duration::from_millis(500));
/// let (to, packet) = bridge.poll_transmit().unwrap(); // who is connected is sent a stream
/// assert_eq!((to, packet.len()), (session.id(), 172));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct RtpBridge {
    port: RtpPort,
    entries: Box<[Option<Entry>]>,
    sessions: SessionIndex,
    reports: Option<RtcpSender>,
    own: OwnStreams,
    notices: Option<LaneTx<TransportNotice>>,
    packet: Box<[u8; rtp::MAX_PACKET]>,
}

#[derive(Debug)]
struct Entry {
    session: SessionId,
    endpoint: Endpoint,
    /// The SSRC of what was sent last.
    ssrc: Option<u32>,
    loops: LoopGuard,
}

impl RtpBridge {
    /// The bridge over a port. Allocates: control side; nothing else here does.
    pub(crate) fn new(port: RtpPort) -> Self {
        let capacity = port.capacity();
        Self {
            port,
            entries: std::iter::repeat_with(|| None).take(capacity).collect(),
            sessions: SessionIndex::new(capacity),
            reports: None,
            own: OwnStreams::default(),
            notices: None,
            packet: Box::new([0; rtp::MAX_PACKET]),
        }
    }

    /// The port, to be named by [`Transport::Bridge`](crate::session::Transport::Bridge) of the sessions that use it.
    pub fn port(&self) -> PortId {
        self.port.id()
    }

    /// Takes the supervisor's orders. Every call that receives or polls does so first; a thread that has neither to do
    /// calls this now and then, so that ended sessions are let go.
    pub fn take_orders(&mut self) {
        while let Some(event) = self.port.next_order() {
            match event {
                Some(PortEvent::Bound { key, seq, endpoint }) => self.open(key, seq, endpoint),
                Some(PortEvent::Unbound { key, seq }) => {
                    let ended = self.entries.get_mut(key.index as usize).and_then(Option::take);
                    if let Some(ended) = &ended {
                        self.sessions.remove(ended.session, key.index);
                    }
                    self.port.release(key, seq, ended.map(|e| e.endpoint));
                }
                Some(PortEvent::Loops(key, loops)) => {
                    let entry = self.entries.get_mut(key.index as usize).and_then(Option::as_mut);
                    entry.into_iter().for_each(|entry| entry.loops.set(loops));
                }
                // Its packets are the embedder's to protect: none is asked for.
                Some(PortEvent::Protect(key, seq, new)) => self.port.protected(key, seq, false, Some(new)),
                Some(PortEvent::Send(key, seq, _, octets)) => self.port.sent(key, seq, false, octets),
                // So are its reports.
                Some(PortEvent::Equip(key, seq, new)) => self.port.equipped(key, seq, Some(new)),
                // What else there is concerns sockets, and there are none.
                _ => {}
            }
        }
    }

    fn open(&mut self, key: BindingKey, seq: u32, endpoint: Endpoint) {
        let session = self.port.binding(key.index).map(|b| b.session);
        match (session, self.entries.get_mut(key.index as usize)) {
            (Some(session), Some(place)) if matches!(endpoint.path, Path::Bridge) => {
                *place = Some(Entry { session, endpoint, ssrc: None, loops: LoopGuard::default() });
                self.sessions.insert(session, key.index);
                self.port.accept(key, seq);
            }
            _ => self.port.refuse(key, seq, endpoint),
        }
    }

    /// Hands in one whole datagram of a session, received at `arrival` (by the clock of [`MediaHandle::now`](crate::MediaHandle::now)): RTP, or RTCP that shares its port, told
    /// apart as RFC 5761 section 4 says. Never waits or allocates.
    ///
    /// # Errors
    /// [`RtpBridgeError`]; the packet is then dropped, and counted if the session is known.
    pub fn receive(&mut self, session: SessionId, datagram: &[u8], arrival: MediaTime) -> Result<(), RtpBridgeError> {
        match rtp::parse(datagram) {
            Err(RtpFault::Rtcp) => self.receive_rtcp(session, datagram, arrival),
            packet => self.take_in(session, packet, arrival),
        }
    }

    /// Hands in one RTCP datagram of a session, compound as a rule, deciphered where it was protected. It goes to the
    /// [`RtcpReader`](crate::transport::RtcpReader). Never waits or allocates.
    ///
    /// # Errors
    /// [`RtpBridgeError`]; the datagram is then dropped, and counted if the session is known.
    pub fn receive_rtcp(
        &mut self,
        session: SessionId,
        datagram: &[u8],
        arrival: MediaTime,
    ) -> Result<(), RtpBridgeError> {
        self.take_orders();
        let index = self.find(session).ok_or(RtpBridgeError::UnknownSession(session))?;
        let entry = self.entries.get(index as usize).and_then(Option::as_ref);
        let gauges = &entry.ok_or(RtpBridgeError::UnknownSession(session))?.endpoint.gauges;
        gauges.datagrams_in.add(1);
        match rtp::parse(datagram) {
            Err(RtpFault::Rtcp) => gauges.rtcp_in.add(1),
            Err(fault) => {
                gauges.count_fault(fault);
                return Err(fault.into());
            }
            Ok(_) => {
                gauges.refused.add(1);
                return Err(RtpBridgeError::NotRtcp);
            }
        }
        let taken = self.reports.as_mut().is_some_and(|door| door.hand_on(session, datagram, arrival));
        if taken {
            gauges.rtcp_taken.add(1)
        } else {
            gauges.rtcp_unread.add(1)
        }
        if taken { Ok(()) } else { Err(RtpBridgeError::Unread) }
    }

    /// Hands in a packet that the embedder's stack has parsed. Never waits or allocates.
    ///
    /// # Errors
    /// As [`receive`](Self::receive); of the faults only [`RtpFault::TooLong`].
    pub fn receive_parsed(
        &mut self,
        session: SessionId,
        header: &RtpHeader,
        payload: &[u8],
        arrival: MediaTime,
    ) -> Result<(), RtpBridgeError> {
        let fits = payload.len() <= MAX_RECEIVED;
        self.take_in(session, if fits { Ok((*header, payload)) } else { Err(RtpFault::TooLong) }, arrival)
    }

    fn take_in(
        &mut self,
        session: SessionId,
        packet: Result<(RtpHeader, &[u8]), RtpFault>,
        arrival: MediaTime,
    ) -> Result<(), RtpBridgeError> {
        self.take_orders();
        let index = self.find(session).ok_or(RtpBridgeError::UnknownSession(session))?;
        let bound =
            self.entries.get_mut(index as usize).and_then(Option::as_mut).zip(self.port.binding(index).copied());
        let (entry, binding) = bound.ok_or(RtpBridgeError::UnknownSession(session))?;
        let gauges = &entry.endpoint.gauges;
        gauges.datagrams_in.add(1);
        let (header, payload) = packet.inspect_err(|fault| gauges.count_fault(*fault))?;
        if entry.ssrc == Some(header.ssrc) || entry.loops.refuses(header.ssrc) {
            gauges.looped.add(1);
            return Err(RtpBridgeError::Looped);
        }
        let heard = TransportNotice::Heard { session, ssrc: header.ssrc, from: None };
        entry
            .loops
            .hear(header.ssrc, arrival, &self.own, || self.notices.as_mut().is_some_and(|lane| lane.post(heard)));
        let delivery = self.port.deliver(index, PacketHeader::received(&header, binding.leg, arrival), payload);
        gauges.count_delivery(delivery == Delivery::Delivered, payload.len());
        if delivery == Delivery::Delivered { Ok(()) } else { Err(RtpBridgeError::Full) }
    }

    /// The next packet to send, whole, and whose it is; in each worker's own order. Never waits or allocates.
    pub fn poll_transmit(&mut self) -> Option<(SessionId, &[u8])> {
        self.take_orders();
        loop {
            let (binding, header, payload) = self.port.collect()?;
            let entry = self.entries.get_mut(binding.key.index as usize).and_then(Option::as_mut);
            let Some(entry) = entry else { continue };
            entry.ssrc = Some(header.ssrc);
            let gauges = &entry.endpoint.gauges;
            match rtp::write(&header.rtp(), payload, &mut self.packet[..]) {
                Ok(length) => {
                    gauges.count_sent(length);
                    return Some((binding.session, self.packet.get(..length)?));
                }
                Err(_) => gauges.malformed_out.add(1),
            }
        }
    }

    /// The next packet to send as header and payload, for a stack that writes packets itself. Never waits or allocates.
    pub fn poll_parsed(&mut self) -> Option<(SessionId, RtpHeader, &[u8])> {
        self.take_orders();
        let (binding, header, payload) = self.port.collect()?;
        if let Some(entry) = self.entries.get_mut(binding.key.index as usize).and_then(Option::as_mut) {
            entry.ssrc = Some(header.ssrc);
            entry.endpoint.gauges.count_sent(rtp::MIN_HEADER + payload.len());
        }
        Some((binding.session, header.rtp(), payload))
    }

    /// Counts a packet of this session that the embedder could not send.
    pub fn send_failed(&mut self, session: SessionId) {
        let index = self.find(session);
        if let Some(entry) = index.and_then(|i| self.entries.get(i as usize)?.as_ref()) {
            entry.endpoint.gauges.send_errors.add(1);
        }
    }

    fn find(&self, session: SessionId) -> Option<u32> {
        self.sessions.find(session, |index| self.entries.get(index as usize)?.as_ref().map(|e| e.session))
    }
}

#[cfg(test)]
mod tests;
