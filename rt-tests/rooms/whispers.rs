//! Boundary: whispers from one media thread of a room to another.

use crate::hall::{BLOCK, Hall, near, within};
use crate::wide::{at_8k, wide};
use media_core::error::{ConferenceError, Error};
use media_core::types::SampleRate;
use media_core::{ConferenceParams, MemberParams, MemberRole};

/// To one who is on the same thread, to one who is not, and to both; turned down, muted, and ended.
#[test]
fn whispers_come_to_other_threads_and_nowhere_else() {
    let mut hall = wide(3, 2, at_8k());
    let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
    let said = [0.1, 0.02, 0.03, 0.04, 0.05, 0.06];
    let sum: f32 = said[1..].iter().sum();
    for (to, gain) in
        [(vec![], 1.0), (vec![1], 1.0), (vec![2], 0.5), (vec![1, 2, 5], 0.25), (vec![5], 2.0), (vec![], 1.0)]
    {
        let role = MemberRole::Whisper(to.iter().map(|n| ids[*n]).collect());
        let params = MemberParams::default().role(role).gain(media_core::types::Gain::linear(gain).unwrap());
        hall.ask(|room, s| room.set_member(&s[0], params.clone()));
        hall.settle();
        for (n, heard) in hall.say(&said).into_iter().enumerate() {
            let own = if n == 0 { 0.0 } else { said[n] };
            let whispered = if to.contains(&n) { said[0] * gain } else { 0.0 };
            near(heard, sum - own + whispered, &format!("to {to:?}: member {n}"));
        }
    }
    // Who is whispered to may leave, and so may who whispers; and what they had is there for others.
    for _ in 0..50 {
        hall.ask(|room, s| room.set_role(&s[0], MemberRole::Whisper(vec![ids[4]])));
        hall.ask(|room, s| room.leave(&s[4]));
        hall.ask(|room, s| room.leave(&s[0]));
        [4, 0].into_iter().for_each(|n| hall.join(n, MemberParams::default()));
        hall.settle();
    }
}

/// Each takes a bus of both threads: when there are no more, that is an error, and changes nothing.
#[test]
fn so_many_whispers_to_other_threads_and_no_more() {
    let mut hall = wide(2, 8, at_8k());
    let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
    let to_another = MemberRole::Whisper(vec![ids[8]]);
    let answers: Vec<_> = (0..8)
        .map(|n| {
            let whispers = hall.room.set_role(&hall.sessions[n], to_another.clone());
            hall.engine.complete(whispers)
        })
        .collect();
    let refused = Err(Error::Conference(ConferenceError::TooManyWhispers(hall.room.id())));
    assert_eq!(answers, [vec![Ok(()); 7], vec![refused]].concat());
    // On its own thread it may.
    hall.ask(|room, s| room.set_role(&s[7], MemberRole::Whisper(vec![ids[6]])));
    hall.settle();
    let said: Vec<f32> = (0..16).map(|n| 0.005 * (n + 1) as f32).collect();
    let (whispered, spoken): (f32, f32) = (said[..7].iter().sum(), said[8..].iter().sum());
    let heard = hall.say(&said);
    near(&heard[8], whispered + spoken - said[8], "to whom they whisper");
    near(&heard[6], spoken + said[7], "on its own thread");
}

/// The rate of a room rises under a whisper.
#[test]
fn a_whisper_is_heard_at_any_rate_of_the_room() {
    let params = ConferenceParams::default().members_per_worker(2);
    let mut hall = Hall::on(2, params, &[8_000, 8_000, 8_000, 16_000]);
    (0..3).for_each(|n| hall.join(n, MemberParams::default()));
    let third = hall.sessions[2].id();
    hall.ask(|room, s| room.set_role(&s[0], MemberRole::Whisper(vec![third])));
    hall.settle();
    near(&hall.say(&[0.3, 0.1, 0.0, 0.0])[2], 0.4, "at 8 kHz");
    hall.join(3, MemberParams::default());
    hall.settle();
    within(&hall.say(&[0.3, 0.1, 0.0, 0.0])[2], 0.4, 5e-3, "at 16 kHz");
    let params = ConferenceParams::new(SampleRate::Hz48000);
    hall.ask(|room, _| room.update(params));
    hall.settle();
    within(&hall.say(&[0.3, 0.1, 0.0, 0.0])[2], 0.4, 5e-3, "at 48 kHz");
    assert_eq!(hall.statistics().rate, SampleRate::Hz48000);
}

/// A whisper begins and ends without an edge, on its own thread and on another.
#[test]
fn a_whisper_to_another_thread_has_no_edge() {
    let mut hall = wide(2, 2, at_8k());
    let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
    let mut heard = vec![Vec::new(); 4];
    for block in 0..200 {
        match block {
            40 => drop(hall.room.set_role(&hall.sessions[0], MemberRole::Whisper(vec![ids[1], ids[3]]))),
            80 => drop(hall.room.set_role(&hall.sessions[0], MemberRole::Whisper(vec![ids[2]]))),
            120 => drop(hall.room.set_role(&hall.sessions[0], MemberRole::Listen)),
            160 => drop(hall.room.set_role(&hall.sessions[0], MemberRole::Speak)),
            _ => {}
        }
        let said = hall.block(&[0.4, 0.0, 0.0, 0.0]);
        heard.iter_mut().zip(said).filter(|_| block > 4).for_each(|(all, said)| all.extend(said));
    }
    for (n, heard) in heard.iter().enumerate() {
        let steps = heard.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
        assert!(steps < 0.4 / BLOCK as f32 * 2.1, "member {n}: {steps}");
    }
}
