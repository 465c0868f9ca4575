//! What leaves: when, to whom, and that others can read it.

use super::support::phone::{Phone, connect, done, pcmu};
use super::{above, engine, packets, reports, talk};
use media_core::rtp;
use media_core::rtp::rtcp::{RtcpPacket, SenderInfo};
use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, MediaTime, RtcpParams};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A phone in a bridge, so that it is sent to, that talks for 60 s.
fn minute(params: MediaSessionParams) -> (Phone, Vec<(MediaTime, Vec<u8>)>) {
    let mut engine = engine(MediaEngineConfig::default());
    let ((a, mut one), (b, _)) = (connect(&mut engine, 1, params), pcmu(&mut engine, 2));
    let bridge = engine.handle().bridge(&a, &b);
    done(&mut engine, bridge);
    talk(&mut engine, &mut one, 3_000, |_| true);
    done(&mut engine, a.destroy());
    engine.run_for(Duration::from_millis(50));
    one.listen(&mut engine.network);
    let address = above(one.address);
    (one, reports(&mut engine, address))
}

#[test]
fn reports_are_whole_compounds_in_their_time_and_end_with_a_goodbye() {
    let (phone, reports) = minute(MediaSessionParams::new(AudioFormat::pcmu()));
    assert!((12..=20).contains(&reports.len()), "one in 4.1 s on average: {}", reports.len());
    let mut names = Vec::new();
    for (n, (at, datagram)) in reports.iter().enumerate() {
        let found = packets(datagram);
        let last = n + 1 == reports.len();
        match &found[..] {
            [
                RtcpPacket::SenderReport { ssrc, sender, blocks },
                RtcpPacket::SourceDescription { cname, .. },
                rest @ ..,
            ] => {
                assert_eq!(rest.len(), usize::from(last));
                assert!(rest.iter().all(|packet| *packet == RtcpPacket::Goodbye { ssrc: Some(*ssrc) }), "{rest:?}");
                names.push(cname.unwrap().to_vec());
                assert_eq!(
                    blocks.clone().map(|block| (block.ssrc, block.lost)).collect::<Vec<_>>(),
                    [(phone.next.ssrc, 0)]
                );
                // The RTP clock of the report is the one of the packets, to the tick.
                let before = phone.got.iter().filter(|packet| packet.at <= *at);
                let (count, newest) = (before.clone().count() as u32, before.max_by_key(|packet| packet.at).unwrap());
                let SenderInfo { rtp_timestamp, packets, octets, .. } = *sender;
                assert!(packets.abs_diff(count) <= 1 && octets == packets * 160, "{packets} {count}");
                let since = (*at - newest.at).as_millis() as u32 * 8;
                // The goodbye is of the last time at which anything was sent.
                let since = since - if last { 80 } else { 0 };
                assert_eq!((*ssrc, rtp_timestamp.wrapping_sub(newest.header.timestamp)), (newest.header.ssrc, since));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(names.iter().all(|name| *name == names[0] && name.len() == 16), "one canonical name: {names:?}");
    for pair in reports[..reports.len() - 1].windows(2) {
        let between = (pair[1].0 - pair[0].0).as_secs_f64();
        assert!((2.0..6.5).contains(&between), "{between}");
    }
}

#[test]
fn who_does_not_want_rtcp_sends_none() {
    let (_, reports) = minute(MediaSessionParams::new(AudioFormat::pcmu()).rtcp(None));
    assert!(reports.is_empty());
}

#[test]
fn on_one_port_reports_go_where_media_goes() {
    let mut engine = engine(MediaEngineConfig::default().rtcp_mux(true));
    let (session, phone) = pcmu(&mut engine, 1);
    let now = engine.now();
    let mut sender = Phone { got: Vec::new(), ..phone };
    sender.send(&mut engine.network, now, &[0x55; 160]);
    engine.run_for(Duration::from_secs(20));
    let mut came = reports(&mut engine, sender.address);
    // Beside a keep-alive.
    came.retain(|(_, datagram)| media_core::rtp::parse(datagram) == Err(media_core::rtp::RtpFault::Rtcp));
    assert!(came.len() >= 3 && reports(&mut engine, above(sender.address)).is_empty(), "{}", came.len());
    for (_, datagram) in &came {
        let found = packets(datagram);
        assert!(matches!(found[..], [_, RtcpPacket::SourceDescription { .. }]), "{found:?}");
    }
    drop(session);
}

#[test]
fn a_setting_out_of_range_is_refused_by_name() {
    let mut engine = engine(MediaEngineConfig::default());
    let rtcp = RtcpParams::default().interval(Duration::from_millis(20));
    let params = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(rtcp);
    let pending = engine.handle().create_media_session("a", params);
    let error = engine.complete(pending).unwrap_err().to_string();
    assert!(error.contains("rtcp.interval") && error.contains("500 ms to 60 s"), "{error}");
    // Where reports may go, media may: not to everybody, nor to no port.
    for remote in ["255.255.255.255:4001", "224.0.0.1:4001", "192.0.2.10:0", "[2001:db8::1]:4001"] {
        let params = MediaSessionParams::new(AudioFormat::pcmu());
        let params = params.rtcp(RtcpParams::default().remote(Some(remote.parse().unwrap())));
        let pending = engine.handle().create_media_session("a", params);
        assert!(engine.complete(pending).is_err(), "{remote}");
    }
}

/// A capture of raw IPv4 packets (link type 101).
fn capture(datagrams: &[(MediaTime, Vec<u8>)]) -> Vec<u8> {
    let mut file = Vec::new();
    [0xa1b2_c3d4u32, 0x0004_0002, 0, 0, 65_535, 101].iter().for_each(|word| file.extend(word.to_le_bytes()));
    for (at, datagram) in datagrams {
        let length = 28 + datagram.len() as u32;
        let us = at.as_nanos() / 1_000;
        [(us / 1_000_000) as u32, (us % 1_000_000) as u32, length, length]
            .iter()
            .for_each(|word| file.extend(word.to_le_bytes()));
        file.extend([0x45, 0, (length >> 8) as u8, length as u8, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
        let udp = length - 20;
        file.extend([0x4e, 0x21, 0x0f, 0xa1, (udp >> 8) as u8, udp as u8, 0, 0]);
        file.extend(datagram);
    }
    file
}

/// What tshark prints of those datagrams; `None`: it is not here.
fn tshark(name: &str, reports: &[(MediaTime, Vec<u8>)], fields: &[&str]) -> Option<String> {
    let path = std::env::temp_dir().join(format!("media-core-{name}-{}.pcap", std::process::id()));
    std::fs::write(&path, capture(reports)).unwrap();
    let tshark = |more: &[&str]| {
        let mut command = Command::new("tshark");
        command.args(["-r", path.to_str().unwrap(), "-d", "udp.port==20001,rtcp"]).args(more).stderr(Stdio::null());
        command.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let malformed = tshark(&["-Y", "_ws.malformed || _ws.expert.severity >= 0x600000"]);
    let mut wanted = vec!["-T", "fields"];
    fields.iter().for_each(|field| wanted.extend(["-e", *field]));
    let lines = tshark(&wanted);
    let _ = std::fs::remove_file(&path);
    let (Ok(malformed), Ok(lines)) = (malformed, lines) else {
        println!("skipped: no tshark here");
        return None;
    };
    assert_eq!(malformed, "");
    Some(lines)
}

#[test]
fn tshark_reads_each_field_of_it() {
    let rtcp = RtcpParams::default().extended(true);
    let (_, reports) = minute(MediaSessionParams::new(AudioFormat::pcmu()).rtcp(rtcp));
    let Some(fields) = tshark("rtcp", &reports, &["rtcp.pt", "rtcp.sdes.text", "rtcp.xr.bt"]) else { return };
    let lines: Vec<&str> = fields.lines().collect();
    assert_eq!(lines.len(), reports.len());
    assert!(lines[1..lines.len() - 1].iter().all(|line| line.starts_with("200,202,207\t")), "{fields}");
    assert!(lines.iter().all(|line| line.ends_with("4,7")), "{fields}");
    assert!(lines[lines.len() - 1].starts_with("200,202,207,203\t"), "{fields}");
}

/// Feedback of a call whose packets are lost, come late and pause: chunks and deltas of every kind.
#[test]
fn tshark_reads_transport_wide_feedback() {
    let mut engine = engine(MediaEngineConfig::default());
    let rtcp = RtcpParams::default().transport_wide(Some(3));
    let (_session, mut phone) = connect(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()).rtcp(rtcp));
    let mut waits = None;
    for n in 0..600_u32 {
        let mut datagram = [0; 180];
        rtp::write_extended(&phone.next, (3, &(n as u16).to_be_bytes()), &[0x55; 160], &mut datagram).unwrap();
        phone.next.sequence = phone.next.sequence.wrapping_add(1);
        phone.next.timestamp = phone.next.timestamp.wrapping_add(160);
        let held = waits.replace(datagram).filter(|_| n % 13 == 0);
        let now = engine.now();
        for datagram in
            held.into_iter().chain(waits.take_if(|_| n % 13 != 12 && n % 7 != 3 && !(200..260).contains(&n)))
        {
            engine.network.send(phone.address, phone.peer, &datagram, now);
        }
        engine.run_for(Duration::from_millis(if n % 100 == 99 { 700 } else { 20 }));
    }
    let mut feedback = reports(&mut engine, above(phone.address));
    feedback
        .retain(|(_, datagram)| packets(datagram).iter().any(|packet| matches!(packet, RtcpPacket::Feedback { .. })));
    assert!(feedback.len() > 80, "{}", feedback.len());
    let fields = ["rtcp.pt", "rtcp.rtpfb.fmt", "rtcp.rtpfb.transportcc.statuscount"];
    let Some(lines) = tshark("transport-wide", &feedback, &fields) else { return };
    let mut told = 0;
    for line in lines.lines() {
        let (kinds, count) = line.rsplit_once('\t').unwrap();
        assert_eq!(kinds, "201,202,205\t15", "{line}");
        told += count.parse::<u32>().unwrap();
    }
    assert!(told >= 590, "{told} of 600");
}
