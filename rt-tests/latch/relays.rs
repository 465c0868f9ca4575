//! The same rules at relay streams, of RTP and of plain datagrams: who passes to the far camera, and where its pictures go.

use super::call::*;
use crate::support::phone::{address, done};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rtp;
use media_core::session::{AudioFormat, MediaSessionParams, RelayFormat, RelayParams};
use media_core::types::StreamId;

const VIDEO: StreamId = StreamId(1);

fn rtp_relay(engine: &VirtualEngine) -> RelayParams {
    let h264 = &engine.handle().get_video_capabilities()[0].format;
    RelayParams::rtp([RelayFormat::new(h264).with_payload_types(99, 99)]).rtcp_mux(true)
}

/// What of the row came to whom; the far camera speaks all the time.
fn run(row: &Row, plain: bool) -> Outcome {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
    let mut session = |name: &str, remote: Option<std::net::SocketAddr>| {
        let mut relay = if plain { RelayParams::datagrams() } else { rtp_relay(&engine) };
        relay.remote = remote;
        let create =
            engine.handle().create_media_session(name, MediaSessionParams::new(AudioFormat::pcmu()).relay(relay));
        let session = done(&mut engine, create);
        let local = done(&mut engine, session.relays())[0].local;
        (session, local)
    };
    let far = address(9_000);
    let ((a, to), (b, from_far)) = (session("a", row.signalled.map(at)), session("b", Some(far)));
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    (0..5).for_each(|_| engine.tick());
    let camera = phone("10.9.9.9:4000", 0x22, (0, row.until())).of(99);
    let start = engine.now();
    for t in (0..row.until()).step_by(10) {
        for &(_, what) in row.says.iter().filter(|(when, _)| *when == t) {
            match what {
                Say::Signal(address) => drop(a.set_relay_remote(VIDEO, at(address))),
                Say::Post(from, octets) => {
                    engine.network.send(at(from), to, octets, start + std::time::Duration::from_millis(t))
                }
                other => panic!("{other:?} is nothing to a relay"),
            }
        }
        let sends =
            row.sources.iter().map(|source| (source.of(99), at(source.from), to)).chain([(camera, far, from_far)]);
        for (source, from, to) in sends {
            for time in source.times().filter(|time| (t..t + 10).contains(time)) {
                let when = start + std::time::Duration::from_millis(time);
                engine.network.send(from, to, &source.packet(time), when);
            }
        }
        engine.tick();
    }
    let since = |at: media_core::types::MediaTime| (at - start).as_millis() as u64;
    let mut outcome = Outcome { heard: Vec::new(), sent: std::collections::HashMap::new() };
    while let Some(datagram) = engine.network.receive(far) {
        let report = matches!(rtp::parse(&datagram.octets), Err(rtp::RtpFault::Rtcp));
        outcome.heard.push((since(datagram.at), if report { 0xff } else { *datagram.octets.last().unwrap() }));
    }
    for address in row.signalled.into_iter().chain([NEAR, NEAR_OTHER_PORT, OTHER, STRANGER, OUTSIDE, PRIVATE]) {
        while let Some(datagram) = engine.network.receive(at(address)) {
            outcome.sent.entry(at(address)).or_default().push(since(datagram.at));
        }
    }
    assert!(engine.stop());
    outcome
}

fn check(row: &Row, plain: bool) {
    let mut row = row.clone();
    row.name = Box::leak(format!("{}, {}", row.name, if plain { "datagrams" } else { "RTP" }).into_boxed_str());
    row.judge(&run(&row, plain));
}

#[test]
fn relays_keep_the_rules_too() {
    let x = |time| phone(STRANGER, X, time);
    let rows = [
        row("three packets at a camera that only listens", NEAR, &[x((500, 560))])
            .goes(0, 6_000, NEAR)
            .spares(STRANGER, 0),
        row("a stranger's stream beside a camera", NEAR, &[phone(NEAR, P, CALL), x((500, 6_000))])
            .goes(0, 6_000, NEAR)
            .hears(0, 6_000, P)
            .spares(STRANGER, 0)
            .deaf(X),
        row("three packets before the camera", PRIVATE, &[x((0, 60)), phone(OUTSIDE, P, (1_000, 6_000))])
            .goes(1_300, 6_000, OUTSIDE)
            .hears(1_200, 6_000, P),
        row(
            "one each 150 ms before the camera",
            PRIVATE,
            &[x((0, 6_000)).every(150), phone(OUTSIDE, P, (1_000, 6_000))],
        )
        .goes(1_600, 6_000, OUTSIDE)
        .hears(1_600, 6_000, P),
        row("the old camera never stops", NEAR, &[phone(NEAR, X, CALL), phone(OTHER, Q, (4_000, 6_000))])
            .says(2_000, Say::Signal(OTHER))
            .goes(0, 1_900, NEAR)
            .goes(2_200, 6_000, OTHER)
            .hears(4_200, 6_000, Q)
            .spares(NEAR, 110),
        row(
            "another port of the camera's host",
            NEAR,
            &[phone(NEAR, P, (0, 2_000)), phone(NEAR_OTHER_PORT, Q, (2_000, 9_000))],
        )
        .goes(0, 2_000, NEAR)
        .hears(4_500, 9_000, Q),
    ];
    for row in &rows {
        for plain in [false, true] {
            check(row, plain);
        }
    }
}

/// RTCP on the shared port: that of the camera's host passes, a stranger's neither passes nor moves anything.
#[test]
fn rtcp_of_strangers_moves_no_relay() {
    let reports = |from: &'static str| {
        let row =
            row("reports", NEAR, &[phone(NEAR, P, CALL)]).goes(0, 6_000, NEAR).hears(0, 6_000, P).spares(STRANGER, 0);
        (0..10).fold(row, |row, n| row.says(500 + 100 * n, Say::Post(from, REPORT)))
    };
    for (from, passed) in [(NEAR, 10), (STRANGER, 0)] {
        let row = reports(from);
        let outcome = run(&row, false);
        row.judge(&outcome);
        assert_eq!(outcome.heard.iter().filter(|(_, mark)| *mark == 0xff).count(), passed, "{from}");
    }
}
