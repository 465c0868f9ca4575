//! I/O: what is to be sent: a packet that a worker emitted, a datagram that goes on.

use std::net::SocketAddr;

/// A packet to send.
#[derive(Debug)]
pub struct Transmit<'a> {
    /// The session whose socket it leaves by.
    pub index: u32,
    /// Where it goes.
    pub to: SocketAddr,
    /// It leaves by the RTCP socket.
    pub rtcp: bool,
    /// The whole packet, of RTP or RTCP.
    pub octets: &'a [u8],
    /// The session of the packet after it, as far as it is known already.
    pub upcoming: Option<u32>,
}

/// A datagram to be sent at once, by the RTP or the RTCP socket of a relay stream.
#[derive(Debug)]
pub struct Relayed<'a> {
    /// The stream whose socket it leaves by, as in [`Transmit`](crate::transport::io::core::Transmit).
    pub index: u32,
    /// It leaves by the RTCP socket.
    pub rtcp: bool,
    /// Where it goes.
    pub to: SocketAddr,
    /// The whole datagram.
    pub octets: &'a [u8],
}
