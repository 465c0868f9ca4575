//! Boundary: a room wider than a media thread, one of whose threads hangs or ends.

use crate::hall::{BLOCK, Hall, near};
use crate::wide::{at_8k, wide};
use media_core::error::{EngineError, Error};
use media_core::{MemberParams, MemberRole};

fn seconds(hall: &mut Hall, said: &[f32], seconds: usize) {
    (0..100 * seconds).for_each(|_| drop(hall.block(said)));
}

/// The others go on; newcomers find their place where there is one; the room ends, and its buses are there for the next one.
#[test]
fn a_room_goes_on_and_ends_though_one_of_its_threads_has_ended() {
    for ended in [0, 1, 2] {
        let mut hall = wide(3, 2, at_8k());
        hall.lossy = true;
        let fourth = hall.sessions[4].id();
        hall.ask(|room, s| room.set_role(&s[2], MemberRole::Whisper(vec![fourth])));
        let said = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32];
        (0..20).for_each(|_| drop(hall.block(&said)));
        hall.engine.kill_worker(ended);
        let mut all = vec![Vec::new(); 6];
        for _ in 0..300 {
            hall.block(&said).into_iter().zip(&mut all).for_each(|(heard, all)| all.extend(heard));
        }
        let gone = (0..3).find(|pair| all[2 * pair].is_empty()).unwrap();
        let (one, other) = ((2 * gone + 2) % 6, (2 * gone + 4) % 6);
        let here = |n: usize| n / 2 != gone;
        for n in (0..6).filter(|n| here(*n)) {
            assert_eq!(all[n].len(), 300 * BLOCK);
            let step = all[n].windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
            assert!(step < 1.0 / BLOCK as f32, "{gone} are gone, member {n}: {step}");
            let others = (0..6).filter(|m| here(*m) && *m != n && (*m != 2 || n == 4));
            let (expected, last) = (others.map(|m| said[m]).sum::<f32>(), all[n].last().unwrap());
            assert!((last - expected).abs() < 1e-5, "{gone} are gone, member {n}: {last}, not {expected}");
        }
        // One leaves and comes again.
        hall.ask(|room, s| room.leave(&s[other]));
        hall.join(other, MemberParams::default());
        let ends = hall.room.destroy();
        match hall.engine.complete(ends) {
            // It waited for the one that has ended: the room is none any more, there or elsewhere.
            Ok(()) | Err(Error::Engine(EngineError::ThreadStalled(_))) => {}
            Err(other) => panic!("{ended} ended: {other}"),
        }
        for _ in 0..20 {
            let pending = hall.engine.handle().create_conference(at_8k().members_per_worker(1));
            hall.room = hall.engine.complete(pending).unwrap();
            [one, other].into_iter().for_each(|n| hall.join(n, MemberParams::default()));
            let heard = hall.steady(&said);
            near(&heard[one], said[other], "in another room");
            hall.ask(|room, _| room.destroy());
        }
    }
}

/// It is heard again as it comes back; and what ended meanwhile has ended there, too.
#[test]
fn a_room_ends_while_one_of_its_threads_hangs() {
    let mut hall = wide(3, 2, at_8k());
    hall.lossy = true;
    let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
    hall.ask(|room, s| room.set_role(&s[0], MemberRole::Whisper(vec![ids[2], ids[4]])));
    let said = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32];
    for round in 0..6 {
        (0..20).for_each(|_| drop(hall.block(&said)));
        hall.engine.hold_worker(1, true);
        // For longer than it takes to see that it hangs, or not.
        seconds(&mut hall, &said, [0, 3][round % 2]);
        let ended = hall.room.destroy();
        (0..[1, 40, 300][round % 3]).for_each(|_| drop(hall.block(&said)));
        let next = hall.engine.handle().create_conference(at_8k().members_per_worker(2));
        hall.engine.hold_worker(1, false);
        hall.engine.complete(ended).unwrap();
        hall.room = hall.engine.complete(next).unwrap();
        (0..6).for_each(|n| hall.join(n, MemberParams::default()));
        hall.ask(|room, s| room.set_role(&s[0], MemberRole::Whisper(vec![ids[2], ids[4]])));
        let heard = hall.steady(&said);
        for (n, heard) in heard.iter().enumerate() {
            let others = (1..6).filter(|m| *m != n).map(|m| said[m]).sum::<f32>();
            let whispered = if [2, 4].contains(&n) { said[0] } else { 0.0 };
            near(heard, others + whispered, &format!("round {round}, member {n}"));
        }
    }
}

/// Sessions that end in place of leaving, who whisper and are whispered to: what they had is there for others.
#[test]
fn sessions_that_end_in_a_wide_room_give_back_what_they_had() {
    let mut hall = wide(2, 2, at_8k());
    for round in 0..30 {
        let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
        hall.ask(|room, s| room.set_role(&s[0], MemberRole::Whisper(vec![ids[2], ids[1]])));
        hall.ask(|room, s| room.set_role(&s[3], MemberRole::Whisper(vec![ids[0]])));
        let said = [0.1, 0.02, 0.03, 0.2];
        (0..10).for_each(|_| drop(hall.block(&said)));
        let ends: Vec<_> = [[0, 3], [2, 0]][round % 2].into_iter().map(|n| (n, hall.sessions[n].destroy())).collect();
        for (n, end) in ends {
            hall.engine.complete(end).unwrap();
            hall.renew(n);
            hall.join(n, MemberParams::default());
        }
        hall.ask(|room, s| room.set_role(&s[3], MemberRole::Speak));
        hall.ask(|room, s| room.set_role(&s[0], MemberRole::Speak));
        hall.settle();
        let heard = hall.say(&said);
        for (n, heard) in heard.iter().enumerate() {
            near(heard, 0.35 - said[n], &format!("round {round}, member {n}"));
        }
    }
}
