//! Prompts to a room.

use super::*;
use media_core::{Conference, ConferenceError, MemberParams};
use support::phone::pcmu;

fn room(members: u32) -> (Call, Conference, Vec<(MediaSessionHandle, Phone)>) {
    // A leg that is to speak to a room has to move there first.
    let config = MediaEngineConfig::default().workers(3usize).max_sessions(16usize);
    let mut call = Call::with(config, MediaSessionParams::new(AudioFormat::pcmu()));
    let created = call.engine.handle().create_conference(SampleRate::Hz8000);
    let room = call.done(created);
    let mut all = Vec::new();
    for number in 2..2 + members {
        let (session, phone) = pcmu(&mut call.engine, number);
        let joined = room.join_as(&session, MemberParams::default());
        call.done(joined);
        all.push((session, phone));
    }
    (call, room, all)
}

#[test]
fn all_members_hear_it_to_the_sample_and_the_room_is_as_before() {
    let _alone = alone();
    let (mut call, room, mut all) = room(3);
    call.run(500);
    let said: Vec<f32> = noise(4_000, 1).iter().map(|x| (x * 2_048.0).round() / 2_048.0).collect();
    let first = room.play(Prompt::samples(said.clone(), 8_000));
    let first = call.done(first);
    let second = room.play_next(Prompt::samples(said[..800].to_vec(), 8_000));
    let second = call.done(second);
    let members = room.members();
    assert_eq!(call.done(members).len(), 4, "one of ours speaks it");
    call.run(1_500);
    let plain = mu_law(&[&said[80..], &said[..800]].concat());
    for (_, phone) in &mut all {
        phone.listen(&mut call.engine.network);
        assert!(found(&phone.heard(), &plain).is_some(), "{}", phone.address);
    }
    let ends: Vec<_> = call.ends().iter().map(|report| (report.playback, report.end, report.samples)).collect();
    let complete = PlaybackEnd::Complete;
    assert_eq!(ends, [(first.id(), complete, 4_000), (second.id(), complete, 800)]);
    let members = room.members();
    assert_eq!(call.done(members).len(), 3);
    call.end();
}

#[test]
fn a_room_that_ends_or_is_full_says_so() {
    let _alone = alone();
    let (mut call, room, _all) = room(1);
    let played = room.play(Prompt::samples(vec![0.1; 800], 8_000).forever());
    let played = call.done(played);
    call.run(300);
    let ended = room.destroy();
    call.done(ended);
    call.run(100);
    let end = call.ends()[0];
    assert_eq!((end.playback, end.end), (played.id(), PlaybackEnd::SessionEnded));
    let gone = room.play(Prompt::samples(vec![0.1; 800], 8_000));
    assert_eq!(call.engine.complete(gone).map(|_| ()).unwrap_err(), ConferenceError::Unknown(room.id()).into());
    let small = media_core::ConferenceParams::default().max_members(1);
    let small = call.engine.handle().create_conference(small);
    let small = call.done(small);
    let joined = small.join(&call.session);
    call.done(joined);
    let full = small.play(Prompt::samples(vec![0.1; 800], 8_000));
    assert_eq!(call.engine.complete(full).map(|_| ()).unwrap_err(), ConferenceError::Full(small.id(), 1).into());
    call.run(200);
    let sessions = call.engine.handle().sessions();
    assert_eq!(call.done(sessions).len(), 2, "none of ours is left");
    call.end();
}

#[test]
fn a_flush_ends_what_a_room_hears() {
    let _alone = alone();
    let (mut call, room, mut all) = room(2);
    let none = room.flush_prompts();
    call.done(none);
    for prompt in [Prompt::samples(noise(8_000, 1), 8_000).forever(), Prompt::samples(noise(800, 2), 8_000)] {
        let played = room.play_next(prompt);
        call.done(played);
    }
    call.run(500);
    let flushed = room.flush_prompts();
    call.done(flushed);
    call.run(500);
    assert_eq!(call.ends().iter().map(|report| report.end).collect::<Vec<_>>(), [PlaybackEnd::Stopped; 2]);
    all[0].1.listen(&mut call.engine.network);
    let heard = all[0].1.heard();
    assert!(heard[heard.len() - 2_400..].iter().all(|octet| *octet == 0xff));
    call.end();
}
