//! Control: what a relayed packet costs at the I/O machine, without sockets: parsed, judged by the latch, copied, its payload
//! type exchanged; beside a bare copy. `cargo bench --bench relay -- [--json] [--quick]`.

#[path = "relay/audio.rs"]
mod audio;
mod support;

use media_core::rt::{Depot, lane, shuttle};
use media_core::transport::io::IoCore;
use media_core::transport::{
    Endpoint, LatchMode, Path, PayloadTypeMap, PortOrder, PortReceipt, PortVerb, RelayEnd, RelayLink, RelaySetting,
    RtpPort, UdpPath,
};
use media_core::types::{BindingKey, MediaTime, PortId, SessionId, StreamId};
use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use support::{Bench, Unit};

const NS: Unit = Unit { name: "ns per packet", per: 1.0 };

fn order(depot: &mut Depot<PortOrder, PortReceipt>, index: u32, verb: PortVerb) {
    depot.send(PortOrder { seq: 0, binding: BindingKey::new(index, 1), verb }).expect("there is room");
}

/// `pairs` pairs of connected streams, and where their peers are.
fn pairs(pairs: u32) -> (IoCore, Vec<SocketAddr>) {
    let (mut depot, dock) = shuttle(8);
    let mut core = IoCore::new(RtpPort::new(PortId(1), dock, Box::new([]), 2 * pairs as usize), lane(4).0);
    let peer = |index: u32| SocketAddr::from(([192, 0, 2, 1], 10_000 + index as u16));
    for index in 0..2 * pairs {
        let local = SocketAddr::from(([192, 0, 2, 100], 30_000));
        let path = Path::Udp(UdpPath { sockets: None, local, remote: Some(peer(index)), latch: LatchMode::Symmetric });
        let relay = Some(Box::new(RelayEnd::new(StreamId(1), false, true, Arc::default())));
        let endpoint = Endpoint { relay, ..Endpoint::new(Arc::default(), path) };
        order(&mut depot, index, PortVerb::BindRelay { session: SessionId::new(index, 1), endpoint });
        let link = RelayLink { to: BindingKey::new(index ^ 1, 1), payload_types: PayloadTypeMap::new([(96, 97)]) };
        order(&mut depot, index, PortVerb::SetRelay(RelaySetting::Link(Some(link))));
        core.take_orders(|_| None);
        while depot.collect().is_some() {}
    }
    (core, (0..2 * pairs).map(peer).collect())
}

fn main() {
    let mut bench = Bench::from_args("relay");
    for (name, count) in [("relay_core_1", 1), ("relay_core_1000", 1_000)] {
        let (mut core, peers) = pairs(count);
        let mut packet = vec![0x80, 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
        packet.resize(1_200, 7);
        let (mut n, mut copy, from) = (0u32, [0u8; 1_500], packet.clone());
        bench.compare(
            name,
            NS,
            &mut [
                ("ours", &mut || {
                    n = n.wrapping_add(1);
                    packet[2..4].copy_from_slice(&((n / (2 * count)) as u16).to_be_bytes());
                    let index = n % (2 * count);
                    let relayed = core.receive(index, peers[index as usize], &packet, MediaTime::from_millis(1));
                    black_box(relayed.map(|relayed| relayed.octets.len()));
                }),
                ("a copy", &mut || {
                    copy[..1_200].copy_from_slice(black_box(&from));
                    black_box(&copy);
                }),
            ],
        );
    }
    audio::run(&mut bench);
    bench.finish();
}
