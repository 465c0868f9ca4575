//! As a call breaks, its file is written by itself: not too often, no more than so many, and told.

use super::rig::{Talker, engine, recording, talk};
use crate::support::phone::done;
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::quality::GlitchCause;
use media_core::{
    AudioFormat, EventKind, FlightFile, GlitchFlights, MediaEngineConfig, MediaEvent, MediaSessionParams,
};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A folder that is empty.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("media-core-{}-on-glitch-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).unwrap();
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Two that talk over a network that loses packets.
fn call(flights: GlitchFlights) -> (VirtualEngine, Vec<Talker>) {
    let mut engine = engine(recording().flight_on_glitch(flights));
    let formats = [(1, AudioFormat::pcmu()), (2, AudioFormat::pcma())];
    let made = formats
        .map(|(number, format)| Talker::new(&mut engine, number, format.clone(), MediaSessionParams::new(format)));
    let pending = engine.handle().bridge(&made[0].session, &made[1].session);
    done(&mut engine, pending);
    (engine, made.into())
}

fn written(events: &media_core::Events) -> Vec<MediaEvent> {
    let events = std::iter::from_fn(|| events.try_next());
    events.filter(|event| matches!(event.kind, EventKind::FlightWritten { .. })).collect()
}

#[test]
fn files_are_written_not_too_often_and_the_oldest_go() {
    let folder = folder("often");
    let flights = GlitchFlights::into_folder(&folder).apart(Duration::from_secs(2)).files(3);
    let (mut engine, mut talkers) = call(flights);
    let events = engine.handle().subscribe();
    talk(&mut engine, &mut talkers, 15_000);
    let told = written(&events);
    assert!((5..=8).contains(&told.len()), "{told:?}");
    assert!(told.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_secs(2)), "{told:?}");
    let paths: Vec<_> = told.iter().map(|event| event.file.as_deref().unwrap().to_owned()).collect();
    assert_eq!(files(&folder), paths[paths.len() - 3..], "the newest");
    for (event, path) in told.iter().zip(&paths) {
        let EventKind::FlightWritten { cause } = event.kind else { unreachable!() };
        let name = path.file_name().unwrap().to_str().unwrap();
        let (id, _) = event.session.as_ref().unwrap();
        assert!(name.starts_with("glitch-") && name.ends_with(&format!("-{}-{}.flight", id.index(), cause.name())));
    }
    // Each is the call, up to where it broke.
    for path in files(&folder) {
        let file = FlightFile::read(&path).unwrap();
        let replay = file.replay(&media_core::ReplayParams::default()).unwrap();
        assert!(replay.is_exact() && replay.compared > 100, "{:?}", replay.first_difference);
    }
    assert!(engine.stop());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_clean_call_and_a_hold_leave_no_file() {
    let folder = folder("clean");
    let (mut engine, mut talkers) = call(GlitchFlights::into_folder(&folder).apart(Duration::from_secs(1)));
    engine.network.impairment = Impairment::default();
    talk(&mut engine, &mut talkers, 3_000);
    // They go on talking as it is carried out.
    let held = talkers[0].session.hold_inward();
    talk(&mut engine, &mut talkers, 3_000);
    done(&mut engine, held);
    let glitches = talkers[0].session.glitches();
    let glitches: Vec<_> = done(&mut engine, glitches).counts().collect();
    assert_eq!(glitches, [(GlitchCause::Held, 1)]);
    assert!(files(&folder).is_empty(), "{:?}", files(&folder));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_folder_that_goes_is_counted_and_the_call_goes_on() {
    let folder = folder("gone");
    let (mut engine, mut talkers) = call(GlitchFlights::into_folder(&folder).apart(Duration::from_secs(1)));
    std::fs::remove_dir_all(&folder).unwrap();
    let events = engine.handle().subscribe();
    talk(&mut engine, &mut talkers, 5_000);
    assert!(written(&events).is_empty());
    let failed = engine.handle().snapshot().gauges["/engine/flights_failed"];
    assert!((2..=5).contains(&failed), "{failed}");
    assert!(talkers[0].phone.got.len() > 200);
}

#[test]
fn what_cannot_be_is_refused() {
    let there = || GlitchFlights::into_folder(std::env::temp_dir());
    for (flights, seconds, field) in [
        (there(), 0, "flight_on_glitch"),
        (GlitchFlights::into_folder("/nowhere/at/all"), 30, "flight_on_glitch.folder"),
        (there().apart(Duration::from_millis(999)), 30, "flight_on_glitch.apart"),
        (there().apart(Duration::from_secs(86_401)), 30, "flight_on_glitch.apart"),
        (there().files(0), 30, "flight_on_glitch.files"),
        (there().files(10_001), 30, "flight_on_glitch.files"),
    ] {
        let error = MediaEngineConfig::default().flight_seconds(seconds).flight_on_glitch(flights).plan().unwrap_err();
        assert_eq!(error.field, field);
    }
}
