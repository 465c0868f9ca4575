//! Boundary: a room wider than a media thread: who hears whom to the sample, what is missing, who is picked, and how it grows.

use crate::hall::{BLOCK, Hall, near};
use crate::support::random::Random;
use media_core::error::{ConferenceError, Error};
use media_core::types::SampleRate;
use media_core::{ConferenceParams, EventKind, MediaEngineConfig, MemberParams, MemberRole, Pending};

/// A room with so many members on each of so many workers, joined in that order.
pub fn wide(workers: usize, each: usize, params: ConferenceParams) -> Hall {
    let params = params.members_per_worker(each);
    // As many conferences as a few whispers take buses: what is not given back is soon missed.
    let config = MediaEngineConfig::default().max_sessions(32usize).max_conferences(4usize).workers(workers);
    let mut hall = Hall::of(config, params, &vec![8_000; workers * each]);
    (0..workers * each).for_each(|n| hall.join(n, MemberParams::default()));
    hall.settle();
    assert_eq!(hall.statistics().workers, workers);
    hall
}

pub fn at_8k() -> ConferenceParams {
    ConferenceParams::new(SampleRate::Hz8000)
}

/// What those say who are on the same thread is heard at once, what others say a tick later: of one block, or of two.
#[test]
fn each_hears_the_others_to_the_sample_those_of_another_thread_a_tick_later() {
    for lag in [1, 2] {
        let config = MediaEngineConfig::default().max_sessions(16usize).workers(3usize).tick_ms(10 * lag as u32);
        let mut hall = Hall::of(config, at_8k().members_per_worker(3), &[8_000; 9]);
        (0..9).for_each(|n| hall.join(n, MemberParams::default()));
        let mut random = Random(9);
        // In steps of 2^-19 sums are exact; some say nothing.
        let mut block = || -> Vec<f32> {
            let talks = random.below(3) > 0;
            let sample = |_| if talks { (random.below(100_000) as f32 - 50_000.0) / 524_288.0 } else { 0.0 };
            (0..BLOCK).map(sample).collect()
        };
        let said: Vec<Vec<f32>> = (0..9).map(|_| (0..500).flat_map(|_| block()).collect()).collect();
        for first in (0..500).step_by(lag) {
            let heard = hall.tick_of(lag, first, |n, at| said[n][at]);
            for (n, heard) in heard.iter().enumerate().filter(|_| first > 3) {
                for (at, got) in (first * BLOCK..).zip(heard) {
                    let others = (0..9).filter(|other| *other != n);
                    let delay = |other: usize| if other / 3 == n / 3 { 0 } else { lag * BLOCK };
                    let expected: f32 = others.map(|other| said[other][at - delay(other)]).sum();
                    assert!((got - expected).abs() < 1e-6, "member {n}, sample {at}: {got}, not {expected}");
                }
                assert_eq!(heard.len(), lag * BLOCK);
            }
        }
        let statistics = hall.statistics();
        assert!(statistics.missing_blocks == 0 && statistics.most_heard > 4, "{statistics:?}");
    }
}

#[test]
fn a_thread_that_is_late_is_faded_counted_and_heard_again() {
    let mut hall = wide(2, 2, at_8k());
    let said = [0.1, 0.1, 0.2, 0.2];
    (0..10).for_each(|_| drop(hall.block(&said)));
    let mut all = Vec::new();
    for block in 0..40 {
        hall.engine.hold_worker(1, (10..14).contains(&block));
        all.extend(hall.block(&said)[0].clone());
    }
    assert_eq!(all.len(), 40 * BLOCK);
    let step = all.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(step < 0.4 / BLOCK as f32 * 1.1, "no edge: {step}");
    let gone = all.iter().filter(|x| (**x - 0.1).abs() < 1e-5).count();
    assert!((2 * BLOCK..=4 * BLOCK).contains(&gone), "only the others are missing, and not for long: {gone} samples");
    assert!((all[40 * BLOCK - 1] - 0.5).abs() < 1e-5);
    let missing = hall.statistics().missing_blocks;
    assert!((3..=5).contains(&missing), "{missing} blocks were missing");
}

