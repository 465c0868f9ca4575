//! Real-time: pauses of a call that was captured.

use super::*;

/// UDP datagrams of a pcap file (Ethernet, IPv4) with their times in ms from the first on.
fn datagrams(file: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let word = |at: usize| u64::from(u32::from_le_bytes(file[at..at + 4].try_into().unwrap()));
    let (mut at, mut found, mut first) = (24, Vec::new(), None);
    while at + 16 <= file.len() {
        let (us, length) = (word(at) * 1_000_000 + word(at + 4), word(at + 8) as usize);
        let frame = &file[at + 16..at + 16 + length];
        at += 16 + length;
        if frame.len() > 42 && frame[12..14] == [8, 0] && frame[23] == 17 {
            let udp = 14 + usize::from(frame[14] & 15) * 4;
            let octets = usize::from(u16::from_be_bytes([frame[udp + 4], frame[udp + 5]]));
            let begin = *first.get_or_insert(us);
            found.push(((us - begin) / 1_000, frame[udp + 8..(udp + octets).min(frame.len())].to_vec()));
        }
    }
    found
}

/// A call of a gateway, as it was captured: speech, then 163 descriptions of a pause, each 150 ms.
#[test]
fn a_captured_pause_is_heard() {
    let _alone = alone();
    let root = std::env::var_os("MEDIA_CORE_VECTORS").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"),
        std::path::PathBuf::from,
    );
    let path = root.join("rtp/ndpi/FAX-Call-t38-CA-TDM-SIP-FB-1.pcap");
    let Ok(file) = std::fs::read(&path) else {
        println!("skipped: a captured pause: {} is not there", path.display());
        return;
    };
    let ssrc = 400_097_588u32.to_be_bytes();
    let all = datagrams(&file);
    let packets: Vec<_> = all.into_iter().filter(|(_, p)| p.len() > 12 && p[8..12] == ssrc).collect();
    assert_eq!(packets.len(), 1_171);
    let l16 = AudioFormat::l16(SampleRate::Hz8000).unwrap();
    let (mut engine, one, mut two) = connected(with_noise(&AudioFormat::pcma(), 13), MediaSessionParams::new(l16));
    let (start, first) = (engine.now(), packets[0].0);
    let before = trap::counts();
    let mut in_pause = SessionStatistics::default();
    for (n, (ms, octets)) in packets.iter().enumerate() {
        while engine.now() < start + Duration::from_millis(ms - first) {
            run(&mut engine, &mut [(&mut two, None)], 10);
        }
        let now = engine.now();
        engine.network.send(one.end.phone.address, one.end.phone.peer, octets, now);
        if n == 1_130 {
            in_pause = one.statistics(&mut engine);
        }
    }
    run(&mut engine, &mut [(&mut two, None)], 100);
    assert_eq!(trap::counts().since(before), Counts::default());
    let statistics = one.statistics(&mut engine);
    assert_eq!((statistics.noise_packets_in, statistics.packets_in), (163, 1_168), "{statistics}");
    // Three packets of another payload type are no part of it.
    assert_eq!((statistics.unknown_payload_type, statistics.late, statistics.bad_payload), (3, 0, 0), "{statistics}");
    assert_eq!((in_pause.noise_packets_in, in_pause.lost, in_pause.late), (163, 0, 0), "{in_pause}");
    assert!(in_pause.concealed_blocks <= 2, "{in_pause}");
    // The pause lasts from 10 to 34 s: -76 dBov, which is five steps of 16 bits. (Half a second later the gateway's clock
    // jumps, which is another source.)
    let pause = &two.audio()[10 * 8_000..34 * 8_000];
    assert!(pause.chunks(4_000).all(|part| (level(part) + 76.0).abs() < 1.5), "{}", level(pause));
    assert!(engine.stop());
}
