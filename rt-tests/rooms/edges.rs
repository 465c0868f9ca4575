//! Boundary: who comes, goes, or changes in the midst of sound is faded within a block: no sample of a steady level is far from
//! the one before.

use crate::hall::{BLOCK, Hall, near};
use crate::support::phone::{done, pcmu};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::types::{Gain, SampleRate};
use media_core::{MediaEngineConfig, MemberParams, MemberRole};

/// The greatest step between two samples that a member hears over some blocks, in the first of which `act` is done, while
/// all say their levels.
fn step(hall: &mut Hall, hears: usize, said: &[f32], act: impl FnOnce(&mut Hall)) -> f32 {
    let mut last = None;
    let mut most: f32 = 0.0;
    let mut hear = |block: &[f32]| {
        for &x in block {
            most = most.max(last.map_or(0.0, |last: f32| (x - last).abs()));
            last = Some(x);
        }
    };
    (0..3).for_each(|_| hear(&hall.block(said)[hears]));
    act(hall);
    (0..8).for_each(|_| hear(&hall.block(said)[hears]));
    most
}

const SAID: [f32; 3] = [0.5, 0.2, 0.3];

/// A fade of 0.5 over a block has steps of 1/160; an edge would be 0.2 or more.
const SMOOTH: f32 = 0.5 / BLOCK as f32 + 1e-3;

fn hall(members: usize) -> Hall {
    hall_on(2, members)
}

fn hall_on(workers: usize, members: usize) -> Hall {
    let mut hall = Hall::on(workers, SampleRate::Hz8000.into(), &[8_000; 3]);
    (0..members).for_each(|n| hall.join(n, MemberParams::default()));
    (0..30).for_each(|_| drop(hall.block(&SAID)));
    hall
}

#[test]
fn a_member_comes_and_goes_without_an_edge_for_the_others() {
    let mut hall = hall(2);
    let comes = step(&mut hall, 0, &SAID, |hall| hall.begin(2, MemberParams::default()));
    assert!((1e-4..SMOOTH).contains(&comes), "comes: {comes}");
    let goes = step(&mut hall, 0, &SAID, |hall| drop(hall.room.leave(&hall.sessions[2])));
    assert!((1e-4..SMOOTH).contains(&goes), "goes: {goes}");
    hall.join(2, MemberParams::default());
    (0..3).for_each(|_| drop(hall.block(&SAID)));
    let ends = step(&mut hall, 0, &SAID, |hall| drop(hall.sessions[2].destroy()));
    assert!((1e-4..SMOOTH).contains(&ends), "is destroyed: {ends}");
}

/// Who goes to another room at once is still faded in the one that it leaves, whichever of the two is summed first, and on
/// whichever worker.
#[test]
fn a_member_changes_rooms_without_an_edge_for_those_it_leaves() {
    for workers in [1, 2] {
        let mut hall = hall_on(workers, 3);
        let other = hall.engine.handle().create_conference(SampleRate::Hz8000);
        let other = hall.engine.complete(other).unwrap();
        for (from, to, hears) in [(hall.room.clone(), other.clone(), 0), (other, hall.room.clone(), 1)] {
            (0..3).for_each(|_| drop(hall.block(&SAID)));
            let most = step(&mut hall, hears, &SAID, |hall| {
                drop(from.leave(&hall.sessions[2]));
                drop(to.join(&hall.sessions[2]));
            });
            assert!((1e-4..SMOOTH).contains(&most), "{most}");
            if hears == 0 {
                near(&hall.block(&SAID)[0], 0.2, "and is gone");
            }
            // Who hears in the other room that one leaves it in its turn.
            let moves = [from.leave(&hall.sessions[1]), to.join(&hall.sessions[1])];
            moves.into_iter().for_each(|moves| hall.engine.complete(moves).unwrap());
        }
    }
}

#[test]
fn a_member_that_ends_right_after_it_left_is_faded() {
    let mut hall = hall(3);
    let ends = step(&mut hall, 0, &SAID, |hall| {
        drop(hall.room.leave(&hall.sessions[2]));
        drop(hall.sessions[2].destroy());
    });
    assert!((1e-4..SMOOTH).contains(&ends), "{ends}");
}

