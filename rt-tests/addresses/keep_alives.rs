//! I/O: who has nothing to send keeps the way open, in the kind and as often as asked for.

use super::*;

#[test]
fn who_has_nothing_to_send_keeps_the_way_open_and_loses_no_number() {
    let mut engine = engine();
    let (a, mut phone) = pcmu(&mut engine, 1);
    let (b, mut other) = pcmu(&mut engine, 2);
    engine.run_for(Duration::from_secs(61));
    phone.listen(&mut engine.network);
    let times: Vec<_> = phone.got.iter().map(|p| p.at).collect();
    assert_eq!(times.len(), 5, "at the start and each 15 s");
    assert!(times.windows(2).all(|w| (w[1] - w[0]).as_millis().abs_diff(15_000) <= 400), "{times:?}");
    assert!(phone.got.iter().all(|p| p.payload.is_empty() && p.header.payload_type == 127));
    let bridged = engine.handle().bridge(&a, &b);
    done(&mut engine, bridged);
    talk(&mut engine, &mut [&mut other], 2_000, &[0x55; 160]);
    done(&mut engine, a.hold_outward());
    talk(&mut engine, &mut [&mut other], 32_000, &[0x55; 160]);
    done(&mut engine, a.resume_outward());
    talk(&mut engine, &mut [&mut other], 2_000, &[0x55; 160]);
    phone.listen(&mut engine.network);
    assert_eq!(phone.got.iter().filter(|p| p.payload.is_empty()).count(), 5 + 2, "two of them on hold");
    assert!(phone.got.iter().filter(|p| !p.payload.is_empty()).count() > 190);
    for pair in phone.got.windows(2) {
        let steps = pair[1].header.timestamp.wrapping_sub(pair[0].header.timestamp);
        assert_eq!(pair[1].header.sequence, pair[0].header.sequence.wrapping_add(1), "one stream without a gap");
        assert!(steps < 16 * 8_000, "time goes on: {} after {}", pair[1].header.timestamp, pair[0].header.timestamp);
        assert_eq!(pair[1].header.ssrc, pair[0].header.ssrc);
    }
}

#[test]
fn keep_alives_are_of_the_kind_and_as_often_as_asked_for() {
    let mut engine = engine();
    let params = MediaSessionParams::new(AudioFormat::pcmu());
    let none = |engine: &mut VirtualEngine, a: &MediaSessionHandle, phone: &mut Phone| {
        done(engine, a.update(params.clone().remote(address(1)).keep_alive(None)));
        counted(engine, phone);
        engine.run_for(Duration::from_secs(40));
        assert_eq!(counted(engine, phone), 0, "off");
    };
    let (a, mut phone) = connect(&mut engine, 1, params.clone());
    none(&mut engine, &a, &mut phone);
    for (kind, octets) in [
        (KeepAliveKind::Empty, 0),
        (KeepAliveKind::ComfortNoise, 13),
        (KeepAliveKind::Rtp, 12),
        (KeepAliveKind::Rtcp, 8),
    ] {
        let keep_alive = KeepAlive::new(kind, Duration::from_secs(2));
        let asked = params.clone().comfort_noise(ComfortNoiseFormat::new(13)).remote(address(1)).keep_alive(keep_alive);
        let pending = a.update(asked);
        let answer = engine.complete(pending);
        if kind == KeepAliveKind::Rtcp {
            assert!(answer.unwrap_err().to_string().contains("rtcp_mux"), "no RTCP on a port that is RTP's alone");
            continue;
        }
        answer.unwrap();
        engine.run_for(Duration::from_secs(20));
        let came: Vec<_> = std::iter::from_fn(|| engine.network.receive(address(1))).collect();
        assert!((9..=11).contains(&came.len()), "{kind:?}: {}", came.len());
        assert!(came.iter().all(|datagram| datagram.octets.len() == octets), "{kind:?}");
        assert!(came.windows(2).all(|w| w[1].at - w[0].at <= Duration::from_secs(2)), "{kind:?}");
    }
    none(&mut engine, &a, &mut phone);
}

#[test]
fn a_relay_that_passes_something_on_sends_no_keep_alives() {
    let mut engine = engine();
    let relay = |to| {
        RelayParams::datagrams()
            .remote(address(to))
            .keep_alive(KeepAlive::new(KeepAliveKind::Empty, Duration::from_secs(2)))
    };
    let created = |engine: &mut VirtualEngine, name: &str, to: u32| {
        let params = MediaSessionParams::new(AudioFormat::pcmu()).relay(relay(to));
        let pending = engine.handle().create_media_session(name, params);
        done(engine, pending)
    };
    let (a, b) = (created(&mut engine, "a", 3), created(&mut engine, "b", 4));
    let bridged = engine.handle().bridge(&a, &b);
    done(&mut engine, bridged);
    let to = done(&mut engine, a.relays())[0].local;
    for _ in 0..500 {
        let now = engine.now();
        engine.network.send(address(3), to, b"what they say", now);
        engine.run_for(Duration::from_millis(20));
    }
    let came: Vec<_> = std::iter::from_fn(|| engine.network.receive(address(4))).collect();
    assert!(came.len() > 490 && came.iter().all(|datagram| !datagram.octets.is_empty()), "{}", came.len());
    let back: Vec<_> = std::iter::from_fn(|| engine.network.receive(address(3))).collect();
    assert!((4..=6).contains(&back.len()), "the other way nothing passes: {}", back.len());
}

/// Over real sockets the thread that sleeps is woken in time.
#[test]
#[cfg(target_os = "linux")]
fn keep_alives_leave_by_real_sockets() {
    let engine =
        MediaEngine::start(MediaEngineConfig::default().bind_address(Ipv4Addr::LOCALHOST).rtp_ports(41_700..=41_719));
    let engine = engine.unwrap();
    let peer = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    peer.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let keep_alive = KeepAlive::new(KeepAliveKind::Rtp, Duration::from_secs(1));
    let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(peer.local_addr().unwrap()).keep_alive(keep_alive);
    let session = engine.handle().create_media_session("a", params).wait().unwrap();
    let mut octets = [0; 100];
    let mut came = [0; 2].map(|_| {
        let (length, from) = peer.recv_from(&mut octets).unwrap();
        assert_eq!((from.port(), length), (session.local_address().unwrap().port(), 12));
        u16::from_be_bytes([octets[2], octets[3]])
    });
    came[0] = came[0].wrapping_add(1);
    assert_eq!(came[0], came[1]);
    assert_eq!(session.transport_statistics().wait().unwrap().keep_alives_out, 2);
}
