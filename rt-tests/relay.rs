//! Relay streams as their users meet them: H.264 from camera to camera over real sockets and two engines, bit for bit; what
//! is held, unbridged, refused or renegotiated, through the handle on virtual time.

#![cfg(target_os = "linux")]

#[path = "relay/changes.rs"]
mod changes;
mod support;

use media_core::codec::VideoCodecCapability;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{MediaEngine, MediaEngineConfig};
use media_core::error::{Error, IoError, SessionError};
use media_core::rtp::{self, RtpHeader};
use media_core::session::{
    AudioFormat, Direction, EventKind, MediaSessionParams, RelayFormat, RelayParams, RelayStatistics, Transport,
};
use media_core::types::{SampleRate, SessionId, StreamId};
use media_core::{MediaHandle, MediaSessionHandle};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use support::camera::{Camera, picture};
use support::phone::{address, done};

const VIDEO: StreamId = StreamId(1);

/// H.264 under these payload types: the peer's, and ours.
fn h264(handle: &MediaHandle, receive: u8, send: u8) -> RelayParams {
    let capabilities: Vec<VideoCodecCapability> = handle.get_video_capabilities();
    RelayParams::rtp([RelayFormat::new(&capabilities[0].format).with_payload_types(receive, send)])
}

fn audio() -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu())
}

fn local(session: &MediaSessionHandle, stream: usize) -> SocketAddr {
    let port = session.relays().wait().unwrap()[stream - 1].local.port();
    (Ipv4Addr::LOCALHOST, port).into()
}

