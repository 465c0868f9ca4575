//! Control: which remote addresses a session can have.

use crate::error::{AddressFault, SessionError};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// Checks a signalled address against the local one, for as much as is known of that (its port may be 0).
///
/// The unspecified address is legal: it is hold (RFC 3264 section 8.4).
///
/// # Errors
/// [`SessionError::Address`] with what is wrong.
pub(crate) fn check_remote(remote: SocketAddr, local: SocketAddr) -> Result<(), SessionError> {
    match fault(remote, local) {
        Some(fault) => Err(SessionError::Address(remote, fault)),
        None => Ok(()),
    }
}

fn fault(remote: SocketAddr, local: SocketAddr) -> Option<AddressFault> {
    let ip = remote.ip();
    let mapped = matches!(ip, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
    if remote.port() == 0 {
        return Some(AddressFault::NoMedia);
    }
    if mapped {
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
    if remote.is_ipv4() != local.is_ipv4() {
        return Some(AddressFault::Family);
    }
    // The RTP port, and the one above that is its RTCP's.
    let ours = local.port() != 0 && (remote.port() == local.port() || remote.port() == local.port().wrapping_add(1));
    (ours && is_local(ip, local.ip())).then_some(AddressFault::OwnPort)
}

/// Whether an address is this machine's. Asks the system where sockets are bound to any address.
fn is_local(ip: IpAddr, bound: IpAddr) -> bool {
    ip == bound || (bound.is_unspecified() && (ip.is_loopback() || UdpSocket::bind((ip, 0)).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_peer_is_refused_by_name() {
        let local = |of: &str| -> SocketAddr { of.parse().unwrap() };
        let (v4, v6) = (local("198.18.0.1:4000"), local("[2001:db8::1]:4000"));
        let any = local("0.0.0.0:4000");
        for (remote, local, expected) in [
            ("192.0.2.1:4000", v4, None),
            ("0.0.0.0:4000", v4, None),
            ("[::]:4000", v4, None),
            ("192.0.2.1:0", v4, Some(AddressFault::NoMedia)),
            ("0.0.0.0:0", v4, Some(AddressFault::NoMedia)),
            ("224.0.0.1:4000", v4, Some(AddressFault::Multicast)),
            ("239.255.1.1:4000", v4, Some(AddressFault::Multicast)),
            ("[ff02::1]:4000", v6, Some(AddressFault::Multicast)),
            ("255.255.255.255:4000", v4, Some(AddressFault::Broadcast)),
            ("0.1.2.3:4000", v4, Some(AddressFault::Reserved)),
            ("250.1.2.3:4000", v4, Some(AddressFault::Reserved)),
            ("[2001:db8::2]:4000", v4, Some(AddressFault::Family)),
            ("192.0.2.1:4000", v6, Some(AddressFault::Family)),
            ("[::ffff:192.0.2.1]:4000", v4, Some(AddressFault::Mapped)),
            ("[::ffff:192.0.2.1]:4000", v6, Some(AddressFault::Mapped)),
            ("[::ffff:224.0.0.1]:4000", v6, Some(AddressFault::Mapped)),
            ("198.18.0.1:4000", v4, Some(AddressFault::OwnPort)),
            ("198.18.0.1:4001", v4, Some(AddressFault::OwnPort)),
            ("198.18.0.1:4002", v4, None),
            ("[2001:db8::1]:4000", v6, Some(AddressFault::OwnPort)),
            ("127.0.0.1:4000", any, Some(AddressFault::OwnPort)),
            ("127.0.0.1:5000", any, None),
            ("192.0.2.1:4000", any, None),
        ] {
            assert_eq!(fault(remote.parse().unwrap(), local), expected, "{remote} at {local}");
        }
    }
}
