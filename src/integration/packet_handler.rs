//! I/O: the way of packets between an embedder's RTP stack and the engine, as the stack sees it.

use crate::transport::{RtpBridge, RtpBridgeError};
use crate::types::{MediaTime, SessionId};

/// Where an RTP stack hands in what came, and gets what is to be sent. [`RtpBridge`] is one, and so is
/// [`RtpSessions`](super::RtpSessions), which knows the stack's own sessions besides. Neither waits nor allocates.
///
/// ```
/// use media_core::integration::MediaPacketHandler;
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, Transport, VirtualEngine};
/// use std::time::Duration;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let handle = engine.handle();
/// let mut media = engine.complete(handle.rtp_bridge())?;
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(media.port()));
/// let trunk = engine.complete(handle.create_media_session("trunk", params))?;
/// engine.complete(trunk.play(media_core::Prompt::samples(vec![0.0; 8_000], 8_000)))?;
/// assert!(media.handle_incoming_packet(trunk.id(), b"no RTP", engine.now()).is_err());
/// media.take_orders();
/// engine.run_for(Duration::from_millis(200));
/// let mut sent = 0;
/// media.send_outgoing_packets(|session, packet| {
///     sent += packet.len(); // the stack's own socket: `socket.send_to(packet, address_of[session])`
///     session == trunk.id()
/// });
/// assert!(sent >= 172);
/// # Ok::<(), media_core::Error>(())
/// ```
pub trait MediaPacketHandler {
    /// Hands in a datagram of a session, received at `arrival` by the engine's clock
    /// ([`MediaHandle::now`](crate::MediaHandle::now)).
    ///
    /// # Errors
    /// [`RtpBridgeError`]; the packet is dropped then.
    fn handle_incoming_packet(
        &mut self,
        session: SessionId,
        datagram: &[u8],
        arrival: MediaTime,
    ) -> Result<(), RtpBridgeError>;

    /// Takes the next packet that is to be sent, and whose it is.
    fn next_outgoing_packet(&mut self) -> Option<(SessionId, &[u8])>;

    /// The network did not take a packet of that session: counted.
    fn outgoing_packet_failed(&mut self, session: SessionId);

    /// Gives all that are to be sent to `send`, which says whether the network took them.
    fn send_outgoing_packets(&mut self, mut send: impl FnMut(SessionId, &[u8]) -> bool)
    where
        Self: Sized,
    {
        while let Some((session, packet)) = self.next_outgoing_packet() {
            if !send(session, packet) {
                self.outgoing_packet_failed(session);
            }
        }
    }
}

impl MediaPacketHandler for RtpBridge {
    fn handle_incoming_packet(
        &mut self,
        session: SessionId,
        datagram: &[u8],
        arrival: MediaTime,
    ) -> Result<(), RtpBridgeError> {
        self.receive(session, datagram, arrival)
    }

    fn next_outgoing_packet(&mut self) -> Option<(SessionId, &[u8])> {
        self.poll_transmit()
    }

    fn outgoing_packet_failed(&mut self, session: SessionId) {
        self.send_failed(session);
    }
}
