//! Pure: real captures, packet by packet.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::super::{RtpFault, fuzz, parse};
use super::capture::{Datagram, datagrams, folder};

/// Packets by payload type, of each (source, target, SSRC).
type Streams = BTreeMap<(String, String, u32), BTreeMap<u8, u64>>;

fn read(path: &Path) -> Vec<Datagram> {
    datagrams(&std::fs::read(path).unwrap()).unwrap_or_else(|| panic!("{} is no capture", path.display()))
}

fn streams(datagrams: &[Datagram]) -> (Streams, [u64; RtpFault::ALL.len()]) {
    let mut streams = Streams::new();
    let mut faults = [0; RtpFault::ALL.len()];
    for datagram in datagrams {
        match parse(&datagram.payload) {
            Ok((header, _)) => {
                let key = (datagram.source.to_string(), datagram.target.to_string(), header.ssrc);
                *streams.entry(key).or_default().entry(header.payload_type).or_default() += 1;
            }
            Err(fault) => faults[fault.index()] += 1,
        }
    }
    (streams, faults)
}

fn expected(value: &Value) -> Streams {
    let text = |stream: &Value, field: &str| stream[field].as_str().unwrap().to_owned();
    let stream = |stream: &Value| {
        let ssrc = u32::from_str_radix(text(stream, "ssrc").trim_start_matches("0x"), 16).unwrap();
        let counts = stream["packets_by_pt"].as_object().unwrap();
        let counts = counts.iter().map(|(pt, count)| (pt.parse().unwrap(), count.as_u64().unwrap())).collect();
        ((text(stream, "src"), text(stream, "dst"), ssrc), counts)
    };
    value.as_array().unwrap().iter().map(stream).collect()
}

#[test]
fn captures_hold_the_streams_that_were_counted_in_them() {
    let Some(folder) = folder() else { return };
    let table: Value = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let table = table.as_object().unwrap();
    let mut packets = 0;
    for (name, value) in table {
        let (found, faults) = streams(&read(&folder.join(name)));
        assert_eq!(found, expected(value), "{name}");
        assert_eq!(faults, [0; RtpFault::ALL.len()], "{name} holds nothing but RTP");
        packets += found.values().flat_map(BTreeMap::values).sum::<u64>();
    }
    assert!(table.len() >= 26 && packets > 9_000, "{} captures, {packets} packets", table.len());
}

#[test]
fn what_shares_the_port_is_told_apart() {
    let Some(folder) = folder() else { return };
    let count = |name: &str| {
        let datagrams = read(&folder.join("ndpi").join(name));
        let (streams, faults) = streams(&datagrams);
        (streams.values().flat_map(BTreeMap::values).sum::<u64>(), faults, datagrams.len() as u64)
    };
    let (packets, faults, datagrams) = count("rtcp_multiple_pkts_in_the_same_datagram.pcap");
    assert!(packets == 0 && datagrams > 0);
    assert_eq!(faults[RtpFault::Rtcp.index()], datagrams);

    let (packets, faults, datagrams) = count("stun_dtls_rtp.pcapng");
    let others = [RtpFault::Stun, RtpFault::Dtls, RtpFault::Rtcp].map(|kind| faults[kind.index()]);
    assert!(packets > 0 && others.iter().all(|&count| count > 0), "{packets} {others:?}");
    assert_eq!(packets + others.iter().sum::<u64>(), datagrams);
}

#[test]
fn every_datagram_captured_is_read_whole_and_cut_short_without_panic() {
    let Some(folder) = folder() else { return };
    let (mut files, mut folders) = (0, vec![folder]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "pcap" || kind == "pcapng") {
                files += 1;
                for Datagram { payload, .. } in read(&path) {
                    fuzz::rtp(&payload);
                    (0..payload.len().min(24)).for_each(|length| fuzz::rtp(&payload[..length]));
                }
            }
        }
    }
    assert!(files >= 35, "{files} captures");
}
