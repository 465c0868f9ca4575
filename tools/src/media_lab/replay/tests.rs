use super::*;
use media_core::codec::Law;
use media_core::engine::virtual_engine::Party;
use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, VirtualEngine};
use std::time::Duration;

/// A file of a call of two, in a folder of its own.
fn flown(name: &str) -> (PathBuf, PathBuf) {
    let folder = std::env::temp_dir().join(format!("media-lab-replay-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().flight_seconds(30_u32), 3).unwrap();
    let mut made = Vec::new();
    for number in 1..=2_u8 {
        let at = ([192, 0, 2, number], 4_000).into();
        let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(at);
        let pending = engine.handle().create_media_session(&*format!("sip:{number}/a"), params);
        let session = engine.complete(pending).unwrap();
        made.push((Party::new(at, session.local_address().unwrap(), Law::Mu, number.into()), session));
    }
    let pending = engine.handle().bridge(&made[0].1, &made[1].1);
    engine.complete(pending).unwrap();
    let speech: Vec<f32> = (0..8_000).map(|n| (n as f32 * 0.1).sin() * 0.3).collect();
    for _ in 0..200 {
        for (party, _) in &mut made {
            let now = engine.now();
            party.step(&mut engine.network, now, &speech);
        }
        engine.run_for(Duration::from_millis(10));
    }
    let path = folder.join("call.flight");
    let pending = made[0].1.flight(&path);
    engine.complete(pending).unwrap();
    (folder, path)
}

fn args(input: PathBuf) -> Args {
    Args { input, set: Vec::new(), wav: None, timeline: None, exact: true, json: false }
}

#[test]
fn a_file_is_replayed_with_sound_and_time_line() {
    let (folder, path) = flown("whole");
    let mut args = args(path);
    (args.wav, args.timeline) = (Some(folder.join("wav")), Some(folder.join("line.txt")));
    args.run().unwrap();
    let heard = wav::read(&folder.join("wav/0-sip_1_a-heard.wav")).unwrap();
    let heard = heard.single().unwrap();
    assert!(heard.len() > 12_000 && heard.iter().any(|x| x.abs() > 0.2));
    let line = std::fs::read_to_string(folder.join("line.txt")).unwrap();
    assert!(line.contains("Insert") && line.contains("from sip:1/a: the first packet"), "{line}");
    assert!(args.run().is_err(), "nothing is overwritten");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn another_parameter_and_a_wrong_one() {
    let (folder, path) = flown("set");
    let mut args = args(path);
    args.set = vec![change("jitter.min_delay_ms=200").unwrap()];
    assert!(args.run().is_err(), "it is not exact then");
    args.exact = false;
    args.run().unwrap();
    args.set = vec![change("jitter.min=1").unwrap()];
    let error = format!("{:#}", args.run().unwrap_err());
    assert!(error.contains("min_delay_ms"), "{error}");
    assert!(change("jitter").is_err());
    std::fs::remove_dir_all(folder).unwrap();
}
