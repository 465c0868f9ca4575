//! Control: which remote addresses a session can have, and whether one is in a network of our own.

use crate::error::SessionError;
use crate::session::address_fault::AddressFault;
use crate::transport::{is_private, same_block};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The local end that an address is for, for as much as is known of it (its port may be 0).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own {
    local: SocketAddr,
    /// It has a port for RTCP, the one above.
    rtcp: bool,
}

impl Own {
    pub(crate) fn of(local: SocketAddr, rtcp_mux: bool) -> Self {
        Self { local, rtcp: !rtcp_mux }
    }

    fn has(&self, port: u16) -> bool {
        let own = self.local.port();
        own != 0 && (port == own || self.rtcp && Some(port) == own.checked_add(1))
    }
}

/// Checks a signalled address against the local end. The unspecified address is legal: it is hold (RFC 3264 section 8.4).
///
/// # Errors
/// [`SessionError::Address`] with what is wrong.
pub(crate) fn check_remote(remote: SocketAddr, own: Own) -> Result<(), SessionError> {
    match fault(remote, own) {
        Some(fault) => Err(SessionError::Address(remote, fault)),
        None => Ok(()),
    }
}

fn fault(remote: SocketAddr, own: Own) -> Option<AddressFault> {
    let ip = remote.ip();
    if remote.port() == 0 {
        return Some(AddressFault::NoMedia);
    }
    if ip.to_canonical() != ip {
        return Some(AddressFault::Mapped);
    }
    if ip.is_unspecified() {
        // Either family's: it names nobody.
        return None;
    }
    if ip.is_multicast() {
        return Some(AddressFault::Multicast);
    }
    match ip {
        IpAddr::V4(Ipv4Addr::BROADCAST) => return Some(AddressFault::Broadcast),
        IpAddr::V4(v4) if v4.octets()[0] == 0 || v4.octets()[0] >= 240 => return Some(AddressFault::Reserved),
        _ => {}
    }
    if remote.is_ipv4() != own.local.is_ipv4() {
        return Some(AddressFault::Family);
    }
    (own.has(remote.port()) && is_local(ip, own.local.ip())).then_some(AddressFault::OwnPort)
}

/// Whether an address is this machine's. Asks the system where sockets are bound to any address.
fn is_local(ip: IpAddr, bound: IpAddr) -> bool {
    ip == bound || (bound.is_unspecified() && (ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok()))
}

/// Whether a private address is of a network that this machine is in as well, so that it is reached without a translator.
/// Asks the system for its route where sockets are bound to any address.
pub(crate) fn is_near(remote: SocketAddr, local: SocketAddr) -> bool {
    let ours = || if local.ip().is_unspecified() { source_address_to(remote) } else { Some(local.ip()) };
    is_private(remote.ip()) && ours().is_some_and(|ours| same_block(ours, remote.ip()))
}

/// The local address that packets would leave by. Sends nothing.
fn source_address_to(remote: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if remote.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(remote).ok()?;
    socket.local_addr().ok().map(|own| own.ip())
}

#[cfg(test)]
mod tests;
