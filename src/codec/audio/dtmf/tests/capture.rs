//! Pure: real captures against the digits that tshark found in them (`../shared/vectors/rtp/expected.json`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::*;
use crate::types::MediaTime;

fn vectors() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors");
    let root = std::env::var_os("MEDIA_CORE_VECTORS").map_or_else(default, PathBuf::from);
    root.join("rtp/expected.json").exists().then_some(root)
}

/// RTP packets of a classic pcap file (Ethernet or Linux cooked): arrival time, header octets and all.
fn packets(file: &Path) -> Vec<(MediaTime, Vec<u8>)> {
    let data = std::fs::read(file).unwrap();
    let word = |at: usize| u32::from_le_bytes(data[at..at + 4].try_into().unwrap());
    assert_eq!(word(0), 0xa1b2_c3d4, "a little-endian pcap with microseconds");
    let link = if word(20) == 113 { 16 } else { 14 };
    let (mut at, mut out) = (24, Vec::new());
    while at + 16 <= data.len() {
        let (seconds, micros, length) = (word(at), word(at + 4), word(at + 8) as usize);
        let ip = &data[at + 16 + link..at + 16 + length];
        let rtp = &ip[usize::from(ip[0] & 15) * 4 + 8..];
        if ip[9] == 17 && rtp.len() >= 12 && rtp[0] >> 6 == 2 {
            let now = MediaTime::from_nanos(u64::from(seconds) * 1_000_000_000 + u64::from(micros) * 1_000);
            out.push((now, rtp.to_vec()));
        }
        at += 16 + length;
    }
    out
}

#[test]
fn real_captures_give_their_digits() {
    let Some(root) = vectors() else {
        println!("skipped: no ../shared/vectors");
        return;
    };
    let text = std::fs::read_to_string(root.join("rtp/expected.json")).unwrap();
    let expected: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    let (mut files, mut digits, mut noend) = (0, 0, 0);
    for (name, streams) in expected.iter().filter(|(name, _)| name.ends_with(".pcap")) {
        for stream in streams.as_array().unwrap() {
            let events = stream["events"].as_array().unwrap();
            let ssrc = u32::from_str_radix(stream["ssrc"].as_str().unwrap().trim_start_matches("0x"), 16).unwrap();
            let mut receiver = EventReceiver::new(EventClock::new(8_000));
            let mut heard = Vec::new();
            let mut last = MediaTime::ZERO;
            for (now, rtp) in packets(&root.join("rtp").join(name)) {
                if rtp[1] & 0x7f != 101 || rtp[8..12] != ssrc.to_be_bytes() {
                    continue;
                }
                let timestamp = u32::from_be_bytes(rtp[4..8].try_into().unwrap());
                heard.extend(receiver.poll(now));
                let notices = receiver.receive(timestamp, rtp[1] & 0x80 != 0, &rtp[12..], now).unwrap();
                heard.extend(notices.iter().copied());
                last = now;
            }
            heard.extend(receiver.poll(last + std::time::Duration::from_secs(1)));
            let ended: Vec<_> = heard
                .iter()
                .filter_map(|n| match *n {
                    EventNotice::Ended { event, timestamp, duration, lost, .. } => {
                        Some((timestamp, event, duration, lost))
                    }
                    EventNotice::Started { .. } => None,
                })
                .collect();
            let wanted: Vec<_> = events
                .iter()
                .map(|e| {
                    let field = |key: &str| e[key].as_u64().unwrap() as u32;
                    let event = TelephoneEvent::from_code(field("event") as u8).unwrap();
                    (field("timestamp"), event, field("max_duration"), field("end_packets") == 0)
                })
                .collect();
            assert_eq!(ended, wanted, "{name}");
            assert_eq!(heard.len(), 2 * wanted.len(), "{name}: a start and an end each");
            files += usize::from(!wanted.is_empty());
            digits += wanted.len();
            noend += wanted.iter().filter(|w| w.3).count();
        }
    }
    assert!(files >= 20 && digits >= 40 && noend >= 4, "{files} files, {digits} digits, {noend} without an end");
    println!("{digits} digits in {files} captures, {noend} without an end packet");
}
