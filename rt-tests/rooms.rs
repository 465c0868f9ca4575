//! Boundary: conferences through their handle, on samples: who hears whom in which role and how loud, who comes and goes, and
//! that none of it clicks.

#[path = "rooms/codecs.rs"]
mod codecs;
#[path = "rooms/converted.rs"]
mod converted;
#[path = "rooms/edges.rs"]
mod edges;
#[cfg(feature = "opus")]
#[path = "rooms/encoded_once.rs"]
mod encoded_once;
#[cfg(feature = "opus")]
#[path = "rooms/goes_alone.rs"]
mod goes_alone;
#[path = "rooms/hall.rs"]
mod hall;
#[path = "rooms/health.rs"]
mod health;
#[path = "rooms/picked.rs"]
mod picked;
#[path = "rooms/picked_wide.rs"]
mod picked_wide;
#[path = "rooms/property.rs"]
mod property;
#[path = "rooms/refused.rs"]
mod refused;
#[path = "rooms/shared.rs"]
mod shared;
#[cfg(feature = "opus")]
#[path = "rooms/shares_on.rs"]
mod shares_on;
#[path = "rooms/speakers.rs"]
mod speakers;
#[path = "rooms/told.rs"]
mod told;
#[path = "rooms/updated.rs"]
mod updated;
#[path = "rooms/whisper_turns.rs"]
mod whisper_turns;
#[path = "rooms/whispers.rs"]
mod whispers;
#[path = "rooms/wide.rs"]
mod wide;
#[path = "rooms/wide_faults.rs"]
mod wide_faults;

#[allow(dead_code, reason = "the library's own tests use the rest")]
#[path = "../src/processing/audio/speech_like.rs"]
mod speech_like;
mod support;

use hall::{BLOCK, Hall, near, within};
use media_core::types::{self, Gain, SampleRate};
use media_core::{ConferenceParams, MemberParams, MemberRole};

/// A voice of so many seconds at 8 kHz that speaks from its beginning on.
fn talker(seed: u32, seconds: f32) -> Vec<f32> {
    let speech = speech_like::voice(SampleRate::Hz8000, seconds + 1.0, seed).samples;
    speech[8_000..].to_vec()
}

fn linear(gain: f32) -> Gain {
    Gain::linear(gain).unwrap()
}

#[test]
fn each_hears_the_others_at_their_gains() {
    let mut hall = Hall::new(SampleRate::Hz8000, 5);
    let gains = [1.0, 0.5, 2.0, 0.0, 1.25];
    for (n, gain) in gains.into_iter().enumerate() {
        hall.join(n, MemberParams::default().gain(linear(gain)));
    }
    hall.settle();
    let said = [0.11, -0.2, 0.07, 0.4, -0.03];
    let heard = hall.say(&said);
    let sum: f32 = said.iter().zip(gains).map(|(said, gain)| said * gain).sum();
    for (n, heard) in heard.into_iter().enumerate() {
        near(heard, sum - said[n] * gains[n], &format!("member {n}"));
    }
}

#[test]
fn gains_and_mute_change_for_others_and_deafen_for_oneself() {
    let mut hall = Hall::new(SampleRate::Hz8000, 3);
    (0..3).for_each(|n| hall.join(n, MemberParams::default()));
    let said = [0.1, 0.2, 0.4];
    type Act = fn(&mut Hall);
    let steps: [(&str, Act, [f32; 3]); 7] = [
        ("at first", |_| {}, [0.6, 0.5, 0.3]),
        ("1 muted", |hall| hall.ask(|room, s| room.mute(&s[1])), [0.4, 0.5, 0.1]),
        (
            "1 unmuted, 2 quiet",
            |hall| {
                hall.ask(|room, s| room.unmute(&s[1]));
                hall.ask(|room, s| room.set_gain(&s[2], linear(0.5)));
            },
            [0.4, 0.3, 0.3],
        ),
        ("0 deafened", |hall| hall.ask(|room, s| room.deafen(&s[0])), [0.0, 0.3, 0.3]),
        (
            "1 hears twice as loud",
            |hall| hall.ask(|room, s| room.set_listening_gain(&s[1], linear(2.0))),
            [0.0, 0.6, 0.3],
        ),
        ("0 hears again", |hall| hall.ask(|room, s| room.undeafen(&s[0])), [0.4, 0.6, 0.3]),
        (
            "as at first",
            |hall| {
                (0..3).for_each(|n| hall.ask(|room, s| room.set_member(&s[n], MemberParams::default())));
            },
            [0.6, 0.5, 0.3],
        ),
    ];
    for (what, act, expected) in steps {
        act(&mut hall);
        hall.settle();
        for (n, heard) in hall.say(&said).into_iter().enumerate() {
            near(heard, expected[n], &format!("{what}: member {n}"));
        }
    }
}

#[test]
fn roles_say_who_hears_whom() {
    let mut hall = Hall::new(SampleRate::Hz8000, 4);
    // A customer, an agent, a supervisor, an audience.
    (0..2).for_each(|n| hall.join(n, MemberParams::default()));
    (2..4).for_each(|n| hall.join(n, MemberParams::default().role(MemberRole::Listen)));
    let said = [0.1, 0.2, 0.4, 0.8];
    let agent = hall.sessions[1].id();
    let customer = hall.sessions[0].id();
    let steps = [
        ("listens in", MemberRole::Listen, [0.2, 0.1, 0.3, 0.3]),
        ("whispers to the agent", MemberRole::Whisper(vec![agent]), [0.2, 0.5, 0.3, 0.3]),
        ("whispers to both", MemberRole::Whisper(vec![agent, customer]), [0.6, 0.5, 0.3, 0.3]),
        ("to nobody", MemberRole::Whisper(vec![]), [0.2, 0.1, 0.3, 0.3]),
        ("barges in", MemberRole::Speak, [0.6, 0.5, 0.3, 0.7]),
        ("listens in again", MemberRole::Listen, [0.2, 0.1, 0.3, 0.3]),
    ];
    for (what, role, expected) in steps {
        hall.ask(|room, s| room.set_role(&s[2], role.clone()));
        hall.settle();
        for (n, heard) in hall.say(&said).into_iter().enumerate() {
            near(heard, expected[n], &format!("{what}: member {n}"));
        }
    }
}

