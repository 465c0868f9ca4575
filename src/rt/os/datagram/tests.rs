//! I/O: datagrams on loopback, with the stamps of their arrival.

use super::*;
use std::io;
use std::net::UdpSocket;
use std::os::fd::{AsFd, AsRawFd};
use std::time::Duration;

fn pair(ip: &str) -> io::Result<(UdpSocket, UdpSocket)> {
    let (tx, rx) = (UdpSocket::bind((ip, 0))?, UdpSocket::bind((ip, 0))?);
    stamp_arrivals(rx.as_fd())?;
    tx.connect(rx.local_addr()?)?;
    Ok((tx, rx))
}

#[test]
fn a_datagram_comes_with_sender_and_octets() {
    for ip in ["127.0.0.1", "::1"] {
        let Ok((tx, rx)) = pair(ip) else {
            println!("skipped: no {ip} here");
            continue;
        };
        let mut buffer = [0; 64];
        tx.send(b"hello").unwrap();
        let got = receive(rx.as_fd(), &mut buffer).unwrap();
        assert_eq!((got.length, got.from), (5, tx.local_addr().unwrap()));
        assert_eq!(&buffer[..5], b"hello");
        assert_eq!(receive(rx.as_fd(), &mut buffer).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }
}

#[test]
fn the_stamp_is_the_arrival_and_not_the_time_of_reading() {
    let (tx, rx) = pair("127.0.0.1").unwrap();
    tx.send(b"first, so that the kernel has begun to stamp").unwrap();
    receive(rx.as_fd(), &mut [0; 64]).unwrap();
    // The kernel begins to stamp arrivals a while after it was asked to, and stamps at reading until then.
    let mut seen = Vec::new();
    for _ in 0..200 {
        let before = wall_clock();
        tx.send(b"x").unwrap();
        let after = wall_clock();
        std::thread::sleep(Duration::from_millis(5));
        let stamp = receive(rx.as_fd(), &mut [0; 64]).unwrap().stamp.expect("a stamp");
        if (before..=after).contains(&stamp) {
            return;
        }
        seen.push((before, stamp, after));
    }
    panic!("never stamped on arrival: {:?}", seen.last());
}

#[test]
fn a_socket_that_takes_no_stamps_has_none() {
    let (tx, rx) = (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    tx.send_to(b"x", rx.local_addr().unwrap()).unwrap();
    assert_eq!(receive(rx.as_fd(), &mut [0; 64]).unwrap().stamp, None);
}

#[test]
fn what_is_longer_than_the_buffer_is_cut_off() {
    let (tx, rx) = pair("127.0.0.1").unwrap();
    tx.send(&[1; 100]).unwrap();
    assert_eq!(receive(rx.as_fd(), &mut [0; 64]).unwrap().length, 64);
    assert!(receive(rx.as_fd(), &mut [0; 64]).is_err());
}

#[test]
fn many_sockets_are_asked_at_once() {
    let pairs: Vec<_> = (0..5).map(|_| pair("127.0.0.1").unwrap()).collect();
    let mut check = ReadableCheck::new(4);
    for round in 0..4 {
        pairs[round].0.send(b"x").unwrap();
        let places: Vec<_> = pairs.iter().map(|(_, rx)| check.add(rx.as_raw_fd())).collect();
        assert_eq!(places, [Some(0), Some(1), Some(2), Some(3), None], "the list holds four");
        check.ask();
        let readable: Vec<_> = (0..4).map(|place| check.readable(place)).collect();
        assert_eq!(readable, (0..4).map(|place| place <= round).collect::<Vec<_>>());
    }
}