fn counted(session: &MediaSessionHandle, what: &str, enough: impl Fn(&RelayStatistics) -> bool) -> RelayStatistics {
    let begun = Instant::now();
    loop {
        let counts = session.relay_statistics(VIDEO).wait().unwrap();
        if enough(&counts) {
            return counts;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain: {what}: {counts:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Camera, session, bridge, session | session, bridge, session, camera: the two engines are each other's trunk.
#[test]
fn pictures_cross_two_engines_bit_for_bit_and_key_frames_are_asked_for() {
    let engines = [41_540u16, 41_580].map(|first| {
        let config = MediaEngineConfig::default().max_sessions(8usize).bind_address(Ipv4Addr::LOCALHOST);
        MediaEngine::start(config.rtp_ports(first..=first + 39).io_threads(2usize)).unwrap()
    });
    let mut cameras = [Camera::new(1, 99, 98), Camera::new(2, 97, 96)];
    let create = |engine: usize, name: &str, relay: RelayParams| {
        let params = audio().remote("127.0.0.1:9".parse().unwrap()).relay(relay);
        engines[engine].handle().create_media_session(name, params).wait().unwrap()
    };
    let handle = engines[0].handle();
    // Phone 1 sends 99 and takes 98; the trunk speaks 120 both ways; phone 2 sends 97 and takes 96. The first of each engine
    // has its streams at one I/O thread, the second at the other.
    let a = create(0, "a", h264(&handle, 99, 98).remote(cameras[0].address()));
    let b = create(0, "b", h264(&handle, 120, 120));
    let c = create(1, "c", h264(&handle, 120, 120).remote(local(&b, 1)));
    let d = create(1, "d", h264(&handle, 97, 96).remote(cameras[1].address()));
    b.set_relay_remote(VIDEO, local(&c, 1)).wait().unwrap();
    cameras[0].connect(local(&a, 1));
    cameras[1].connect(local(&d, 1));

    // Twin: before they are bridged nothing arrives.
    let sent = cameras[0].send(&picture(1, 5_000));
    let counts = counted(&a, "the picture came", |counts| counts.taken == sent);
    assert_eq!((counts.unlinked, counts.passed_on), (sent, 0));
    cameras.iter_mut().for_each(Camera::listen);
    assert!(cameras[1].pictures.is_empty());

    engines[0].handle().bridge(&a, &b).wait().unwrap();
    engines[1].handle().bridge(&c, &d).wait().unwrap();
    let linked = |session: &MediaSessionHandle, to: SessionId| {
        let state = session.relays().wait().unwrap().remove(0);
        state.partner == Some((to, VIDEO)) && state.passes.len() == 1
    };
    assert!(linked(&a, b.id()) && linked(&d, c.id()));
    assert_eq!(a.relays().wait().unwrap()[0].passes, [(99, 120)]);

    // The links are there once a packet has gone through each; then both send at once.
    let begun = Instant::now();
    while cameras[1].pictures.is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing passes");
        cameras[0].send(&picture(0, 10));
        std::thread::sleep(Duration::from_millis(5));
        cameras[1].listen();
    }
    while cameras[0].pictures.is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing passes back");
        cameras[1].send(&picture(0, 10));
        std::thread::sleep(Duration::from_millis(5));
        cameras[0].listen();
    }
    std::thread::sleep(Duration::from_millis(50));
    for camera in &mut cameras {
        camera.listen();
        camera.pictures.clear();
    }
    let [one, two] = [0, 50].map(|first| -> Vec<Vec<u8>> {
        (first..first + 40).map(|n| picture(n, [12, 900, 4_000, 16_000][n as usize % 4])).collect()
    });
    for (ours, theirs) in one.iter().zip(&two) {
        cameras[0].send(ours);
        cameras[1].send(theirs);
        cameras.iter_mut().for_each(Camera::listen);
    }
    cameras[1].listen_until("all pictures", |camera| camera.pictures.len() == 40);
    cameras[0].listen_until("all pictures back", |camera| camera.pictures.len() == 40);
    assert!(cameras[1].pictures == one && cameras[0].pictures == two, "bit for bit");

    // A key frame request goes back to whom it names, by the RTCP ports.
    let request = cameras[1].ask_for_key_frame(cameras[0].ssrc());
    cameras[0].listen_until("the request", |camera| !camera.reports.is_empty());
    assert_eq!(cameras[0].reports, [(true, request)]);

    // A stranger is refused, and its picture seen by nobody.
    let mut stranger = Camera::new(9, 99, 98);
    stranger.connect(local(&a, 1));
    let sent = stranger.send(&picture(1, 5_000));
    let counts = counted(&a, "strangers are counted", |counts| counts.refused == sent);
    cameras[1].listen();
    assert_eq!(cameras[1].pictures.len(), 40);
    assert_eq!(counts.taken, counts.passed_on + counts.unlinked);
    assert_eq!((counts.send_errors, counts.kernel_dropped, counts.rtcp_in), (0, 0, 0));

    // Unbridged, nothing arrives any more; an ended session's ports are free.
    engines[1].handle().unbridge(&d).wait().unwrap();
    let begun = Instant::now();
    while d.relays().wait().unwrap()[0].partner.is_some() {
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    let before = c.relay_statistics(VIDEO).wait().unwrap().unlinked;
    std::thread::sleep(Duration::from_millis(50));
    let sent = cameras[0].send(&picture(1, 5_000));
    counted(&c, "it came as far as that", |counts| counts.unlinked == before + sent);
    cameras[1].listen();
    assert_eq!(cameras[1].pictures.len(), 40);
    let freed = local(&c, 1);
    assert!(UdpSocket::bind(freed).is_err());
    c.destroy().wait().unwrap();
    let begun = Instant::now();
    while UdpSocket::bind(freed).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the port is not free");
        std::thread::sleep(Duration::from_millis(1));
    }
    for engine in engines {
        engine.stop().unwrap();
    }
}

/// A session of two video streams and one of datagrams, its peers at `address(number)`, `+100`, `+200`.
fn three(engine: &mut VirtualEngine, number: u32) -> MediaSessionHandle {
    let handle = engine.handle();
    let params = audio()
        .remote(address(number + 300))
        .relay(h264(&handle, 99, 98).remote(address(number)))
        .relay(RelayParams::datagrams().remote(address(number + 100)))
        .relay(h264(&handle, 99, 98).remote(address(number + 200)).rtcp_mux(true));
    let pending = handle.create_media_session(&*format!("three-{number}"), params);
    done(engine, pending)
}

fn say(engine: &mut VirtualEngine, from: SocketAddr, to: SocketAddr, sequence: u16) {
    let header = RtpHeader { payload_type: 99, sequence, ssrc: 5, ..RtpHeader::default() };
    let mut datagram = [0; 16];
    rtp::write(&header, b"nal!", &mut datagram).unwrap();
    let now = engine.now();
    engine.network.send(from, to, &datagram, now);
}

fn settle(engine: &mut VirtualEngine) {
    (0..5).for_each(|_| engine.tick());
}

#[test]
fn streams_meet_by_kind_and_order_wherever_they_live() {
    // With two I/O threads the two sessions are at one each, and streams move.
    for threads in [1usize, 2] {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().io_threads(threads), 5).unwrap();
        let events = engine.handle().subscribe();
        let (a, b) = (three(&mut engine, 1), three(&mut engine, 2));
        let pending = a.relays();
        let before = done(&mut engine, pending);
        assert!(before.iter().all(|state| state.partner.is_none() && state.passes.is_empty()));
        // What comes before the bridge is locked on, and that is not lost on the way to another thread.
        let pending = b.relays();
        let far = done(&mut engine, pending);
        say(&mut engine, address(2), far[0].local, 1);
        engine.tick();
        let pending = engine.handle().bridge(&a, &b);
        done(&mut engine, pending);
        settle(&mut engine);
        for stream in 1..=3u8 {
            let (from, to) = (address(1 + 100 * u32::from(stream - 1)), address(2 + 100 * u32::from(stream - 1)));
            say(&mut engine, from, before[usize::from(stream) - 1].local, 7);
            settle(&mut engine);
            let came = engine.network.receive(to).expect("it came");
            assert_eq!(came.from, far[usize::from(stream) - 1].local);
            assert_eq!(came.octets[1] & 0x7f, if stream == 2 { 99 } else { 98 }, "RTP's types are translated");
            assert_eq!(&came.octets[12..], b"nal!");
            let pending = a.relay_statistics(StreamId(stream));
            assert_eq!(done(&mut engine, pending).passed_on, 1);
        }
        let latched = |event: &media_core::session::MediaEvent| matches!(event.kind, EventKind::RelayLatched(VIDEO, remote) if remote == address(2));
        assert!(std::iter::from_fn(|| events.try_next()).any(|event| latched(&event)));
        // Hold at either end, then resumed.
        for (held, direction) in [(&a, Direction::SendOnly), (&b, Direction::ReceiveOnly)] {
            let pending = held.set_relay_direction(VIDEO, direction);
            done(&mut engine, pending);
            say(&mut engine, address(1), before[0].local, 8);
            settle(&mut engine);
            assert_eq!(engine.network.receive(address(2)), None);
            let pending = held.set_relay_direction(VIDEO, Direction::SendReceive);
            done(&mut engine, pending);
        }
        let pending = a.relay_statistics(VIDEO);
        let counts = done(&mut engine, pending);
        assert_eq!((counts.held, counts.far_held, counts.passed_on), (1, 1, 1));
        say(&mut engine, address(1), before[0].local, 9);
        settle(&mut engine);
        assert!(engine.network.receive(address(2)).is_some());
        // One ends: the other's streams are free again, and another's may take its place.
        let pending = b.destroy();
        done(&mut engine, pending);
        let c = three(&mut engine, 4);
        let pending = engine.handle().bridge(&c, &a);
        done(&mut engine, pending);
        settle(&mut engine);
        let pending = c.relays();
        let local = done(&mut engine, pending)[0].local;
        say(&mut engine, address(4), local, 1);
        settle(&mut engine);
        assert!(engine.network.receive(address(1)).is_some());
        assert!(engine.stop());
    }
}
