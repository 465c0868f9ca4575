//! Where packets go and whose are heard, through the handle: new addresses, hold by 0.0.0.0, asymmetric ports, loops, what is
//! sent while there is nothing to send, and what is told when nothing that comes can be played.

#[path = "addresses/learning.rs"]
mod learning;
#[path = "addresses/loops.rs"]
mod loops;
mod support;

use media_core::Error;
use media_core::MediaSessionHandle;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::error::{AddressFault, SessionError};
use media_core::integration::{KeepAlive, KeepAliveKind, LatchMode};
use media_core::session::{
    AudioFormat, ComfortNoiseFormat, EventKind, MediaSessionParams, RedundancyFormat, RelayParams, Unplayable,
};
use media_core::types::StreamId;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;
use support::phone::{Phone, address, connect, done, pcmu};

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default(), 3).unwrap()
}

/// Runs while the phones that are given send 20 ms of audio each.
fn talk(engine: &mut VirtualEngine, phones: &mut [&mut Phone], ms: u64, payload: &[u8]) {
    for tick in 0..ms / 10 {
        let now = engine.now();
        for phone in phones.iter_mut().filter(|_| tick % 2 == 0) {
            phone.send(&mut engine.network, now, payload);
        }
        engine.tick();
    }
}

fn counted(engine: &mut VirtualEngine, phone: &mut Phone) -> usize {
    phone.listen(&mut engine.network);
    std::mem::take(&mut phone.got).len()
}

#[test]
fn media_goes_to_the_signalled_address_whatever_stragglers_come() {
    for stragglers in [0, 40, 60, 200, 5_000] {
        let mut engine = engine();
        let (a, mut old) = pcmu(&mut engine, 1);
        let (b, mut other) = pcmu(&mut engine, 2);
        let bridged = engine.handle().bridge(&a, &b);
        done(&mut engine, bridged);
        talk(&mut engine, &mut [&mut old, &mut other], 2_000, &[0x55; 160]);
        done(&mut engine, a.set_remote(address(3)));
        counted(&mut engine, &mut old);
        let mut new = Phone { address: address(3), ..Phone::new(3, &a, 0) };
        talk(&mut engine, &mut [&mut old, &mut other], stragglers, &[0x55; 160]);
        talk(&mut engine, &mut [&mut other], 5_000, &[0x55; 160]);
        let (to_old, to_new) = (counted(&mut engine, &mut old), counted(&mut engine, &mut new));
        assert!(to_old == 0 && to_new > 230, "{stragglers} ms of stragglers: {to_old} to the old, {to_new} to the new");
    }
}

#[test]
fn what_is_no_peers_address_is_refused_by_name_and_zero_is_hold() {
    let mut engine = engine();
    let (a, mut phone) = pcmu(&mut engine, 1);
    let (b, mut other) = pcmu(&mut engine, 2);
    let bridged = engine.handle().bridge(&a, &b);
    done(&mut engine, bridged);
    let own = a.local_address().unwrap();
    for (to, fault) in [
        ("10.0.0.1:0".parse().unwrap(), AddressFault::NoMedia),
        ("224.0.0.1:4000".parse().unwrap(), AddressFault::Multicast),
        ("255.255.255.255:4000".parse().unwrap(), AddressFault::Broadcast),
        ("[2001:db8::1]:4000".parse().unwrap(), AddressFault::Family),
        ("[::ffff:10.0.0.1]:4000".parse().unwrap(), AddressFault::Mapped),
        (own, AddressFault::OwnPort),
    ] {
        let to: SocketAddr = to;
        let expected = Error::from(SessionError::Address(to, fault));
        let pending = a.set_remote(to);
        assert_eq!(engine.complete(pending), Err(expected.clone()), "set_remote");
        let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(to);
        let pending = a.update(params.clone());
        assert_eq!(engine.complete(pending), Err(expected.clone()), "update");
        if fault != AddressFault::OwnPort {
            let pending = engine.handle().create_media_session("c", params);
            assert_eq!(engine.complete(pending).map(|_| ()), Err(expected), "create");
        }
    }
    talk(&mut engine, &mut [&mut phone, &mut other], 1_000, &[0x55; 160]);
    done(&mut engine, a.set_remote("0.0.0.0:4000".parse().unwrap()));
    counted(&mut engine, &mut phone);
    talk(&mut engine, &mut [&mut phone, &mut other], 2_000, &[0x55; 160]);
    assert_eq!(counted(&mut engine, &mut phone), 0, "hold");
    done(&mut engine, a.set_remote(address(1)));
    talk(&mut engine, &mut [&mut phone, &mut other], 1_000, &[0x55; 160]);
    assert!(counted(&mut engine, &mut phone) > 45, "and back");
}

