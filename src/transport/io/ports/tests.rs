//! Control: the port range: pairs, its end, ports that others hold.

use super::*;
use crate::transport::rig::free_ports;
use std::net::UdpSocket;

fn loopback(first: u16, last: u16, pairing: PortPairing) -> PortPlan {
    PortPlan { address: Ipv4Addr::LOCALHOST.into(), range: (first, last), pairing, ..PortPlan::default() }
}

fn virtually(first: u16, last: u16) -> PortAllocator {
    PortAllocator::new(PortPlan { sockets: None, ..loopback(first, last, PortPairing::Pairs) }).unwrap()
}

fn ports(allocator: &mut PortAllocator, n: usize) -> Vec<u16> {
    (0..n).map(|_| allocator.allocate().unwrap().local.port()).collect()
}

#[test]
fn rtp_gets_even_ports_in_turn() {
    let mut a = virtually(10_001, 10_009);
    assert_eq!(a.capacity(), 4);
    assert_eq!(ports(&mut a, 3), [10_002, 10_004, 10_006]);
    a.release("127.0.0.1:10002".parse().unwrap());
    assert_eq!(ports(&mut a, 2), [10_008, 10_002], "a port that became free is used last");
}

#[test]
fn a_used_up_range_is_an_error_that_names_it() {
    let mut a = virtually(10_000, 10_003);
    ports(&mut a, 2);
    let error = a.allocate().unwrap_err();
    assert!(matches!(error, PortError::RangeUsedUp { first: 10_000, last: 10_003, ours: 2, foreign: 0, .. }));
    assert!(error.to_string().contains("10000-10003"), "{error}");
    a.release("127.0.0.1:10002".parse().unwrap());
    a.release("127.0.0.1:10002".parse().unwrap());
    a.release("127.0.0.1:9".parse().unwrap());
    assert_eq!(a.in_use(), 1, "a second release changes nothing, nor does a foreign port");
    assert_eq!(ports(&mut a, 1), [10_002]);
}

#[test]
fn the_last_port_of_all_can_be_used() {
    assert_eq!(ports(&mut virtually(65_534, 65_535), 1), [65_534]);
    let plan = PortPlan { sockets: None, ..loopback(65_535, 65_535, PortPairing::Shared) };
    assert_eq!(ports(&mut PortAllocator::new(plan).unwrap(), 1), [65_535]);
}

#[test]
fn an_empty_range_is_an_error() {
    for (first, last) in [(10_000, 10_000), (10_001, 10_002), (10_002, 10_001), (65_535, 65_535), (0, 100)] {
        let made = PortAllocator::new(loopback(first, last, PortPairing::Pairs));
        assert!(matches!(made, Err(PortError::EmptyRange { .. })), "{first}-{last}");
    }
}

#[test]
fn ports_of_other_programs_are_passed_over() {
    let (first, last) = free_ports(6);
    // The first pair's RTCP port and the second pair's RTP port are taken.
    let foreign = [first + 1, first + 2].map(|p| UdpSocket::bind((Ipv4Addr::LOCALHOST, p)).unwrap());
    let mut a = PortAllocator::new(loopback(first, last, PortPairing::Pairs)).unwrap();
    let lease = a.allocate().unwrap();
    assert_eq!(lease.local.port(), first + 4);
    let sockets = lease.sockets.as_ref().unwrap();
    assert_eq!(sockets.rtp.local_addr().unwrap(), lease.local);
    assert_eq!(sockets.rtcp.as_ref().unwrap().local_addr().unwrap().port(), first + 5);
    assert!(matches!(a.allocate(), Err(PortError::RangeUsedUp { ours: 1, foreign: 2, .. })));
    drop(foreign);
    assert_eq!(a.allocate().unwrap().local.port(), first);
}

#[test]
fn a_closed_session_frees_its_port() {
    let (first, _) = free_ports(2);
    let mut a = PortAllocator::new(loopback(first, first + 1, PortPairing::Pairs)).unwrap();
    for _ in 0..3 {
        let lease = a.allocate().unwrap();
        assert!(a.allocate().is_err());
        let local = lease.local;
        drop(lease);
        a.release(local);
    }
}

#[test]
fn an_address_of_another_machine_is_an_error_that_names_it() {
    let plan = PortPlan { address: "192.0.2.77".parse().unwrap(), ..PortPlan::default() };
    let error = PortAllocator::new(plan).unwrap().allocate().unwrap_err();
    assert!(matches!(error, PortError::Bind { .. }) && error.to_string().contains("192.0.2.77"), "{error}");
}

#[test]
fn sockets_do_not_block_and_carry_the_class_of_telephony() {
    let (first, last) = free_ports(2);
    let mut a = PortAllocator::new(loopback(first, last, PortPairing::Shared)).unwrap();
    let lease = a.allocate().unwrap();
    let PortSockets { rtp, rtcp } = lease.sockets.unwrap();
    assert!(rtcp.is_none());
    assert_eq!(rtp.recv_from(&mut [0; 8]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    assert_eq!(socket2::SockRef::from(&rtp).tos_v4().unwrap(), 46 << 2);
}

#[test]
fn ipv6_has_its_class_too() {
    let (first, last) = free_ports(2);
    let plan = PortPlan { address: std::net::Ipv6Addr::LOCALHOST.into(), ..loopback(first, last, PortPairing::Pairs) };
    match PortAllocator::new(plan).unwrap().allocate() {
        Ok(lease) => {
            let rtp = lease.sockets.unwrap().rtp;
            assert_eq!(socket2::SockRef::from(&rtp).tclass_v6().unwrap(), 46 << 2);
        }
        Err(e) => println!("skipped: no IPv6 here: {e}"),
    }
}

#[test]
fn descriptors_are_counted_before_they_are_needed() {
    assert_eq!(PortPlan::default().descriptors(1000), 2000);
    assert_eq!(loopback(1, 2, PortPairing::Shared).descriptors(1000), 1000);
    assert_eq!(PortPlan { sockets: None, ..PortPlan::default() }.descriptors(1000), 0);
}
