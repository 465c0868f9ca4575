//! DTLS-SRTP and ICE in calls: two sessions that shake hands over the network, a browser's end, strangers, and who is gone.
#![cfg(feature = "dtls")]

mod support;

#[path = "dtls/browser.rs"]
mod browser;
#[path = "dtls/calls.rs"]
mod calls;
#[path = "dtls/openssl.rs"]
mod openssl;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::{
    AudioFormat, DtlsCertificate, DtlsParams, DtlsRole, EventKind, Events, MediaEngineConfig, MediaSessionHandle,
    MediaSessionParams, SrtpSuite,
};
use std::time::Duration;
use support::phone::done;

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default(), 11).unwrap()
}

fn certificate() -> DtlsCertificate {
    DtlsCertificate::generate().unwrap()
}

fn pcmu() -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu())
}

/// What was told of handshakes since.
fn told(events: &Events) -> Vec<(String, EventKind)> {
    let of = |kind: &EventKind| {
        matches!(kind, EventKind::Secured(_) | EventKind::HandshakeFailed(_) | EventKind::ConsentLost)
            || matches!(kind, EventKind::Latched(_))
    };
    std::iter::from_fn(|| events.try_next())
        .filter(|event| of(&event.kind))
        .map(|event| (event.session.map(|(_, dialog)| dialog.to_string()).unwrap_or_default(), event.kind))
        .collect()
}

fn secured(told: &[(String, EventKind)], dialog: &str) -> Option<SrtpSuite> {
    told.iter().find_map(|(of, kind)| match kind {
        EventKind::Secured(suite) if of == dialog => Some(*suite),
        _ => None,
    })
}

/// Two sessions of an engine that are each other's peers: `a` begins.
fn pair(engine: &mut VirtualEngine, own: [&DtlsCertificate; 2]) -> [MediaSessionHandle; 2] {
    let handle = engine.handle();
    let offering = DtlsParams::awaiting_answer(own[0]);
    let a = done(engine, handle.create_media_session("a", pcmu().dtls(offering)));
    let passive = DtlsParams::new(own[1], DtlsRole::Passive, own[0].fingerprint());
    let at = a.local_address().unwrap();
    let b = done(engine, handle.create_media_session("b", pcmu().dtls(passive).remote(at)));
    [a, b]
}

fn run(engine: &mut VirtualEngine, ms: u64) {
    engine.run_for(Duration::from_millis(ms));
}

/// What was told until both of a pair have keys, `ms` at most. OpenSSL sends what was lost again by the system's clock: with it
/// time passes no faster here.
fn shaken(engine: &mut VirtualEngine, events: &Events, ms: u64) -> Vec<(String, EventKind)> {
    let mut news = Vec::new();
    for _ in 0..ms / 20 {
        run(engine, 20);
        news.extend(told(events));
        if ["a", "b"].iter().all(|end| secured(&news, end).is_some()) {
            break;
        }
        if cfg!(feature = "dtls-openssl") {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    news
}
