//! Rings, lanes, shuttles and gauges, in each order.

use super::gauge::Gauge;
use super::lane::lane;
use super::packet_header::PacketHeader;
use super::packet_ring::packet_ring;
use super::shuttle::shuttle;
use crate::model;
use crate::rtp::RtpHeader;
use crate::types::{LegKey, MediaTime};
use loom::sync::Arc;
use loom::thread;

fn header(n: u16) -> PacketHeader {
    let rtp = RtpHeader { sequence: n, timestamp: u32::from(n) * 160, ssrc: 7, ..RtpHeader::default() };
    PacketHeader::received(&rtp, LegKey { index: n.into(), generation: 1 }, MediaTime::from_nanos(n.into()))
}

fn payload(n: u16) -> Vec<u8> {
    vec![n as u8; [16, 3, 9][usize::from(n) % 3]]
}

/// Room for one packet and a part of the next, so that it is full, empty, and records lie around its end.
#[test]
fn packets_are_whole_in_order_and_taken_or_counted() {
    for by_take in [true, false] {
        model(move || {
            let (mut tx, mut rx) = packet_ring(64);
            let writer = thread::spawn(move || {
                let pushed = (0..3).filter(|n| tx.push(&header(*n), &payload(*n))).count() as u64;
                assert_eq!(pushed + tx.dropped(), 3);
                pushed
            });
            let mut got = Vec::new();
            let mut take = |rx: &mut super::packet_ring::PacketRx| {
                let packet = match by_take {
                    true => rx.take(|header, octets| (*header, octets.to_vec())),
                    false => rx.pop().map(|(header, octets)| (header, octets.to_vec())),
                };
                let found = packet.is_some();
                got.extend(packet);
                found
            };
            for _ in 0..2 {
                take(&mut rx);
            }
            let pushed = writer.join().unwrap();
            while take(&mut rx) {}
            assert!(rx.is_empty() && got.len() as u64 == pushed);
            let mut least = 0;
            for (of, octets) in got {
                let n = of.sequence;
                assert!(n >= least && of == header(n) && octets == payload(n), "{n}: {octets:?}");
                least = n + 1;
            }
        });
    }
}

#[test]
fn a_lane_keeps_order_and_counts_what_it_missed_and_leaves_what_it_is_told_to() {
    model(|| {
        let (mut tx, mut rx) = lane::<u32>(2);
        let writer = thread::spawn(move || {
            let notices = u64::from(tx.post_leaving(1, 1)) + u64::from(tx.post_leaving(1, 2));
            // A fact finds the place that notices left to it, unless another fact has it.
            assert!(tx.post(3));
            assert_eq!(notices + tx.missed(), 2);
            notices
        });
        let mut got: Vec<u32> = rx.take().into_iter().collect();
        let notices = writer.join().unwrap();
        got.extend(std::iter::from_fn(|| rx.take()));
        assert!(got.is_sorted() && got.last() == Some(&3) && got.len() as u64 == notices + 1, "{got:?}");
    });
}

#[test]
fn each_order_has_one_receipt_and_the_way_home_is_never_full() {
    model(|| {
        let (mut depot, mut dock) = shuttle::<u32, u32>(2);
        let worker = thread::spawn(move || {
            let mut applied = 0;
            for _ in 0..3 {
                if let Some(order) = dock.receive() {
                    dock.send_home(order + 100);
                    applied += 1;
                }
            }
            (dock, applied)
        });
        let (mut sent, mut home) = (0, Vec::new());
        for order in 0..3 {
            match depot.send(order) {
                Ok(()) => sent += 1,
                Err(back) => assert!(back == order && depot.in_flight() == 2),
            }
            home.extend(depot.collect());
        }
        let (mut dock, applied) = worker.join().unwrap();
        while let Some(order) = dock.receive() {
            dock.send_home(order + 100);
        }
        home.extend(std::iter::from_fn(|| depot.collect()));
        assert_eq!((home.len(), depot.in_flight()), (sent, 0));
        assert!(home.is_sorted() && applied <= sent, "{home:?}");
    });
}

/// What a stop relies on: once the worker's end is gone, all that it sent home is there.
#[test]
fn an_abandoned_dock_leaves_all_its_receipts() {
    model(|| {
        let (mut depot, mut dock) = shuttle::<u32, u32>(2);
        assert!(depot.send(1).is_ok() && depot.send(2).is_ok());
        let worker = thread::spawn(move || {
            if let Some(order) = dock.receive() {
                dock.send_home(order + 100);
            }
        });
        let mut home = Vec::new();
        loop {
            let ended = depot.is_abandoned();
            home.extend(std::iter::from_fn(|| depot.collect()));
            if ended {
                break;
            }
            thread::yield_now();
        }
        assert_eq!((home, depot.in_flight()), (vec![101], 1));
        worker.join().unwrap();
    });
}

#[test]
fn a_gauge_never_goes_back() {
    model(|| {
        let gauge = Arc::new(Gauge::new());
        let written = gauge.clone();
        let writer = thread::spawn(move || (0..3).for_each(|_| written.add(1)));
        let (first, second) = (gauge.get(), gauge.get());
        assert!(first <= second && second <= 3);
        writer.join().unwrap();
        assert_eq!(gauge.get(), 3);
    });
}
