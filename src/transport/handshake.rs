//! Boundary: datagrams of a handshake (STUN, DTLS: RFC 7983) between an I/O thread and the supervisor, which answers them.
//!
//! An I/O thread knows them by their first octet, bounds how many come, and hands them on: keys are agreed on where
//! memory may be asked for. What is answered comes back as an order, and leaves by the session's own socket.

use crate::rt::{PacketHeader, PacketRx, PacketTx, packet_ring};
use crate::transport::handshake::address::{LENGTH, read, write};
use crate::types::{MediaTime, SessionId};
use std::net::SocketAddr;

mod address;

/// Octets that wait at most, per I/O thread: the first flights of some 200 handshakes.
const RING: usize = 256 << 10;
/// The longest datagram that is handed on: DTLS keeps within a packet of Ethernet.
pub const LONGEST_HANDSHAKE: usize = 2_048;

/// What of handshakes a session takes. Plain data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Handshakes {
    /// STUN: its peer checks the way by ICE (RFC 8445).
    pub stun: bool,
    /// DTLS (RFC 5764).
    pub dtls: bool,
}

/// The I/O thread's end.
#[derive(Debug)]
pub struct HandshakeSender {
    ring: PacketTx,
    room: Box<[u8; LENGTH + LONGEST_HANDSHAKE]>,
}

/// The supervisor's end.
#[derive(Debug)]
pub struct HandshakeReceiver {
    ring: PacketRx,
}

/// A datagram of a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandshakeDatagram<'a> {
    /// To whom it came.
    pub session: SessionId,
    /// From where.
    pub from: SocketAddr,
    /// When.
    pub arrival: MediaTime,
    /// As it came.
    pub octets: &'a [u8],
}

/// Makes both ends. Allocates: control side.
pub fn handshake_ring() -> (HandshakeSender, HandshakeReceiver) {
    let (tx, rx) = packet_ring(RING);
    (HandshakeSender { ring: tx, room: Box::new([0; LENGTH + LONGEST_HANDSHAKE]) }, HandshakeReceiver { ring: rx })
}

impl HandshakeSender {
    /// Hands a datagram on; `false` if it is too long or too many wait. Never waits or allocates.
    pub fn hand_on(&mut self, datagram: HandshakeDatagram<'_>) -> bool {
        let HandshakeDatagram { session, from, arrival, octets } = datagram;
        let Some(room) = self.room.get_mut(..LENGTH + octets.len()) else { return false };
        let Some((address, rest)) = room.split_first_chunk_mut() else { return false };
        *address = write(from);
        rest.copy_from_slice(octets);
        self.ring.push(&PacketHeader::of_report(session, arrival), room)
    }
}

impl HandshakeReceiver {
    /// The next datagram, if one waits.
    pub fn take(&mut self) -> Option<HandshakeDatagram<'_>> {
        let (header, record) = self.ring.pop()?;
        let (address, octets) = record.split_first_chunk()?;
        Some(HandshakeDatagram { session: header.key.session(), from: read(address), arrival: header.time, octets })
    }
}

#[cfg(test)]
mod tests;
