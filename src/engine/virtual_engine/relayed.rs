//! Control: what an I/O machine sends, out on the virtual network.

use crate::engine::virtual_engine::network::Network;
use crate::transport::io::{Relayed, Transmit};
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
    if let Some(Relayed { index, rtcp, to, octets }) = relayed {
        send_out(&Transmit { index, to, rtcp, octets, upcoming: None }, io, addresses, network, now);
    }
}

/// Sends a packet by its session's RTP or RTCP port.
pub(super) fn send_out(
    packet: &Transmit<'_>,
    io: usize,
    addresses: &HashMap<(usize, u32), SocketAddr>,
    network: &mut Network,
    now: MediaTime,
) {
    let &Transmit { index, to, rtcp, octets, .. } = packet;
    if let Some(local) = addresses.get(&(io, index)) {
        let from = SocketAddr::new(local.ip(), local.port() + u16::from(rtcp));
        network.send(from, to, octets, now);
    }
}
