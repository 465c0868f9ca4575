//! I/O: on loopback, with real threads. Nothing here depends on how fast: each wait is for a state, with a generous limit.

mod upkeep;

use super::*;
use crate::rt::os::clock;
use crate::rt::{LaneRx, PacketHeader, lane};
use crate::rtp;
use crate::transport::io::{PortAllocator, PortLease, PortPairing, PortPlan, SocketOptions, TransportNotice};
use crate::transport::rig::{PortRig, free_ports, packet};
use crate::transport::{LatchMode, Path, PortVerb, UdpPath};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

struct Rig {
    port: PortRig,
    thread: IoThread,
    notices: LaneRx<TransportNotice>,
}

fn until<T>(what: &str, mut state: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = state() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain: {what}");
        std::thread::sleep(Duration::from_micros(200));
    }
}

impl Rig {
    fn new() -> Self {
        Self::delayed(Duration::ZERO)
    }

    fn delayed(departure: Duration) -> Self {
        let (port, rtp_port) = PortRig::new(1, 64, 1 << 20);
        let (tx, notices) = lane(64);
        let mut core = IoCore::new(rtp_port, tx);
        core.set_departure_delay(departure);
        let thread = IoThread::start(core, ThreadSetup::default()).unwrap();
        Self { port, thread, notices }
    }

    /// Binds session `index` to a fresh loopback address of the same family as `ip`.
    fn bind(&mut self, index: u32, ip: IpAddr, remote: Option<SocketAddr>) -> SocketAddr {
        self.bind_as(index, ip, remote, LatchMode::Symmetric)
    }

    fn bind_as(&mut self, index: u32, ip: IpAddr, remote: Option<SocketAddr>, latch: LatchMode) -> SocketAddr {
        let plan = PortPlan { address: ip, range: free_ports(2), pairing: PortPairing::Pairs, ..PortPlan::default() };
        let PortLease { local, sockets } = PortAllocator::new(plan).unwrap().allocate().unwrap();
        self.port.bind(index, 0, Path::Udp(UdpPath { sockets, local, remote, latch }));
        self.thread.waker().wake();
        assert!(until("the order is answered", || self.port.collect()).done);
        local
    }

    fn emit(&mut self, index: u32, sequence: u16) {
        let header = PacketHeader { sequence, time: clock::now(), ..PortRig::outward(index) };
        assert!(self.port.to_port[0].push(&header, &[0xd5; 160]));
        self.thread.waker().wake();
    }

    fn received(&mut self) -> (PacketHeader, Vec<u8>) {
        until("a packet for the worker", || self.port.from_port[0].pop().map(|(h, p)| (h, p.to_vec())))
    }
}

