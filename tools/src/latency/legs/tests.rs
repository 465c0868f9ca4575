//! Control: `legs` against an engine on virtual time.

use super::*;
use crate::latency::tests::path;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, Prompt};
use std::time::Duration;

/// Two sessions that nobody sends to: one is played to, and hears nothing of its party; the other is alone.
fn engine(name: &str) -> StatsSocket {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let handle = engine.handle();
    let mut sessions = Vec::new();
    for dialog in ["a84b4c76e66710 x@pbx.example", "f81d4fae7dec@pbx.example"] {
        let session = handle.create_media_session(dialog, MediaSessionParams::new(AudioFormat::pcmu()));
        sessions.push(engine.complete(session).unwrap());
    }
    let plays = sessions[0].play(Prompt::samples(vec![0.25; 800_000], 8_000));
    engine.complete(plays).unwrap();
    engine.run_for(Duration::from_secs(8));
    StatsSocket::start(StatsSocketConfig::at(path(name)), handle).unwrap()
}

fn args(socket: &StatsSocket) -> LegsArgs {
    LegsArgs { socket: socket.path().to_owned(), by: LegOrder::Sick, dialog: None, first: 16, json: false }
}

fn printed(args: &LegsArgs) -> String {
    let mut out = Vec::new();
    run(args, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_sick_call_is_printed_and_the_others_where_they_are_named() {
    let socket = engine("legs.sock");
    let sick = printed(&args(&socket));
    assert_eq!(sick.lines().count(), 2, "{sick}");
    let row = sick.lines().nth(1).unwrap();
    assert!(row.contains("no packets") && row.ends_with("  a84b4c76e66710 x@pbx.example"), "{sick}");
    let named = LegsArgs { dialog: Some("f81d".into()), ..args(&socket) };
    let row = printed(&named).lines().nth(1).unwrap().to_owned();
    assert!(row.ends_with("  f81d4fae7dec@pbx.example"), "{row}");
    let spaced = LegsArgs { dialog: Some("10 x@".into()), json: true, ..args(&socket) };
    let rows: Vec<LegRow> = serde_json::from_str(&printed(&spaced)).unwrap();
    assert_eq!((rows.len(), rows[0].inward), (1, AudioStage::NoPackets));
    let all = LegsArgs { by: LegOrder::Packets, first: 1, ..args(&socket) };
    assert_eq!(printed(&all).lines().count(), 2);
}

#[test]
fn what_names_nothing_is_told_and_what_cannot_be_is_refused() {
    let socket = engine("legs-none.sock");
    let of = |dialog: &str| LegsArgs { dialog: Some(dialog.to_owned()), ..args(&socket) };
    let error = run(&of("nobody"), &mut Vec::new()).unwrap_err();
    assert!(error.is::<NoSuchDialog>() && error.to_string().contains("\"nobody\""), "{error}");
    for part in ["", " ", "a\njson", &"x".repeat(101)] {
        let error = run(&of(part), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().starts_with("--dialog: must"), "{error}");
    }
    assert!(order("worst").unwrap_err().contains("sick"));
}
