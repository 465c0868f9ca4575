//! Pure: the far ends of an [`RtpPort`] for tests: the supervisor's depot and the workers' rings.

use super::*;
use crate::rt::{Depot, PacketHeader, PacketRx, PacketTx, packet_ring, shuttle};
use crate::rtp::{self, RtpHeader};
use crate::telemetry::counters::TransportGauges;
use crate::types::{BindingKey, LegKey, MediaTime, PortId, SessionId, WorkerId};
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};

pub(crate) const SESSION: SessionId = SessionId { index: 17, generation: 4 };

/// What the other threads hold of a port.
pub(crate) struct PortRig {
    depot: Depot<PortOrder, PortReceipt>,
    pub from_port: Vec<PacketRx>,
    pub to_port: Vec<PacketTx>,
    gauges: Vec<Arc<TransportGauges>>,
    generations: Vec<u32>,
    seq: u32,
}

impl PortRig {
    pub fn new(workers: usize, capacity: usize, ring: usize) -> (Self, RtpPort) {
        let (depot, dock) = shuttle(64);
        let (mut from_port, mut to_port, mut links) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..workers {
            let (to_worker, rx) = packet_ring(ring);
            let (tx, from_worker) = packet_ring(ring);
            from_port.push(rx);
            to_port.push(tx);
            links.push(PortLink { to_worker, from_worker });
        }
        let port = RtpPort::new(PortId(0), dock, links.into(), capacity);
        let gauges = (0..100).map(|_| Arc::default()).collect();
        (Self { depot, from_port, to_port, gauges, generations: vec![0; 100], seq: 0 }, port)
    }

    pub fn gauges(&self, index: u32) -> &Arc<TransportGauges> {
        &self.gauges[index as usize]
    }

    pub fn order(&mut self, index: u32, verb: PortVerb) {
        let binding = BindingKey { index, generation: self.generations[index as usize] };
        self.depot.send(PortOrder { seq: self.seq, binding, verb }).expect("the shuttle has room");
        self.seq += 1;
    }

    /// Binds [`SESSION`] to leg `index` of a worker.
    pub fn bind(&mut self, index: u32, worker: u8, path: Path) {
        self.bind_session(SESSION, index, worker, path);
    }

    pub fn bind_session(&mut self, session: SessionId, index: u32, worker: u8, path: Path) {
        self.generations[index as usize] += 1;
        let endpoint = Endpoint::new(Arc::clone(&self.gauges[index as usize]), path);
        let leg = LegKey { index, generation: 1 };
        self.order(index, PortVerb::Bind { session, worker: WorkerId(worker), leg, endpoint });
    }

    /// Binds a relay stream of [`SESSION`].
    pub fn bind_relay(&mut self, index: u32, path: Path, end: RelayEnd) {
        self.generations[index as usize] += 1;
        let endpoint =
            Endpoint { relay: Some(Box::new(end)), ..Endpoint::new(Arc::clone(&self.gauges[index as usize]), path) };
        self.order(index, PortVerb::BindRelay { session: SESSION, endpoint });
    }

    pub fn collect(&mut self) -> Option<PortReceipt> {
        self.depot.collect()
    }

    pub fn receipt(&mut self) -> PortReceipt {
        self.collect().expect("a receipt came home")
    }

    /// Header of a packet that a worker emits for binding `index` of the first generation.
    pub fn outward(index: u32) -> PacketHeader {
        let leg = LegKey { index, generation: 0 };
        let key = BindingKey { index, generation: 1 }.into();
        let rtp = RtpHeader { payload_type: 8, ssrc: 0xabcd, timestamp: 160, ..RtpHeader::default() };
        PacketHeader { key, ..PacketHeader::received(&rtp, leg, MediaTime::ZERO) }
    }
}

/// An RTP packet.
pub(crate) fn packet(ssrc: u32, sequence: u16, payload: &[u8]) -> Vec<u8> {
    let mut octets = vec![0; rtp::MIN_HEADER + payload.len()];
    rtp::write(&RtpHeader { ssrc, sequence, ..RtpHeader::default() }, payload, &mut octets).unwrap();
    octets
}

/// A range of `n` ports, the first even, that nobody holds on the loopback address and that no other test is given. Below
/// those that the kernel gives out itself.
pub(crate) fn free_ports(n: u16) -> (u16, u16) {
    const SPAN: u16 = 10;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id() % 1500) as u16;
    std::iter::repeat_with(|| 11_000 + (start + NEXT.fetch_add(1, Relaxed)) % 2000 * SPAN)
        .map(|first| (first, first + n - 1))
        .take(2000)
        .find(|&(first, last)| (first..=last).all(|p| UdpSocket::bind((Ipv4Addr::LOCALHOST, p)).is_ok()))
        .expect("free ports")
}