#[test]
fn a_room_grows_over_the_threads_of_its_engine_and_ends_on_all_of_them() {
    let config = MediaEngineConfig::default().max_sessions(32usize).max_conferences(2usize).workers(4usize);
    let mut hall = Hall::of(config, at_8k().members_per_worker(3), &[8_000; 16]);
    let mut workers = Vec::new();
    for n in 0..16 {
        hall.join(n, MemberParams::default());
        workers.push(hall.statistics().workers);
    }
    assert_eq!(workers, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4], "and when there are no more, they take more");
    hall.settle();
    let said: Vec<f32> = (0..16).map(|n| 0.01 * (n + 1) as f32).collect();
    let sum: f32 = said.iter().sum();
    for (n, heard) in hall.say(&said).into_iter().enumerate().filter(|(n, _)| *n < 16) {
        assert!(heard.iter().all(|x| *x <= 1.0), "within full scale");
        if sum - said[n] < 1.0 {
            near(heard, sum - said[n], &format!("member {n}"));
        }
    }
    // One leaves the first thread: a newcomer finds its place there.
    hall.ask(|room, s| room.leave(&s[0]));
    hall.join(0, MemberParams::default());
    assert_eq!(hall.statistics().members, 16);
    hall.ask(|room, _| room.destroy());
    // Its buses are free again.
    for _ in 0..100 {
        let pending = hall.engine.handle().create_conference(at_8k().members_per_worker(1));
        hall.room = hall.engine.complete(pending).unwrap();
        (0..4).for_each(|n| hall.join(n, MemberParams::default()));
        assert_eq!(hall.statistics().workers, 4);
        hall.ask(|room, _| room.destroy());
    }
    let none = hall.engine.handle().create_conference(at_8k().members_per_worker(0));
    let refused = hall.engine.complete(none).map(|room| room.id());
    assert_eq!(refused, Err(Error::Conference(ConferenceError::NobodyOnAWorker)));
}

/// Though another thread has more room.
#[test]
fn who_comes_from_a_thread_that_has_room_stays_there() {
    let mut hall = wide(2, 2, at_8k());
    (0..3).for_each(|n| hall.ask(|room, s| room.leave(&s[n])));
    hall.settle();
    let events = hall.engine.handle().subscribe();
    let moved = |hall: &mut Hall, n| {
        hall.join(n, MemberParams::default());
        hall.settle();
        std::iter::from_fn(|| events.try_next()).any(|event| matches!(event.kind, EventKind::Moved(_)))
    };
    assert!(!moved(&mut hall, 2));
    hall.ask(|room, s| room.leave(&s[2]));
    let small = hall.engine.handle().create_conference(at_8k());
    hall.room = hall.engine.complete(small).unwrap();
    assert!(moved(&mut hall, 2) != moved(&mut hall, 0), "a small room is on one thread");
}

/// Who was there hears no edge and no shift as the room comes to another thread.
#[test]
fn growth_changes_nothing_for_who_is_there() {
    let mut hall = Hall::on(3, at_8k().members_per_worker(2), &[8_000; 6]);
    (0..2).for_each(|n| hall.join(n, MemberParams::default()));
    let tone = |at: usize| 0.4 * (std::f32::consts::TAU * at as f32 / 8.0).sin();
    let say = |hall: &mut Hall| hall.blocks(|n, at| if n == 0 { tone(at) } else { 0.0 }).swap_remove(1);
    (0..20).for_each(|_| drop(say(&mut hall)));
    for block in 0..400 {
        if block % 60 == 30 && block < 300 {
            hall.begin(2 + block / 60 % 4, MemberParams::default());
        }
        let heard = say(&mut hall);
        let far = heard.iter().enumerate().map(|(at, heard)| (heard - tone(at)).abs()).fold(0.0, f32::max);
        assert!(heard.len() == BLOCK && far < 1e-5, "block {block}: off by {far}");
    }
    assert_eq!(hall.statistics().workers, 3);
}

