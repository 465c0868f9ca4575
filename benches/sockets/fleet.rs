//! Control: many sessions over one I/O core, their far ends, and the other threads' ends of its port.

use media_core::rt::{Depot, PacketRx, PacketTx, lane, packet_ring, shuttle};
use media_core::rtp::{self, RtpHeader};
use media_core::transport::io::{IoCore, PortAllocator, PortError, PortPlan};
use media_core::transport::{
    Endpoint, LatchMode, Path, PortLink, PortOrder, PortReceipt, PortSockets, PortVerb, RtpPort, UdpPath,
};
use media_core::types::{BindingKey, LegKey, PortId, SessionId, WorkerId};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;

/// What the other threads hold.
pub struct Ends {
    pub from_port: PacketRx,
    pub to_port: PacketTx,
    /// Keeps the sessions' orders answered; the port owes it receipts.
    pub depot: Depot<PortOrder, PortReceipt>,
}

/// A socket that plays a session's peer.
pub struct Far {
    pub socket: UdpSocket,
    /// The session's address.
    pub near: SocketAddr,
}

impl Far {
    pub fn drain(&self) -> usize {
        let mut buffer = [0; 2048];
        std::iter::from_fn(|| self.socket.recv_from(&mut buffer).ok()).count()
    }
}

pub fn allocator() -> PortAllocator {
    let plan = PortPlan { address: Ipv4Addr::LOCALHOST.into(), range: (12_000, 31_999), ..PortPlan::default() };
    PortAllocator::new(plan).expect("a range with ports")
}

/// A session's sockets and its far end.
pub fn place(ports: &mut PortAllocator) -> Result<(PortSockets, Far), PortError> {
    let lease = ports.allocate()?;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("an ephemeral port");
    socket.set_nonblocking(true).expect("a non-blocking socket");
    Ok((lease.sockets.expect("a plan with sockets"), Far { socket, near: lease.local }))
}

/// An I/O core with `n` sessions ordered; the orders are taken with its first turn.
pub fn launch(n: u32, ports: &mut PortAllocator) -> Result<(IoCore, Ends, Vec<Far>), PortError> {
    let (mut depot, dock) = shuttle(n as usize);
    let (to_worker, from_port) = packet_ring(512 << 10);
    let (to_port, from_worker) = packet_ring(512 << 10);
    let port = RtpPort::new(PortId(0), dock, Box::new([PortLink { to_worker, from_worker }]), n as usize);
    let (notices, _) = lane(1);
    let mut fars = Vec::new();
    for index in 0..n {
        let (sockets, far) = place(ports)?;
        let remote = far.socket.local_addr().ok();
        let path = UdpPath { sockets: Some(sockets), local: far.near, remote, latch: LatchMode::Symmetric };
        let verb = PortVerb::Bind {
            session: SessionId::new(index, 0),
            worker: WorkerId(0),
            leg: LegKey::new(index, 0),
            endpoint: Endpoint::new(Arc::default(), Path::Udp(path)),
        };
        depot.send(PortOrder { seq: index, binding: BindingKey::new(index, 0), verb }).expect("the shuttle has room");
        fars.push(far);
    }
    Ok((IoCore::new(port, notices), Ends { from_port, to_port, depot }, fars))
}

/// A packet of 20 ms G.711.
pub fn packet(sequence: u16) -> [u8; 172] {
    let mut octets = [0; 172];
    let header = RtpHeader { ssrc: 7, sequence, payload_type: 8, ..RtpHeader::default() };
    rtp::write(&header, &[0xd5; 160], &mut octets).expect("it fits");
    octets
}
