//! Pure: an address of a socket in a record of octets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Octets of an address: a family, 16 of host, 2 of port.
pub(super) const LENGTH: usize = 19;
const V4: u8 = 4;

pub(super) fn write(address: SocketAddr) -> [u8; LENGTH] {
    let mut octets = [0; LENGTH];
    match address.ip() {
        IpAddr::V4(ip) => {
            octets[0] = V4;
            octets[1..5].copy_from_slice(&ip.octets());
        }
        IpAddr::V6(ip) => octets[1..17].copy_from_slice(&ip.octets()),
    }
    octets[17..].copy_from_slice(&address.port().to_be_bytes());
    octets
}

pub(super) fn read(octets: &[u8; LENGTH]) -> SocketAddr {
    let [family, host @ .., high, low] = *octets;
    let [a, b, c, d, ..] = host;
    let ip = match family {
        V4 => Ipv4Addr::new(a, b, c, d).into(),
        _ => Ipv6Addr::from(host).into(),
    };
    SocketAddr::new(ip, u16::from_be_bytes([high, low]))
}