/// As many members as a bus has seats at first: who comes in the place of one who goes does not take its fade away.
#[test]
fn one_comes_as_another_goes_in_a_room_whose_seats_are_taken() {
    let mut hall = Hall::new(SampleRate::Hz8000, 17);
    (0..16).for_each(|n| hall.join(n, MemberParams::default()));
    let mut said = [0.01; 17];
    (said[1], said[16]) = (0.4, 0.3);
    (0..5).for_each(|_| drop(hall.block(&said)));
    let most = step(&mut hall, 0, &said, |hall| {
        drop(hall.room.leave(&hall.sessions[1]));
        drop(hall.room.join(&hall.sessions[16]));
    });
    assert!((1e-4..SMOOTH).contains(&most), "{most}");
    near(&hall.block(&said)[0], 0.3 + 14.0 * 0.01, "afterwards");
}

/// Who has left a room is decoded for it no more: in a bridge its payloads pass as they are.
#[test]
fn payloads_pass_again_after_a_room() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
    let ((a, mut one), (b, mut two)) = (pcmu(&mut engine, 1), pcmu(&mut engine, 2));
    let pending = engine.handle().create_conference(SampleRate::Hz8000);
    let room = done(&mut engine, pending);
    let joins = [room.join(&a), room.join(&b)];
    joins.into_iter().for_each(|pending| done(&mut engine, pending));
    let leaves = [room.leave(&a), room.leave(&b), engine.handle().bridge(&a, &b)];
    leaves.into_iter().for_each(|pending| done(&mut engine, pending));
    for _ in 0..30 {
        let now = engine.now();
        for phone in [&mut one, &mut two] {
            phone.send(&mut engine.network, now, &[0x55; 160]);
        }
        (0..2).for_each(|_| engine.tick());
    }
    let pending = a.statistics();
    let passed = done(&mut engine, pending).passed_packets;
    assert!(passed > 20, "{passed} of 30");
}

#[test]
fn a_member_hears_no_edge_as_it_comes_and_goes_itself() {
    let mut hall = hall(2);
    let comes = step(&mut hall, 2, &SAID, |hall| hall.begin(2, MemberParams::default()));
    assert!((1e-4..2.0 * SMOOTH).contains(&comes), "comes: {comes}");
    (0..3).for_each(|_| drop(hall.block(&SAID)));
    hall.ask(|room, s| room.leave(&s[2]));
    let last = hall.block(&SAID)[2].last().copied();
    assert!(last.is_none_or(|last| last.abs() < SMOOTH), "it ends in silence: {last:?}");
    hall.join(2, MemberParams::default());
    (0..3).for_each(|_| drop(hall.block(&SAID)));
    drop(hall.room.destroy());
    let heard: Vec<f32> = (0..4).flat_map(|_| hall.block(&SAID).swap_remove(0)).collect();
    assert!(heard.last().is_some_and(|last| last.abs() < SMOOTH), "the room ends: {heard:?}");
}

#[test]
fn roles_gains_and_whispers_change_without_an_edge() {
    let mut hall = hall(3);
    let (me, other) = (hall.sessions[0].id(), hall.sessions[1].id());
    let whisper = |to| MemberParams::default().role(MemberRole::Whisper(vec![to]));
    let quiet = Gain::linear(0.25).unwrap();
    let steps = [
        ("quiet", MemberParams::default().gain(quiet)),
        ("loud again", MemberParams::default()),
        ("muted", MemberParams::default().muted(true)),
        ("unmuted", MemberParams::default()),
        ("listens", MemberParams::default().role(MemberRole::Listen)),
        ("whispers", whisper(me)),
        ("whispers, muted", whisper(me).muted(true)),
        ("whispers, quiet", whisper(me).gain(quiet)),
        ("whispers, loud", whisper(me)),
        ("whispers to another", whisper(other)),
        ("barges in", MemberParams::default()),
    ];
    for (what, params) in steps {
        let most = step(&mut hall, 0, &SAID, |hall| drop(hall.room.set_member(&hall.sessions[2], params)));
        assert!((1e-4..SMOOTH).contains(&most), "{what}: {most}");
    }
    for (what, params) in [("deaf", MemberParams::default().deafened(true)), ("hears", MemberParams::default())] {
        let most = step(&mut hall, 0, &SAID, |hall| drop(hall.room.set_member(&hall.sessions[0], params)));
        assert!((1e-4..SMOOTH).contains(&most), "{what}: {most}");
    }
}

/// Who was silent as it joined is heard from its first sample on, not faded in.
#[test]
fn nobody_loses_its_first_word() {
    let mut hall = hall(2);
    hall.begin(2, MemberParams::default());
    (0..10).for_each(|_| drop(hall.block(&[0.0, 0.0, 0.0])));
    let heard = hall.block(&[0.0, 0.0, 0.3]);
    assert!(heard[0].len() == BLOCK && heard[0].iter().all(|heard| (heard - 0.3).abs() < 1e-5), "{:?}", heard[0]);
}