#[test]
fn two_have_a_side_conversation_while_they_hear_the_room() {
    let mut hall = Hall::new(SampleRate::Hz8000, 4);
    (0..4).for_each(|n| hall.join(n, MemberParams::default()));
    let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
    hall.ask(|room, s| room.set_role(&s[0], MemberRole::Whisper(vec![ids[1]])));
    hall.ask(|room, s| {
        room.set_member(&s[1], MemberParams::default().role(MemberRole::Whisper(vec![ids[0]])).gain(linear(0.5)))
    });
    hall.settle();
    let heard = hall.say(&[0.1, 0.2, 0.3, 0.05]);
    for (n, expected) in [0.35 + 0.1, 0.35 + 0.1, 0.05, 0.3].into_iter().enumerate() {
        near(&heard[n], expected, &format!("member {n}"));
    }
    // Who leaves is whispered to no more, nor when it comes back.
    hall.ask(|room, s| room.leave(&s[1]));
    hall.join(1, MemberParams::default());
    hall.settle();
    let heard = hall.say(&[0.1, 0.2, 0.3, 0.05]);
    for (n, expected) in [0.55, 0.35, 0.25, 0.5].into_iter().enumerate() {
        near(&heard[n], expected, &format!("afterwards, member {n}"));
    }
}

#[test]
fn a_room_takes_the_rate_of_its_best_member_and_members_of_any_rate_hear_it() {
    let mut hall = Hall::of_rates(ConferenceParams::default(), &[8_000, 16_000, 48_000]);
    for (n, hz) in [8_000, 16_000, 48_000].into_iter().enumerate() {
        hall.join(n, MemberParams::default());
        assert_eq!(hall.statistics().rate.hz(), hz);
    }
    hall.ask(|room, s| room.leave(&s[2]));
    assert_eq!(hall.statistics().rate.hz(), 48_000, "it does not sink again");
    hall.join(2, MemberParams::default());
    hall.ask(|room, s| room.set_gain(&s[2], linear(0.5)));
    hall.settle();
    let heard = hall.say(&[0.1, 0.2, 0.3]);
    for (n, expected) in [0.35, 0.25, 0.3].into_iter().enumerate() {
        within(&heard[n], expected, 5e-3, &format!("member {n}"));
    }
}

#[test]
fn a_loud_room_is_limited_and_counted_and_a_deaf_member_hears_silence() {
    let mut hall = Hall::new(SampleRate::Hz8000, 4);
    (0..4).for_each(|n| hall.join(n, MemberParams::default()));
    hall.ask(|room, s| room.deafen(&s[3]));
    hall.settle();
    let before = hall.statistics().loud_blocks;
    let heard = hall.say(&[0.9, 0.8, 0.7, 0.6]);
    for (n, heard) in heard.iter().enumerate() {
        let expected = if n == 3 { 0.0..=0.0 } else { 0.7..=1.0 };
        assert!(heard.iter().all(|x| expected.contains(&x.abs())), "member {n}: {heard:?}");
    }
    let statistics = hall.statistics();
    assert!(statistics.loud_blocks > before, "{statistics:?}");
    assert_eq!((statistics.heard, statistics.most_heard, statistics.speakers), (4, 4, 4));
}

/// What one member's gain takes beyond full scale is no reason to cut it: what others say may bring it back.
#[test]
fn a_gain_beyond_full_scale_is_not_cut() {
    let mut hall = Hall::new(SampleRate::Hz8000, 3);
    (0..3).for_each(|n| hall.join(n, MemberParams::default()));
    hall.ask(|room, s| room.set_gain(&s[1], linear(4.0)));
    hall.settle();
    let heard = hall.say(&[0.1, 0.6, -0.9]);
    for (n, expected) in [2.4 - 0.9, 0.1 - 0.9, 0.1 + 2.4].into_iter().enumerate() {
        if expected < 1.0 {
            near(&heard[n], expected, &format!("member {n}"));
        } else {
            assert!(heard[n].iter().all(|x| (0.9..=1.0).contains(x)), "member {n} hears it limited: {:?}", heard[n]);
        }
    }
    hall.ask(|room, s| room.set_listening_gain(&s[0], linear(0.5)));
    hall.settle();
    near(&hall.say(&[0.1, 0.6, -0.9])[0], 0.75, "turned down before it is limited");
}

#[test]
fn a_hundred_who_join_change_nobodys_level() {
    let mut hall = Hall::new(SampleRate::Hz8000, 103);
    (0..3).for_each(|n| hall.join(n, MemberParams::default()));
    hall.settle();
    let mut said = vec![0.0; 103];
    said[..3].copy_from_slice(&[0.1, 0.2, 0.3]);
    for newcomer in 3..103 {
        hall.begin(newcomer, MemberParams::default());
        let heard = hall.block(&said);
        for (n, expected) in [0.5, 0.4, 0.3].into_iter().enumerate() {
            assert_eq!(heard[n].len(), BLOCK);
            near(&heard[n], expected, &format!("member {n} as {newcomer} came"));
        }
    }
    assert_eq!(hall.statistics().members, 103);
}
