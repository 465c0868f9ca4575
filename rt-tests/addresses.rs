//! Where packets go and whose are heard, through the handle: new addresses, hold by 0.0.0.0, asymmetric ports, loops, what is
//! sent while there is nothing to send, and what is told when nothing that comes can be played.

#[path = "addresses/collisions.rs"]
mod collisions;
#[path = "addresses/keep_alives.rs"]
mod keep_alives;
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
use media_core::session::{
    AudioFormat, ComfortNoiseFormat, EventKind, MediaSessionParams, RedundancyFormat, RelayParams, Unplayable,
};
use media_core::transport::{KeepAlive, KeepAliveKind, LatchMode};
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