fn peer(ip: IpAddr) -> UdpSocket {
    let socket = UdpSocket::bind((ip, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket
}

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn both_ways(ip: IpAddr) {
    let mut rig = Rig::new();
    let local = rig.bind(0, ip, None);
    let peer = peer(ip);
    let begun = clock::now();
    for sequence in 0..3 {
        peer.send_to(&packet(9, sequence, b"hello"), local).unwrap();
    }
    for sequence in 0..3 {
        let (header, payload) = rig.received();
        assert_eq!((header.sequence, &payload[..]), (sequence, &b"hello"[..]));
        assert!((begun..=clock::now()).contains(&header.time), "the kernel's time, on our clock");
    }
    rig.emit(0, 500);
    let mut buffer = [0; 2048];
    let (length, from) = peer.recv_from(&mut buffer).unwrap();
    let (header, payload) = rtp::parse(&buffer[..length]).unwrap();
    assert_eq!((from, header.sequence, payload), (local, 500, &[0xd5; 160][..]));
    rig.thread.stop().unwrap();
}

#[test]
fn packets_travel_both_ways_over_ipv4() {
    both_ways(V4);
}

#[test]
fn packets_travel_both_ways_over_ipv6() {
    if UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        return println!("skipped: no IPv6 here");
    }
    both_ways(Ipv6Addr::LOCALHOST.into());
}

#[test]
fn a_burst_is_read_to_its_end_in_order_and_fairly() {
    let mut rig = Rig::new();
    let locals: Vec<_> = (0..8).map(|index| rig.bind(index, V4, None)).collect();
    let peers: Vec<_> = locals.iter().map(|_| peer(V4)).collect();
    for sequence in 0..40 {
        for (peer, local) in peers.iter().zip(&locals) {
            peer.send_to(&packet(9, sequence, &[1; 160]), local).unwrap();
        }
    }
    let mut next = [0u16; 8];
    for _ in 0..8 * 40 {
        let (header, _) = rig.received();
        let next = &mut next[header.key.leg().index as usize];
        assert_eq!(header.sequence, *next);
        *next += 1;
    }
    assert_eq!(next, [40; 8]);
    let empty = rig.thread.gauges().empty_receives.get();
    assert!(empty <= rig.thread.gauges().receives.get() / 10, "{empty} receive calls found nothing");
}

#[test]
fn the_address_of_a_rebound_peer_is_followed_and_a_spoofer_refused() {
    let mut rig = Rig::new();
    let (old, new, stranger) = (peer(V4), peer(V4), peer(V4));
    let local = rig.bind(0, V4, Some(old.local_addr().unwrap()));
    let talk = |socket: &UdpSocket, ssrc, sequences: std::ops::Range<u16>| {
        let gauges = rig.port.gauges(0).clone();
        for sequence in sequences {
            let before = gauges.datagrams_in.get();
            socket.send_to(&packet(ssrc, sequence, b"x"), local).unwrap();
            until("it is read", || (gauges.datagrams_in.get() > before).then_some(()));
        }
        (gauges.packets_in.get(), gauges.refused.get(), gauges.relatched.get())
    };
    assert_eq!(talk(&old, 9, 0..5), (5, 0, 0));
    assert_eq!(talk(&stranger, 9, 5..8), (5, 3, 0), "SSRC and sequence are right, but the peer is not silent");
    std::thread::sleep(Duration::from_millis(250));
    assert_eq!(talk(&stranger, 66, 0..5), (5, 8, 0));
    assert_eq!(talk(&new, 9, 10..13), (8, 8, 1));
    // Flapping between the old address and the new one moves nothing.
    for sequence in 13..23 {
        talk(&new, 9, sequence..sequence + 1);
        talk(&old, 9, sequence..sequence + 1);
    }
    assert_eq!(talk(&new, 9, 23..24), (19, 18, 1));
    let news: Vec<_> = std::iter::from_fn(|| rig.notices.take()).collect();
    let refused = news.iter().filter(|n| matches!(n, TransportNotice::Refused { .. })).count();
    // The lock, the spoofer, the move, and the old address: each once.
    assert_eq!((news.len(), refused), (4, 2), "{news:?}");
    rig.emit(0, 1);
    new.recv_from(&mut [0; 2048]).unwrap();
}

#[test]
fn a_send_error_is_counted_and_holds_up_nobody() {
    let mut rig = Rig::new();
    let peer = peer(V4);
    // The kernel refuses to send from a loopback address to port 0.
    rig.bind(0, V4, Some("127.0.0.1:0".parse().unwrap()));
    rig.bind(1, V4, Some(peer.local_addr().unwrap()));
    for sequence in 0..10 {
        rig.emit(0, sequence);
        rig.emit(1, sequence);
    }
    for sequence in 0..10 {
        let mut buffer = [0; 2048];
        let (length, _) = peer.recv_from(&mut buffer).unwrap();
        assert_eq!(rtp::parse(&buffer[..length]).unwrap().0.sequence, sequence);
    }
    assert_eq!(rig.port.gauges(0).send_errors.get(), 10);
    assert_eq!(rig.port.gauges(1).send_errors.get(), 0);
}

#[test]
fn sockets_come_home_when_a_session_ends_and_are_closed_at_the_stop() {
    let mut rig = Rig::new();
    let first = rig.bind(0, V4, None);
    let second = rig.bind(1, V4, None);
    rig.port.order(0, PortVerb::Unbind);
    rig.thread.waker().wake();
    let home = until("the receipt", || rig.port.collect());
    let Some(Path::Udp(UdpPath { sockets: Some(sockets), .. })) = home.endpoint.map(|e| e.path) else {
        panic!("the sockets are in the receipt")
    };
    assert_eq!(sockets.rtp.local_addr().unwrap(), first);
    assert!(UdpSocket::bind(second).is_err(), "the other session's is open");
    rig.thread.stop().unwrap();
    UdpSocket::bind(second).expect("closed");
}

#[test]
fn packets_leave_at_their_time_and_not_before() {
    let delay = Duration::from_millis(30);
    let mut rig = Rig::delayed(delay);
    let peer = peer(V4);
    rig.bind(0, V4, Some(peer.local_addr().unwrap()));
    for sequence in 0..3 {
        let emitted = clock::now();
        rig.emit(0, sequence);
        peer.recv_from(&mut [0; 2048]).unwrap();
        assert!(clock::now() - emitted >= delay, "nobody woke the thread for it but its timer");
    }
    // What waits for its time is not lost at the stop.
    rig.emit(0, 3);
    rig.thread.stop().unwrap();
    peer.recv_from(&mut [0; 2048]).unwrap();
}

#[test]
fn what_was_emitted_before_the_stop_is_sent() {
    let mut rig = Rig::new();
    let peer = peer(V4);
    rig.bind(0, V4, Some(peer.local_addr().unwrap()));
    for sequence in 0..20 {
        let header = PacketHeader { sequence, time: clock::now(), ..PortRig::outward(0) };
        assert!(rig.port.to_port[0].push(&header, b"bye"));
    }
    // Nobody's any more: it is counted.
    assert!(rig.port.to_port[0].push(&PacketHeader { time: clock::now(), ..PortRig::outward(9) }, b"late"));
    let gauges = Arc::clone(rig.thread.gauges());
    rig.thread.stop().unwrap();
    assert_eq!(gauges.unbound_out.get(), 1);
    for _ in 0..20 {
        peer.recv_from(&mut [0; 2048]).unwrap();
    }
}

#[test]
fn rtcp_arrives_on_its_own_port_and_on_a_shared_one() {
    let mut rig = Rig::new();
    let local = rig.bind(0, V4, None);
    let report = [0x80, 200, 0, 1, 0, 0, 0, 0];
    peer(V4).send_to(&report, local).unwrap();
    peer(V4).send_to(&report, SocketAddr::new(local.ip(), local.port() + 1)).unwrap();
    until("both are counted", || (rig.port.gauges(0).rtcp_in.get() == 2).then_some(()));
}

#[test]
fn an_idle_thread_sleeps() {
    let mut rig = Rig::new();
    rig.bind(0, V4, None);
    let before = rig.thread.gauges().turns.get();
    std::thread::sleep(Duration::from_millis(50));
    assert!(rig.thread.gauges().turns.get() <= before + 1);
}

#[test]
fn in_strict_mode_only_the_signalled_address_is_heard() {
    let mut rig = Rig::new();
    let (known, stranger) = (peer(V4), peer(V4));
    let local = rig.bind_as(0, V4, Some(known.local_addr().unwrap()), LatchMode::Strict);
    for sequence in 0..20 {
        stranger.send_to(&packet(9, sequence, b"x"), local).unwrap();
    }
    until("all are read", || (rig.port.gauges(0).refused.get() == 20).then_some(()));
    known.send_to(&packet(9, 20, b"x"), local).unwrap();
    assert_eq!(rig.received().0.sequence, 20);
    assert_eq!(rig.port.gauges(0).packets_in.get(), 1);
}

#[test]
fn a_peer_that_does_not_listen_is_counted_and_holds_up_nobody() {
    for ip in [V4, Ipv6Addr::LOCALHOST.into()] {
        if UdpSocket::bind((ip, 0)).is_err() {
            println!("skipped: no IPv6 here");
            continue;
        }
        let mut rig = Rig::new();
        let (gone, peer) = (peer(ip).local_addr().unwrap(), peer(ip));
        rig.bind(0, ip, Some(gone));
        rig.bind(1, ip, Some(peer.local_addr().unwrap()));
        for sequence in 0..20 {
            rig.emit(0, sequence);
            rig.emit(1, sequence);
            let (length, _) = peer.recv_from(&mut [0; 2048]).unwrap();
            assert_eq!(length, 172);
        }
        // The network answers each packet: none is held back for an answer to the one before.
        until("it is told", || (rig.port.gauges(0).unreachable.get() == 20).then_some(()));
        let counts = |n| [&rig.port.gauges(n).packets_out, &rig.port.gauges(n).send_errors].map(|g| g.get());
        until("all are counted", || (counts(0)[0] == 20 && counts(1)[0] == 20).then_some(()));
        assert_eq!((counts(0)[1], counts(1)[1], rig.port.gauges(1).unreachable.get()), (0, 0, 0));
    }
}

#[test]
fn what_the_kernel_dropped_is_counted() {
    let (mut port, rtp_port) = PortRig::new(1, 64, 1 << 20);
    let (mut driver, _) = IoDriver::new(IoCore::new(rtp_port, lane(64).0)).unwrap();
    let sockets = SocketOptions { receive_buffer: 4_096, ..SocketOptions::default() };
    let plan = PortPlan { address: V4, range: free_ports(2), sockets: Some(sockets), ..PortPlan::default() };
    let PortLease { local, sockets } = PortAllocator::new(plan).unwrap().allocate().unwrap();
    let peer = peer(V4);
    let remote = peer.local_addr().ok();
    port.bind(0, 0, Path::Udp(UdpPath { sockets, local, remote, latch: LatchMode::Symmetric }));
    let turns = |driver: &mut IoDriver| (0..300).for_each(|_| driver.turn(Some(Duration::ZERO)).unwrap());
    turns(&mut driver);
    // Nobody reads meanwhile; one more that finds room brings the count.
    for sequence in 0..200 {
        peer.send_to(&packet(9, sequence, &[0; 160]), local).unwrap();
    }
    turns(&mut driver);
    peer.send_to(&packet(9, 200, &[0; 160]), local).unwrap();
    turns(&mut driver);
    let (read, dropped) = (port.gauges(0).datagrams_in.get(), port.gauges(0).kernel_dropped.get());
    assert_eq!(read + dropped, 201);
    assert!(dropped > 100, "the buffer holds {read}");
}

#[test]
fn a_turn_reads_one_datagram_of_each_port() {
    let (mut port, rtp_port) = PortRig::new(1, 64, 1 << 20);
    let (mut driver, _) = IoDriver::new(IoCore::new(rtp_port, lane(64).0)).unwrap();
    let peers = [peer(V4), peer(V4)];
    let mut locals = Vec::new();
    for (index, peer) in (0..).zip(&peers) {
        let plan = PortPlan { address: V4, range: free_ports(2), ..PortPlan::default() };
        let PortLease { local, sockets } = PortAllocator::new(plan).unwrap().allocate().unwrap();
        let remote = peer.local_addr().ok();
        port.bind(index, 0, Path::Udp(UdpPath { sockets, local, remote, latch: LatchMode::Symmetric }));
        locals.push(local);
    }
    driver.turn(Some(Duration::ZERO)).unwrap();
    for (peer, count) in peers.iter().zip([60, 3]) {
        let local = locals[usize::from(count == 3)];
        for n in 0..count {
            peer.send_to(&packet(9, n, &[0; 160]), local).unwrap();
        }
    }
    let read = |port: &PortRig| [0, 1].map(|n| port.gauges(n).datagrams_in.get());
    let mut turns = 0;
    while read(&port) != [60, 3] {
        let before = read(&port);
        driver.turn(Some(Duration::ZERO)).unwrap();
        turns += 1;
        let now = read(&port);
        assert!((0..2).all(|n| now[n] - before[n] <= 1), "{before:?}, then {now:?}");
        assert!(turns < 1_000_000, "{now:?}");
    }
    assert!(turns >= 60);
}

#[test]
fn two_threads_carry_their_own_sessions() {
    let mut rigs = [Rig::new(), Rig::new()];
    let peers = [peer(V4), peer(V4)];
    for (rig, peer) in rigs.iter_mut().zip(&peers) {
        let local = rig.bind(0, V4, Some(peer.local_addr().unwrap()));
        peer.send_to(&packet(9, 1, b"in"), local).unwrap();
    }
    for (rig, peer) in rigs.iter_mut().zip(&peers) {
        rig.received();
        rig.emit(0, 7);
        peer.recv_from(&mut [0; 2048]).unwrap();
        let counts = || [&rig.port.gauges(0).packets_in, &rig.port.gauges(0).packets_out].map(|g| g.get());
        until("both are counted", || (counts() == [1, 1]).then_some(()));
    }
}