/// The rate rises on all threads, each in its own tick: conversions begin, and then all is as it was.
#[test]
fn the_rate_of_a_wide_room_rises_and_all_are_heard_again_at_once() {
    let params = ConferenceParams::default().members_per_worker(2);
    let mut hall = Hall::on(2, params, &[8_000, 8_000, 8_000, 48_000]);
    (0..3).for_each(|n| hall.join(n, MemberParams::default()));
    hall.settle();
    let said = [0.1, 0.0, 0.3, 0.0];
    (0..10).for_each(|_| drop(hall.block(&said)));
    for block in 0..60 {
        if block == 10 {
            hall.begin(3, MemberParams::default());
        }
        let heard = hall.block(&said);
        for (n, expected) in [(1, 0.4), (2, 0.1)].into_iter().filter(|_| !(10..13).contains(&block)) {
            let far = heard[n].iter().map(|x| (x - expected).abs()).fold(0.0, f32::max);
            assert!(far < 0.005, "block {block}, member {n}: off by {far}");
        }
    }
    assert_eq!((hall.statistics().rate, hall.statistics().missing_blocks), (SampleRate::Hz48000, 0));
}

#[test]
fn roles_gains_and_deafness_hold_over_threads() {
    let mut hall = wide(2, 2, at_8k());
    hall.ask(|room, s| room.set_role(&s[3], MemberRole::Listen));
    hall.ask(|room, s| room.set_gain(&s[0], media_core::types::Gain::linear(0.5).unwrap()));
    hall.ask(|room, s| room.deafen(&s[1]));
    hall.settle();
    let heard = hall.say(&[0.2, 0.1, 0.05, 0.8]);
    for (n, expected) in [0.15, 0.0, 0.2, 0.25].into_iter().enumerate() {
        near(&heard[n], expected, &format!("member {n}"));
    }
}

/// Waits for an answer while all go on to speak; what each of the first four hears meanwhile has to be that.
fn answer<T>(hall: &mut Hall, mut pending: Pending<T>, said: &[f32], expected: &[Vec<f32>]) -> Result<T, Error> {
    for _ in 0..200 {
        if let Some(answer) = pending.poll_now() {
            return answer;
        }
        let heard = hall.block(said);
        assert!((0..4).all(|n| heard[n] == expected[n]), "another room is heard here");
    }
    panic!("no answer");
}

/// A room ends while legs are on their way to it, on one thread and over two: who was to join is told so, is free, and another room
/// hears nothing of it.
#[test]
fn a_room_that_ends_while_members_are_on_their_way_leaves_them_free() {
    for each in [2, 8] {
        let mut hall = Hall::on(2, at_8k().members_per_worker(each), &[8_000; 8]);
        // Of the other room four talk all the time.
        (0..4).for_each(|n| hall.join(n, MemberParams::default()));
        hall.settle();
        let said = [0.1, 0.05, 0.02, 0.2, 0.0, 0.0, 0.0, 0.0];
        (0..10).for_each(|_| drop(hall.block(&said)));
        let (expected, mut ends) = (hall.block(&said), Vec::new());
        for round in 0..8 {
            let pending = hall.engine.handle().create_conference(at_8k().members_per_worker(each));
            let room = answer(&mut hall, pending, &said, &expected).unwrap();
            let joins: Vec<_> = (4..8).map(|n| room.join(&hall.sessions[n])).collect();
            (0..round).for_each(|_| drop(hall.block(&said)));
            let ended = room.destroy();
            answer(&mut hall, ended, &said, &expected).unwrap();
            for join in joins {
                match answer(&mut hall, join, &said, &expected) {
                    Ok(()) => ends.push(true),
                    Err(Error::Conference(ConferenceError::Unknown(id))) if id == room.id() => ends.push(false),
                    Err(other) => panic!("round {round}: {other}"),
                }
            }
        }
        assert!(ends.contains(&true) && ends.contains(&false), "some came, some were too late");
        // They are free for the other one.
        (4..8).for_each(|n| hall.join(n, MemberParams::default()));
        assert_eq!(hall.statistics().members, 8);
        assert!(hall.engine.stop());
    }
}
