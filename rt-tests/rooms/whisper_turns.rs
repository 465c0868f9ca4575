//! Boundary: whispers that change before the last change has been heard, and those for which there is no bus.

use crate::hall::{BLOCK, Hall};
use crate::wide::{at_8k, wide};
use media_core::error::{ConferenceError, Error};
use media_core::types::{Gain, SampleRate};
use media_core::{ConferenceParams, MemberParams, MemberRole};

/// Whoever begins to whisper to another thread and is another once more, in the same tick.
#[test]
fn who_begins_to_whisper_and_changes_at_once_does_not_hear_itself() {
    for change in [0, 1, 2] {
        let mut hall = wide(2, 2, at_8k());
        let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
        for block in 0..40 {
            if block == 20 {
                drop(hall.room.set_role(&hall.sessions[0], MemberRole::Whisper(vec![ids[2]])));
                match change {
                    0 => drop(hall.room.set_gain(&hall.sessions[0], Gain::linear(0.5).unwrap())),
                    1 => drop(hall.room.set_role(&hall.sessions[0], MemberRole::Whisper(vec![ids[2], ids[3]]))),
                    _ => {
                        drop(hall.room.set_role(&hall.sessions[0], MemberRole::Listen));
                        drop(hall.room.set_role(&hall.sessions[0], MemberRole::Whisper(vec![ids[3]])));
                    }
                }
            }
            let heard = hall.block(&[0.4, 0.0, 0.0, 0.0]).swap_remove(0);
            let most = heard.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
            assert!(most < 1e-6, "change {change}, block {block}: it hears itself: {most}");
        }
        let last = hall.block(&[0.4, 0.0, 0.0, 0.0]);
        let expected = [[0.2, 0.0], [0.4, 0.4], [0.0, 0.4]][change];
        for (n, expected) in [2, 3].into_iter().zip(expected) {
            assert!(last[n].iter().all(|x| (x - expected).abs() < 1e-5), "change {change}: {:?}", last[n]);
        }
    }
}

/// On the thread that it comes to, too, there has to be a bus: it is told so, and not simply unheard.
#[test]
fn who_joins_to_whisper_is_refused_where_there_is_no_bus_for_it() {
    let mut hall = wide(3, 8, at_8k());
    let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
    // All buses of the first two threads; on the third some are free.
    (0..7).for_each(|n| hall.ask(|room, s| room.set_role(&s[n], MemberRole::Whisper(vec![ids[8]]))));
    hall.ask(|room, s| room.leave(&s[7]));
    hall.settle();
    let whispers = |to: usize| MemberParams::default().role(MemberRole::Whisper(vec![ids[to]]));
    let pending = hall.room.join_as(&hall.sessions[7], whispers(16));
    let refused = Err(Error::Conference(ConferenceError::TooManyWhispers(hall.room.id())));
    assert_eq!(hall.engine.complete(pending), refused);
    // To one on the same thread it needs none.
    hall.join(7, whispers(6));
    hall.settle();
    let mut said = vec![0.0; 24];
    said[7] = 0.25;
    (0..10).for_each(|_| drop(hall.block(&said)));
    assert!(hall.block(&said)[6].iter().all(|x| (x - 0.25).abs() < 1e-5));
}

/// Of two whispers the one ends as the other begins, ordered together: neither has an edge.
#[test]
fn one_whisper_ends_as_another_begins_without_an_edge() {
    for listener in [1, 4] {
        let mut hall = wide(2, 3, at_8k());
        let to = MemberRole::Whisper(vec![hall.sessions[listener].id()]);
        hall.ask(|room, s| room.set_role(&s[0], to.clone()));
        hall.ask(|room, s| room.set_role(&s[2], MemberRole::Listen));
        hall.settle();
        let said = [0.4, 0.0, 0.4, 0.0, 0.0, 0.0];
        let mut all = Vec::new();
        for block in 0..60 {
            if block == 20 {
                drop(hall.room.set_role(&hall.sessions[0], MemberRole::Listen));
                drop(hall.room.set_role(&hall.sessions[2], to.clone()));
            }
            if block == 40 {
                drop(hall.room.set_role(&hall.sessions[2], MemberRole::Listen));
                drop(hall.room.set_role(&hall.sessions[2], to.clone()));
            }
            let heard = hall.block(&said).swap_remove(listener);
            all.extend(heard.into_iter().filter(|_| block > 5));
        }
        let step = all.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
        assert!(step < 0.4 / BLOCK as f32 * 2.1, "listener {listener}: {step}");
        assert!((all.last().unwrap() - 0.4).abs() < 1e-5);
    }
}

/// A member leaves and comes again in one tick.
#[test]
fn who_leaves_and_comes_again_at_once_does_not_hear_itself_and_is_heard_without_an_edge() {
    let mut hall = wide(2, 2, at_8k());
    let mut heard = vec![Vec::new(); 4];
    for block in 0..60 {
        if block == 20 {
            drop(hall.room.leave(&hall.sessions[0]));
            hall.begin(0, MemberParams::default());
        }
        for (n, said) in hall.block(&[0.4, 0.0, 0.0, 0.0]).into_iter().enumerate().filter(|_| block > 5) {
            heard[n].extend(said);
        }
    }
    let own = heard[0].iter().fold(0.0, |most: f32, x| most.max(x.abs()));
    assert!(own < 1e-6, "it hears itself: {own}");
    for n in [1, 2] {
        let step = heard[n].windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
        assert!(step < 0.4 / BLOCK as f32 * 2.1, "member {n}: {step}");
    }
}

/// A member of another rate than the room's goes on to speak as somebody begins to whisper to it, and ends.
#[test]
fn who_is_whispered_to_is_heard_without_an_edge() {
    let params = ConferenceParams::new(SampleRate::Hz16000).members_per_worker(4);
    let mut hall = Hall::on(2, params, &[8_000; 4]);
    (0..4).for_each(|n| hall.join(n, MemberParams::default()));
    hall.ask(|room, s| room.set_role(&s[2], MemberRole::Listen));
    hall.settle();
    let first = hall.sessions[0].id();
    (0..20).for_each(|_| drop(hall.block(&[0.4, 0.0, 0.2, 0.0])));
    for block in 0..60 {
        match block {
            20 => drop(hall.room.set_role(&hall.sessions[2], MemberRole::Whisper(vec![first]))),
            40 => drop(hall.room.set_role(&hall.sessions[2], MemberRole::Listen)),
            _ => {}
        }
        let heard = hall.block(&[0.4, 0.0, 0.2, 0.0]).swap_remove(1);
        let far = heard.iter().fold(0.0, |far: f32, x| far.max((x - 0.4).abs()));
        assert!(far < 5e-3, "block {block}: off by {far}");
    }
}
