use super::*;
use media_core::codec::Law;
use media_core::engine::virtual_engine::Party;
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use media_core::{AudioFormat, MediaEngineConfig, MediaHandle, MediaSessionParams, VirtualEngine};

fn socket(name: &str, handle: MediaHandle) -> (StatsSocket, PathBuf) {
    let path = std::env::temp_dir().join(format!("why-{name}-{}.sock", std::process::id()));
    (StatsSocket::start(StatsSocketConfig::at(&path), handle).unwrap(), path)
}

/// A call of 20 s in which three packets are lost, and one party is held.
fn call() -> VirtualEngine {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let handle = engine.handle();
    let at = ([192, 0, 2, 10], 4000).into();
    let phone = handle.create_media_session("call 1", MediaSessionParams::new(AudioFormat::pcmu()).remote(at));
    let phone = engine.complete(phone).unwrap();
    let other = handle.create_media_session("b", MediaSessionParams::new(AudioFormat::pcma()));
    let other = engine.complete(other).unwrap();
    engine.complete(handle.bridge(&phone, &other)).unwrap();
    engine.complete(phone.set_metering(true)).unwrap();
    let mut party = Party::new(at, phone.local_address().unwrap(), Law::Mu, 0x51);
    let voice: Vec<f32> = (0..8_000).map(|n| (n as f32 * 0.2).sin() * 0.3 * (n as f32 * 0.003).sin()).collect();
    for block in 0..2_000 {
        let lost = (500..506).contains(&block);
        engine.network.impairment.loss = if lost { 1.0 } else { 0.0 };
        engine.network.impairment.burst = engine.network.impairment.loss;
        let now = engine.now();
        party.step(&mut engine.network, now, &voice);
        engine.tick();
    }
    engine.complete(phone.hold_outward()).unwrap();
    engine.run_for(Duration::from_secs(2));
    engine
}

fn asked(path: &std::path::Path, session: &str, json: bool, plot: Option<PathBuf>) -> Result<String> {
    let mut out = Vec::new();
    run(&WhyArgs { socket: path.to_owned(), session: session.to_owned(), json, plot }, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn each_gap_is_a_line_and_the_way_is_told() {
    let engine = call();
    let (_socket, path) = socket("lines", engine.handle());
    let said = asked(&path, "call 1", false, None).unwrap();
    assert!(said.contains(", 60 ms: three packets lost by the network, concealed"), "{said}");
    assert!(said.contains("to the party: held"), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "session 0, dialog call 1");
    assert_eq!(asked(&path, "0", false, None).unwrap(), said, "by its number");
    let why: Why = serde_json::from_str(&asked(&path, "call 1", true, None).unwrap()).unwrap();
    assert_eq!((why.counts["lost"], why.counts["held"]), (1, 1));
    assert!(why.seconds.iter().any(|second| second.lost == 3) && why.seconds.iter().any(|s| s.level_dbov.is_some()));
    let unknown = asked(&path, "nobody", false, None).unwrap_err().to_string();
    assert!(unknown.contains("no session of that number or dialog"), "{unknown}");
}

#[test]
fn the_picture_shows_each_panel_and_each_cause() {
    let engine = call();
    let (_socket, path) = socket("plot", engine.handle());
    let file = std::env::temp_dir().join(format!("why-{}.svg", std::process::id()));
    asked(&path, "0", false, Some(file.clone())).unwrap();
    let svg = std::fs::read_to_string(&file).unwrap();
    for name in ["Level, dBov", "Jitter buffer, ms", "packets lost", "Gaps", "held", "lost"] {
        assert!(svg.contains(name), "{name}");
    }
    std::fs::remove_file(file).unwrap();
    let refused = asked(&path, "0", false, Some("a.pdf".into())).unwrap_err().to_string();
    assert!(refused.contains(".svg or .png"), "{refused}");
    draw::svg(&Why::default()).expect("a session of which nothing is known");
}