#[test]
fn asymmetric_ports_are_heard_and_the_signalled_one_is_sent_to() {
    let mut engine = engine();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).latch(LatchMode::Asymmetric);
    let (a, mut phone) = connect(&mut engine, 1, params);
    let (b, mut other) = pcmu(&mut engine, 2);
    let bridged = engine.handle().bridge(&a, &b);
    done(&mut engine, bridged);
    phone.address.set_port(4444);
    talk(&mut engine, &mut [&mut phone, &mut other], 5_000, &[0x55; 160]);
    assert!(counted(&mut engine, &mut other) > 240);
    assert_eq!(counted(&mut engine, &mut phone), 0);
    phone.address.set_port(4000);
    assert!(counted(&mut engine, &mut phone) > 240);
}

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
fn our_own_packets_that_come_back_are_counted_told_and_not_heard() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (a, mut phone) = pcmu(&mut engine, 1);
    let (b, mut other) = pcmu(&mut engine, 2);
    let bridged = engine.handle().bridge(&a, &b);
    done(&mut engine, bridged);
    for _ in 0..100 {
        talk(&mut engine, &mut [&mut other], 20, &[0x55; 160]);
        phone.listen(&mut engine.network);
        for packet in std::mem::take(&mut phone.got) {
            let now = engine.now();
            phone.post(&mut engine.network, now, packet.header, &packet.payload);
        }
    }
    let looped = done(&mut engine, a.transport_statistics()).looped;
    assert!(looped > 80, "{looped}");
    other.listen(&mut engine.network);
    assert!(!other.got.iter().any(|packet| packet.payload.contains(&0x55)), "B does not hear itself");
    let told: Vec<_> = std::iter::from_fn(|| events.try_next()).map(|event| event.kind).collect();
    assert_eq!(told.iter().filter(|kind| matches!(kind, EventKind::Looped(_))).count(), 1);
}

#[test]
fn what_cannot_be_played_is_told_once_with_its_cause() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let (_a, mut phone) = pcmu(&mut engine, 1);
    let told = |of: &mut VirtualEngine| -> Vec<Unplayable> {
        of.run_for(Duration::from_millis(1_100));
        let kinds = std::iter::from_fn(|| events.try_next()).map(|event| event.kind);
        kinds.filter_map(|kind| if let EventKind::Unplayable(cause) = kind { Some(cause) } else { None }).collect()
    };
    phone.next.payload_type = 9;
    talk(&mut engine, &mut [&mut phone], 5_000, &[0x55; 160]);
    assert_eq!(told(&mut engine), [Unplayable::PayloadType(9)]);
    phone.next.payload_type = 0;
    talk(&mut engine, &mut [&mut phone], 3_000, &[0x55; 160]);
    assert_eq!(told(&mut engine), []);
    phone.next.payload_type = 96;
    talk(&mut engine, &mut [&mut phone], 5_000, &[0x55; 160]);
    assert_eq!(told(&mut engine), [Unplayable::PayloadType(96)]);
    assert!(Unplayable::PayloadType(9).to_string().contains("payload type 9 is not negotiated"));
}

#[test]
fn unreadable_redundancy_is_told_and_keep_alives_of_unknown_types_are_not() {
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).redundancy(RedundancyFormat::new(121, 1));
    let (a, mut phone) = connect(&mut engine, 1, params);
    let told = || {
        let kinds = std::iter::from_fn(|| events.try_next()).map(|event| event.kind);
        kinds.filter(|kind| matches!(kind, EventKind::Unplayable(_))).collect::<Vec<_>>()
    };
    phone.next.payload_type = 20;
    talk(&mut engine, &mut [&mut phone], 3_000, &[0; 1]);
    assert_eq!(told(), [], "RFC 6263 section 4.6");
    assert_eq!(done(&mut engine, a.statistics()).empty_packets, 150);
    phone.next.payload_type = 121;
    talk(&mut engine, &mut [&mut phone], 3_000, &[0xff; 3]);
    assert_eq!(told(), [EventKind::Unplayable(Unplayable::Payload { payload_type: 121, octets: 3 })]);
}

#[test]
fn relays_refuse_what_is_no_peers_address_and_keep_their_way_open() {
    let mut engine = engine();
    let relay = RelayParams::datagrams().keep_alive(KeepAlive::new(KeepAliveKind::Rtp, Duration::from_secs(2)));
    let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(address(1)).keep_alive(None);
    let pending = engine.handle().create_media_session("a", params.clone().relay(relay.clone().remote(address(2))));
    let a = done(&mut engine, pending);
    engine.run_for(Duration::from_secs(10));
    let came: Vec<_> = std::iter::from_fn(|| engine.network.receive(address(2))).collect();
    assert!((4..=6).contains(&came.len()) && came.iter().all(|datagram| datagram.octets.is_empty()), "{came:?}");
    let own = done(&mut engine, a.relays())[0].local;
    let multicast: SocketAddr = "224.0.0.1:4000".parse().unwrap();
    for (to, fault) in [(own, AddressFault::OwnPort), (multicast, AddressFault::Multicast)] {
        let expected = Error::from(SessionError::Address(to, fault));
        let pending = a.set_relay_remote(StreamId(1), to);
        assert_eq!(engine.complete(pending), Err(expected.clone()), "set_relay_remote");
        let pending = a.update(params.clone().relay(relay.clone().remote(to)));
        assert_eq!(engine.complete(pending), Err(expected), "update");
    }
    // Ports that are their own as soon as they have them: of a relay, which comes first, and of the audio.
    let next = |after: u16| SocketAddr::new(own.ip(), own.port() + after);
    for (remote, relayed, to) in [(address(1), next(4), next(4)), (next(8), address(2), next(8))] {
        let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(remote).relay(relay.clone().remote(relayed));
        let pending = engine.handle().create_media_session("b", params);
        let expected = Error::from(SessionError::Address(to, AddressFault::OwnPort));
        assert_eq!(engine.complete(pending).map(|_| ()), Err(expected), "create");
    }
    let pending = engine.handle().create_media_session("b", params.clone().relay(relay.remote(address(2))));
    done(&mut engine, pending);
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
