//! Control: what relay streams pass on, out on the virtual network.

use crate::engine::virtual_engine::network::Network;
use crate::transport::io::Relayed;
use crate::types::MediaTime;
use std::collections::HashMap;
use std::net::SocketAddr;

/// Sends what a relay stream passed on.
pub(super) fn send_on(
    relayed: Option<Relayed<'_>>,
    io: usize,
    addresses: &HashMap<(usize, u32), SocketAddr>,
    network: &mut Network,
    now: MediaTime,
) {
    let Some(Relayed { index, rtcp, to, octets }) = relayed else { return };
    if let Some(local) = addresses.get(&(io, index)) {
        let from = SocketAddr::new(local.ip(), local.port() + u16::from(rtcp));
        network.send(from, to, octets, now);
    }
}
