//! I/O: which session of an embedder's RTP stack carries which media session.

use super::packet_handler::MediaPacketHandler;
use crate::transport::{RtpBridge, RtpBridgeError};
use crate::types::{MediaTime, PortId, SessionId};
use std::collections::HashMap;

/// Brings the sessions of an RTP stack and media sessions together.
///
/// Example: [`RtpSessions`].
pub trait RtpSessionCoordinator {
    /// What the stack calls a session: an address and a socket, keys, whatever a packet is sent with.
    type RtpSession;

    /// That media session is carried by this one of the stack from now on; what carried it before.
    fn register_media_session(&mut self, session: SessionId, rtp: Self::RtpSession) -> Option<Self::RtpSession>;

    /// That media session is carried by none any more; what carried it.
    fn unregister_media_session(&mut self, session: SessionId) -> Option<Self::RtpSession>;
}

/// An [`RtpBridge`] with the RTP sessions of a stack beside it: what is to be sent comes with the session that sends it, and what was
/// unregistered is not sent any more and counted. For one thread of the stack's, as the bridge.
///
/// ```
/// use media_core::integration::{MediaPacketHandler, RtpSessionCoordinator, RtpSessions};
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, Prompt, Transport, VirtualEngine};
/// use std::net::SocketAddr;
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let mut stack = RtpSessions::<SocketAddr>::new(engine.complete(handle.rtp_bridge())?);
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(stack.port()));
/// let trunk = engine.complete(handle.create_media_session("trunk", params))?;
/// stack.register_media_session(trunk.id(), "192.0.2.7:4000".parse().unwrap());
/// engine.complete(trunk.play(Prompt::samples(vec![0.0; 8_000], 8_000)))?;
/// stack.take_orders();
/// engine.run_for(Duration::from_millis(200));
/// let mut packets = 0;
/// stack.send_to_registered(|address, packet| {
///     packets += 1; // `socket.send_to(packet, address).is_ok()`
///     address.port() == 4000 && packet.len() == 172
/// });
/// assert!(packets > 0 && stack.unregister_media_session(trunk.id()).is_some());
/// engine.run_for(Duration::from_millis(200));
/// stack.send_to_registered(|_, _| unreachable!("nobody carries it"));
/// assert!(stack.unregistered() > 0);
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug)]
pub struct RtpSessions<R> {
    bridge: RtpBridge,
    carried_by: HashMap<SessionId, R>,
    unregistered: u64,
}

impl<R> RtpSessions<R> {
    /// Over that bridge, with no session yet.
    pub fn new(bridge: RtpBridge) -> Self {
        Self { bridge, carried_by: HashMap::new(), unregistered: 0 }
    }

    /// The port that sessions name: [`Transport::Bridge`](crate::Transport::Bridge).
    pub fn port(&self) -> PortId {
        self.bridge.port()
    }

    /// As [`RtpBridge::take_orders`].
    pub fn take_orders(&mut self) {
        self.bridge.take_orders();
    }

    /// What carries a media session.
    pub fn carrier_of(&self, session: SessionId) -> Option<&R> {
        self.carried_by.get(&session)
    }

    /// Gives all packets to `send`, each with the stack's session that carries it; `send` says whether the network took it.
    pub fn send_to_registered(&mut self, mut send: impl FnMut(&mut R, &[u8]) -> bool) {
        let Self { bridge, carried_by, unregistered } = self;
        while let Some((session, packet)) = bridge.poll_transmit() {
            let taken = match carried_by.get_mut(&session) {
                Some(rtp) => send(rtp, packet),
                None => {
                    *unregistered += 1;
                    false
                }
            };
            if !taken {
                bridge.send_failed(session);
            }
        }
    }

    /// Packets that nobody carried.
    pub fn unregistered(&self) -> u64 {
        self.unregistered
    }

    /// The bridge, for its other doors.
    pub fn bridge_mut(&mut self) -> &mut RtpBridge {
        &mut self.bridge
    }
}

impl<R> RtpSessionCoordinator for RtpSessions<R> {
    type RtpSession = R;

    fn register_media_session(&mut self, session: SessionId, rtp: R) -> Option<R> {
        self.carried_by.insert(session, rtp)
    }

    fn unregister_media_session(&mut self, session: SessionId) -> Option<R> {
        self.carried_by.remove(&session)
    }
}

impl<R> MediaPacketHandler for RtpSessions<R> {
    fn handle_incoming_packet(
        &mut self,
        session: SessionId,
        datagram: &[u8],
        arrival: MediaTime,
    ) -> Result<(), RtpBridgeError> {
        self.bridge.receive(session, datagram, arrival)
    }

    fn next_outgoing_packet(&mut self) -> Option<(SessionId, &[u8])> {
        self.bridge.poll_transmit()
    }

    fn outgoing_packet_failed(&mut self, session: SessionId) {
        self.bridge.send_failed(session);
    }
}
