//! Control: what a packet of a call costs at the I/O machine each way, without sockets; and what transport-wide feedback adds.

use super::support::Bench;
use super::{NS, order};
use media_core::RtcpParams;
use media_core::rt::{PacketHeader, PacketRx, PacketTx, lane, packet_ring, shuttle};
use media_core::rtp::{self, RtpHeader};
use media_core::transport::io::IoCore;
use media_core::transport::{
    Endpoint, Equipment, LatchMode, Path, PortLink, PortVerb, ReportPlan, RtpPort, TransportWide, UdpPath,
};
use media_core::types::{BindingKey, LegKey, MediaTime, PortId, SessionId, WorkerId};
use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;

const CALLS: u32 = 1_000;
const ID: u8 = 3;

fn peer(index: u32) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 10_000 + index as u16))
}

/// Calls at an I/O machine, in turn: a packet comes, and one leaves.
struct Calls {
    core: IoCore,
    inward: PacketRx,
    outward: PacketTx,
    n: u32,
}

impl Calls {
    fn new(params: RtcpParams) -> Self {
        let (mut depot, dock) = shuttle(8);
        let ((to_worker, inward), (outward, from_worker)) = (packet_ring(1 << 16), packet_ring(1 << 16));
        let link = PortLink { to_worker, from_worker };
        let mut core = IoCore::new(RtpPort::new(PortId(0), dock, Box::new([link]), CALLS as usize), lane(64).0);
        for index in 0..CALLS {
            let local = SocketAddr::from(([192, 0, 2, 100], 30_000));
            let path =
                Path::Udp(UdpPath { sockets: None, local, remote: Some(peer(index)), latch: LatchMode::Symmetric });
            let endpoint = Endpoint::new(Arc::default(), path);
            let (session, leg) = (SessionId::new(index, 1), LegKey::new(index, 1));
            order(&mut depot, index, PortVerb::Bind { session, worker: WorkerId(0), leg, endpoint });
            let plan = ReportPlan::new(params, index, ([b'a'; 16], index.into()));
            order(&mut depot, index, PortVerb::Report(Some(plan)));
            if params.transport_wide.is_some() {
                let equipment = Equipment::TransportWide(Box::new(TransportWide::new(0)));
                order(&mut depot, index, PortVerb::Equip(equipment));
            }
            core.take_orders(|_| None);
            while depot.collect().is_some() {}
        }
        Self { core, inward, outward, n: 0 }
    }

    /// The next call's packet of 20 ms comes, with a number or without, and one leaves.
    fn step(&mut self, numbered: bool) {
        let (index, round) = (self.n % CALLS, self.n / CALLS);
        self.n = self.n.wrapping_add(1);
        let now = MediaTime::from_nanos(u64::from(round) * 20_000_000 + u64::from(index) * 20_000 + 1_000_000_000);
        let header =
            RtpHeader { sequence: round as u16, timestamp: 160 * round, ssrc: index + 7, ..RtpHeader::default() };
        let mut packet = [0; 180];
        let octets = match numbered {
            true => rtp::write_extended(&header, (ID, &(round as u16).to_be_bytes()), &[7; 160], &mut packet),
            false => rtp::write(&header, &[7; 160], &mut packet),
        };
        let octets = octets.unwrap_or(0);
        black_box(self.core.receive(index, peer(index), &packet[..octets], now).is_some());
        while self.inward.pop().is_some() {}
        let key = BindingKey::new(index, 1).into();
        let leaves = PacketHeader { key, ..PacketHeader::received(&header, LegKey::new(index, 1), now) };
        self.outward.push(&leaves, &[7; 160]);
        while let Some(transmit) = self.core.poll_transmit(now) {
            black_box(transmit.octets.len());
        }
    }
}

/// In ns for a packet each way, with the reports that are due.
pub fn run(bench: &mut Bench) {
    let negotiated = RtcpParams::default().transport_wide(Some(ID));
    let [mut plain, mut unasked] = [(); 2].map(|()| Calls::new(RtcpParams::default()));
    let mut numbered = Calls::new(negotiated);
    bench.compare(
        "io_call_1000",
        NS,
        &mut [
            ("plain", &mut || plain.step(false)),
            ("numbered by the peer, not negotiated", &mut || unasked.step(true)),
            ("transport-wide feedback", &mut || numbered.step(true)),
        ],
    );
}
