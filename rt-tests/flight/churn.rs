//! Calls that come, change and go at random, each replayed as it ends.

use super::rig::{Talker, engine, flown, recording, talk};
use crate::support::phone::done;
use crate::support::random::Random;
use media_core::{AudioFormat, Gain, MediaSessionParams, ReplayParams, TelephoneEventFormat, VirtualEngine, WorkerId};

/// Calls that are replayed.
const CALLS: usize = 50;

fn format(random: &mut Random) -> AudioFormat {
    match random.below(5) {
        0 => AudioFormat::pcmu(),
        1 => AudioFormat::pcma(),
        2 => AudioFormat::g722(),
        #[cfg(feature = "opus")]
        3 => AudioFormat::opus().at(media_core::SampleRate::Hz16000).unwrap(),
        _ => AudioFormat::g729(),
    }
}

fn call(engine: &mut VirtualEngine, random: &mut Random, number: u32) -> Vec<Talker> {
    let made = [2 * number + 1, 2 * number + 2].map(|number| {
        let format = format(random);
        let events = TelephoneEventFormat::new(101, format.clock_rate());
        let params = MediaSessionParams::new(format.clone()).telephone_events(events);
        Talker::new(engine, number, format, params)
    });
    let pending = engine.handle().bridge(&made[0].session, &made[1].session);
    done(engine, pending);
    made.into()
}

/// Something happens to a call.
fn happens(engine: &mut VirtualEngine, call: &mut [Talker], random: &mut Random) {
    let (a, b) = (call[0].session.clone(), call[1].session.clone());
    let handle = engine.handle();
    let pending = match random.below(11) {
        0 => a.hold_inward(),
        1 => a.resume_inward(),
        2 => b.hold_outward(),
        3 => b.resume_outward(),
        4 => a.mute(),
        5 => a.unmute(),
        6 => b.set_gain(Gain::linear(0.25 + random.below(8) as f32 * 0.25).unwrap()),
        7 => b.set_metering(random.below(2) == 0),
        8 => {
            call[0].silent = !call[0].silent;
            return;
        }
        9 => handle.unbridge(&a),
        _ => {
            let moved = a.move_to(WorkerId(random.below(2) as u8));
            let _ = engine.complete(moved);
            handle.bridge(&a, &b)
        }
    };
    // What is not possible just now is refused, and changes nothing.
    let _ = engine.complete(pending);
    if random.below(3) == 0 {
        let pending = a.send_digits("7", 60);
        let _ = engine.complete(pending);
    }
}

#[test]
fn fifty_calls_under_churn_are_exact() {
    let mut engine = engine(recording().workers(2_usize));
    let mut random = Random(16);
    let mut calls: Vec<(u32, Vec<Talker>)> = Vec::new();
    let (mut replayed, mut number, mut compared) = (0, 0, 0);
    while replayed < CALLS {
        if calls.len() < 6 {
            let talkers = call(&mut engine, &mut random, number);
            calls.push((30 + random.below(200) as u32, talkers));
            number += 1;
        }
        for (left, talkers) in &mut calls {
            talkers.iter_mut().for_each(|talker| talker.say(&mut engine));
            *left = left.saturating_sub(1);
            if random.below(25) == 0 {
                happens(&mut engine, talkers, &mut random);
            }
        }
        talk(&mut engine, &mut [], 20);
        let over = calls.iter().position(|(left, _)| *left == 0);
        let Some(at) = over else { continue };
        let (_, talkers) = calls.swap_remove(at);
        let (report, file) = flown(&mut engine, &talkers[0].session, "churn");
        assert!(
            report.from_the_start && report.lost == 0 && file.unknown().is_empty(),
            "{report:?} {:?}",
            file.unknown()
        );
        let replay = file.replay(&ReplayParams::default()).unwrap();
        assert!(
            replay.is_exact(),
            "call {replayed}: {} of {}: {:?}\n{:#?}",
            replay.same,
            replay.compared,
            replay.first_difference,
            replay.orders
        );
        compared += replay.compared;
        replayed += 1;
        for talker in talkers {
            let pending = talker.session.destroy();
            done(&mut engine, pending);
        }
    }
    assert!(compared > 5_000, "{compared}");
    assert!(engine.stop());
}
