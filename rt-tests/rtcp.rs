//! RTCP in calls: what a session reports of its peer, what it learns of itself, and that both sides agree.

mod support;

#[path = "rtcp/agree.rs"]
mod agree;
#[path = "rtcp/echo.rs"]
mod echo;
#[path = "rtcp/losses.rs"]
mod losses;
#[path = "rtcp/nack.rs"]
mod nack;
#[path = "rtcp/reduced_size.rs"]
mod reduced_size;
#[path = "rtcp/transport_wide.rs"]
mod transport_wide;
#[path = "rtcp/wire.rs"]
mod wire;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rtp::rtcp::{RtcpPacket, read};
use media_core::{MediaEngineConfig, MediaSessionHandle, MediaTime, RtcpStatistics};
use std::net::SocketAddr;
use support::phone::{Phone, done};

fn engine(config: MediaEngineConfig) -> VirtualEngine {
    VirtualEngine::new(config, 11).unwrap()
}

fn known(engine: &mut VirtualEngine, session: &MediaSessionHandle) -> RtcpStatistics {
    done(engine, session.rtcp_statistics())
}

fn above(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), address.port() + 1)
}

/// Runs that many packets of 20 ms; `send` says whether the phone sends packet `n`.
fn talk(engine: &mut VirtualEngine, phone: &mut Phone, packets: u32, mut send: impl FnMut(u32) -> bool) {
    let start = engine.now();
    for n in 0..packets {
        let at = start + std::time::Duration::from_millis(20) * n;
        while engine.now() < at {
            engine.tick();
        }
        if send(n) {
            let now = engine.now();
            phone.send(&mut engine.network, now, &[0x55; 160]);
        } else {
            phone.next.sequence = phone.next.sequence.wrapping_add(1);
            phone.next.timestamp = phone.next.timestamp.wrapping_add(160);
        }
        engine.tick();
        phone.listen(&mut engine.network);
    }
}

/// The RTCP datagrams that came to an address.
fn reports(engine: &mut VirtualEngine, address: SocketAddr) -> Vec<(MediaTime, Vec<u8>)> {
    std::iter::from_fn(|| engine.network.receive(address)).map(|datagram| (datagram.at, datagram.octets)).collect()
}

fn packets(datagram: &[u8]) -> Vec<RtcpPacket<'_>> {
    read(datagram).map(|packet| packet.expect("RTCP of ours is whole")).collect()
}
