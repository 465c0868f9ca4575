//! Control: how a media socket is set up.

use crate::rt::os::{datagram, socket_errors};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsFd;

/// Expedited forwarding (RFC 3246, RFC 4594 section 4.1): the class of telephony.
const DSCP_EF: u8 = 46;

/// How media sockets are set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketOptions {
    /// Differentiated services code point of what is sent, 0..=63; default 46, expedited forwarding. A kernel that refuses
    /// it is obeyed.
    pub dscp: u8,
    /// The network interface that packets must come in and go out by (SO_BINDTODEVICE); default any.
    pub interface: Option<String>,
    /// Octets of kernel buffer for what waits to be read; default 64 KiB, which holds 80 packets of 20 ms G.711.
    pub receive_buffer: usize,
    /// Octets of kernel buffer for what waits to be sent; default 64 KiB.
    pub send_buffer: usize,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self { dscp: DSCP_EF, interface: None, receive_buffer: 64 << 10, send_buffer: 64 << 10 }
    }
}

/// Binds a non-blocking UDP socket with kernel receive timestamps. An IPv6 socket takes IPv6 only.
pub(super) fn bind(local: SocketAddr, options: &SocketOptions) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(local), Type::DGRAM.nonblocking(), Some(Protocol::UDP))?;
    let tos = u32::from(options.dscp.min(63)) << 2;
    // Refused by some containers; the call is worth more than its class.
    let _ = match local {
        SocketAddr::V4(_) => socket.set_tos_v4(tos),
        SocketAddr::V6(_) => {
            socket.set_only_v6(true)?;
            socket.set_tclass_v6(tos)
        }
    };
    if let Some(interface) = &options.interface {
        socket.bind_device(Some(interface.as_bytes()))?;
    }
    socket.set_recv_buffer_size(options.receive_buffer)?;
    socket.set_send_buffer_size(options.send_buffer)?;
    datagram::stamp_arrivals(socket.as_fd())?;
    datagram::count_drops(socket.as_fd())?;
    socket_errors::keep_errors(socket.as_fd(), local.is_ipv6())?;
    socket.bind(&local.into())?;
    Ok(socket.into())
}
