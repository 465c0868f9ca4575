//! What a file has, and what it has not.

use super::rig::{Talker, engine, flown, path, recording, talk};
use crate::support::phone::done;
use media_core::{AudioFormat, Error, FlightError, FlightFile, MediaSessionParams, ReplayParams};
use std::os::unix::fs::PermissionsExt;

fn pair(engine: &mut media_core::VirtualEngine, first: u32) -> Vec<Talker> {
    let formats = [(first, AudioFormat::pcmu()), (first + 1, AudioFormat::pcma())];
    let made =
        formats.map(|(number, format)| Talker::new(engine, number, format.clone(), MediaSessionParams::new(format)));
    let pending = engine.handle().bridge(&made[0].session, &made[1].session);
    done(engine, pending);
    made.into()
}

#[test]
fn a_call_is_replayed_bit_for_bit() {
    let mut engine = engine(recording());
    let mut call = pair(&mut engine, 1);
    talk(&mut engine, &mut call, 5_000);
    let (report, file) = flown(&mut engine, &call[0].session, "exact");
    assert!(report.from_the_start && report.lost == 0 && report.legs == 2, "{report:?}");
    assert!(file.unknown().is_empty() && file.differences().is_empty());
    let replay = file.replay(&ReplayParams::default()).unwrap();
    assert!(replay.is_exact(), "{:?}", replay.first_difference);
    assert!(replay.compared > 480, "{}", replay.compared);
    // What the parties got is what the replay sent, octet by octet.
    for (talker, leg) in call.iter().zip(&replay.legs) {
        assert_eq!(leg.session, talker.session.id());
        let sent: Vec<_> = leg.sent.iter().map(|p| (p.sequence, p.timestamp, p.ssrc, &p.payload)).collect();
        let got = talker.phone.got.iter();
        let got: Vec<_> = got.map(|p| (p.header.sequence, p.header.timestamp, p.header.ssrc, &p.payload)).collect();
        assert!(got.len() > 200);
        assert!(got.iter().all(|packet| sent.contains(packet)));
        let (rate, heard) = leg.heard();
        assert!(heard.len() > 4 * rate.hz() as usize);
        let power = heard.iter().map(|x| x * x).sum::<f32>() / heard.len() as f32;
        assert!(power > 1e-4, "{power}");
    }
    assert!(engine.stop());
}

#[test]
fn one_octet_of_what_came_is_seen_in_the_replay() {
    let mut engine = engine(recording());
    let mut call = pair(&mut engine, 1);
    talk(&mut engine, &mut call, 1_000);
    let place = path("octet");
    let pending = call[0].session.flight(&place);
    done(&mut engine, pending);
    assert_eq!(std::fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
    let octets = std::fs::read(&place).unwrap();
    // A file that is there is not overwritten.
    let pending = call[0].session.flight(&place);
    assert!(matches!(engine.complete(pending), Err(Error::Flight(FlightError::System { .. }))));
    std::fs::remove_file(&place).unwrap();
    let said = FlightFile::parse(&octets).unwrap().replay(&ReplayParams::default()).unwrap().legs[0].received[20]
        .payload
        .clone();
    let at = octets.windows(said.len()).position(|window| window == said).unwrap();
    let mut changed = octets[..octets.len() - 8].to_vec();
    changed[at + 80] ^= 0x40;
    assert!(matches!(
        FlightFile::parse(&[&changed[..], &octets[octets.len() - 8..]].concat()),
        Err(FlightError::Damaged(_))
    ));
    let sum = changed
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, octet| (sum ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3));
    changed.extend_from_slice(&sum.to_le_bytes());
    let replay = FlightFile::parse(&changed).unwrap().replay(&ReplayParams::default()).unwrap();
    let first = replay.first_difference.clone().unwrap();
    assert!(first.what.contains("other octets") && !replay.is_exact(), "{first:?}");
    assert!(replay.compared - replay.same <= 3, "{replay:?}");
}

#[test]
fn others_are_not_in_it() {
    let mut engine = engine(recording());
    let mut all = pair(&mut engine, 1);
    all.extend(pair(&mut engine, 3));
    talk(&mut engine, &mut all, 1_000);
    let (report, file) = flown(&mut engine, &all[0].session, "others");
    let replay = file.replay(&ReplayParams::default()).unwrap();
    assert!(report.legs == 2 && replay.legs.len() == 2 && replay.is_exact(), "{report:?}");
}

#[test]
fn a_parameter_may_be_another() {
    let mut engine = engine(recording());
    let mut call = pair(&mut engine, 1);
    talk(&mut engine, &mut call, 3_000);
    let (_, file) = flown(&mut engine, &call[0].session, "set");
    let as_it_was = file.replay(&ReplayParams::default().set("jitter.strategy", "balanced")).unwrap();
    assert!(as_it_was.is_exact());
    let otherwise = file.replay(&ReplayParams::default().set("jitter.min_delay_ms", "200")).unwrap();
    assert!(!otherwise.is_exact());
    let first = |replay: &media_core::Replay| replay.legs[1].sent[0].at;
    assert!(first(&otherwise) > first(&as_it_was), "it waits for 200 ms");
    let wrong = file.replay(&ReplayParams::default().set("jitter.strategi", "x")).unwrap_err();
    assert!(wrong.to_string().contains("strategy"), "{wrong}");
    assert!(file.replay(&ReplayParams::default().set("jitter.max_delay_ms", "5")).is_err());
}

#[test]
fn lengths_and_times_only() {
    let mut engine = engine(recording().flight_payloads(false));
    let mut call = pair(&mut engine, 1);
    talk(&mut engine, &mut call, 1_000);
    let (report, file) = flown(&mut engine, &call[0].session, "lengths");
    assert!(!file.has_payloads() && report.octets < 40_000, "{report:?}");
    assert_eq!(file.replay(&ReplayParams::default()), Err(FlightError::NoPayloads));
}
