//! I/O: a thread that nobody wakes: what is due by the clock is sent all the same.

use super::*;
use crate::rt::lane;
use crate::transport::io::{PortAllocator, PortLease, PortPlan};
use crate::transport::rig::{PortRig, free_ports};
use crate::transport::{Expectation, KeepAlive, KeepAliveKind, KeepAlivePlan, LatchMode, Path, PortVerb, UdpPath};
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::Duration;

#[test]
fn a_thread_that_nobody_wakes_sends_keep_alives() {
    let (mut rig, port) = PortRig::new(1, 64, 1 << 16);
    let peer = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    peer.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let plan = PortPlan { address, range: free_ports(2), ..PortPlan::default() };
    let PortLease { local, sockets } = PortAllocator::new(plan).unwrap().allocate().unwrap();
    let remote = peer.local_addr().ok();
    rig.bind(0, 0, Path::Udp(UdpPath { sockets, local, remote, latch: LatchMode::Symmetric }));
    let keep_alive = KeepAlivePlan {
        keep_alive: KeepAlive::new(KeepAliveKind::Rtp, Duration::from_secs(1)),
        payload_type: 127,
        ssrc: 7,
        sequence: 1,
        timestamp: 0,
        clock_rate: 8_000,
    };
    rig.order(0, PortVerb::Expect(Expectation::default(), Some(keep_alive)));
    let thread = IoThread::start(IoCore::new(port, lane(64).0), ThreadSetup::default()).unwrap();
    // Once, for the orders.
    thread.waker().wake();
    let (length, from) = peer.recv_from(&mut [0; 64]).expect("a keep-alive, in time");
    assert_eq!((length, from), (12, local));
    let turns = thread.gauges().turns.get();
    assert!(turns < 100, "it sleeps in between: {turns} turns");
    thread.stop().unwrap();
}
